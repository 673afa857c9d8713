"""Official clients in environments of their own: each a small program, run as its users run it.

A program reads one JSON object from standard input (so no secret is on a command line), does what
its test asks with the unmodified client, and prints one JSON object. `tools/client-environments`
makes the environments. One that is missing is an error, never a skip: what was not tested does
not work.
"""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / ".clients"
PROGRAMS = Path(__file__).parent / "programs"

#: The longest that a program may take.
SECONDS = 60


def run(environment: str, program: str, home: Path, **given: Any) -> Any:
    """What ``programs/program`` prints in an environment; AssertionError if it fails.

    ``home`` is an empty folder: what a client keeps in its user's home stays in the test.
    """
    place = ENVIRONMENTS / environment
    assert (place / ".ready").exists(), f"{place} is missing: run tools/client-environments"
    interpreter = "node" if program.endswith(".js") else str(place / "bin" / "python")
    done = subprocess.run(
        [interpreter, str(PROGRAMS / program)],
        input=json.dumps(given),
        env=_surroundings(place, home),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def hexed(data: bytes) -> dict[str, str]:
    """Bytes, as programs are given and give them."""
    return {"hex": data.hex()}


def unhexed(value: dict[str, str]) -> bytes:
    """Bytes that a program gave."""
    return bytes.fromhex(value["hex"])


def _surroundings(place: Path, home: Path) -> Mapping[str, str]:
    """As little as possible of ours: clients look for credentials and proxies in theirs."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "NODE_PATH": str(place / "node_modules"),
        "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": "python",
    }
