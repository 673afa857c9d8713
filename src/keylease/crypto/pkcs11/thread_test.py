"""Whether a library survives two threads: tried in a child process, which may crash instead of us.

``python -m keylease.crypto.pkcs11.thread_test LIBRARY LABEL`` reads the PIN from standard input,
works with the token from two threads, and leaves nothing in it. Its status is 0 if that went well.
"""

import subprocess
import sys
import threading
from pathlib import Path

from pkcs11 import Attribute, KeyType, MechanismFlag

from keylease.core.errors import Misuse
from keylease.crypto.pkcs11.library import Library
from keylease.crypto.pkcs11.module import Module
from keylease.crypto.pkcs11.sessions import TokenSession
from keylease.crypto.secret import SecretBytes

THREADS = 2
#: Started without locks, SoftHSM 2.6.1 crashed in each of four tries with 300, in three with 100.
ROUNDS = 300
SECONDS = 20

#: What runs the child; another program in tests only.
COMMAND = (sys.executable, "-m", "keylease.crypto.pkcs11.thread_test")


def require_threads(library: Path, label: str, pin: SecretBytes) -> None:
    """Misuse unless the library survives two threads."""
    try:
        child = subprocess.run(  # noqa: S603 - our own program
            [*COMMAND, str(library), label],
            input=pin.reveal(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Misuse(
            "{library} hangs when two threads use it: it cannot be used.", library=library
        ) from None
    if child.returncode < 0:
        raise Misuse(
            "{library} crashes when two threads use it (signal {signal}): ask its "
            "maker for a release that is safe for threads.",
            library=library,
            signal=-child.returncode,
        )
    if child.returncode > 0:
        lines = child.stderr.decode(errors="replace").strip().splitlines()
        if not lines:
            raise Misuse("{library} does not work.", library=library)
        raise Misuse(lines[-1])


def main(library: str, label: str, pin: SecretBytes) -> int:
    """The child: 0 if all threads came through, else the last line of stderr says why not."""
    try:
        module = Module(Library(Path(library)), label, pin)
    except Misuse as misuse:
        print(misuse, file=sys.stderr)  # noqa: T201 - a program's output
        return 1
    done: list[int] = []
    threads = [threading.Thread(target=_work, args=(module, done)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    module.close()
    if len(done) == THREADS:
        return 0
    print(f"{library} fails when two threads use it: it cannot be used.", file=sys.stderr)  # noqa: T201 - a program's output
    return 1


def _work(module: Module, done: list[int]) -> None:
    for _ in range(ROUNDS):
        module.run(_round)
    done.append(ROUNDS)


def _round(session: TokenSession) -> None:
    """What makes an unlocked SoftHSM crash soonest: objects that come and go, and work between."""
    key = session.raw.generate_key(
        KeyType.AES,
        256,
        capabilities=MechanismFlag.ENCRYPT,
        template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
    )
    session.probe()
    key.destroy()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], SecretBytes(sys.stdin.buffer.read())))
