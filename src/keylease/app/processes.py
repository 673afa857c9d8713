"""Processes of this machine."""

import ctypes
import os
import signal
import socket
from pathlib import Path


def host_name() -> str:
    """This machine's name, together with what tells containers apart."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        namespace = ""
    return f"{socket.gethostname()}/{namespace}"


def is_running(pid: int) -> bool:
    """Whether a process with this id runs and is not just waiting to be buried."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return True
    return stat.rpartition(")")[2].split()[0] != "Z"


def die_with_parent() -> None:
    """Have the kernel end this process when its parent ends (Linux)."""
    try:
        libc = ctypes.CDLL(None)
        libc.prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG
    except (OSError, AttributeError):
        return
