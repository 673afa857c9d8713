"""Encrypt as it is now beside Encrypt of another commit: ``python bench/compare.py COMMIT``.

Both serve side by side and take turns, so that what else the machine does hits both alike.
"""

import argparse
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import encrypt
import servers
from servers import Server
from signing import Caller
from tables import show

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the speed of Encrypt with a commit's.")
    parser.add_argument("commit", help="what git calls it; it has to run with what is installed")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="keylease-bench-") as directory:
        place = Path(directory)
        with _checked_out(given.commit, place / "then") as then:
            _compare(place, then, given.rounds)


def _compare(place: Path, then: Path, rounds: int) -> None:
    with (
        _serving(then / "src", place / "data-then") as (old, old_job),
        _serving(ROOT / "src", place / "data-now") as (new, new_job),
    ):
        for server, (caller, query) in ((old, old_job), (new, new_job)):
            encrypt.one_round(server, caller, query, 16, 300)  # what is used first is loaded first
        rows = []
        for connections in encrypt.CONNECTIONS:
            count = 2_000 if connections == 1 else 6_000
            found = [
                (
                    encrypt.one_round(old, *old_job, connections, count),
                    encrypt.one_round(new, *new_job, connections, count),
                )
                for _ in range(rounds)
            ]
            before, now = (median(one.rate for one in some) for some in zip(*found, strict=True))
            rate = median(new.rate / old.rate for old, new in found)
            cost = median(old.cost / new.cost for old, new in found)
            rows.append(
                [str(connections), f"{before:,.0f}", f"{now:,.0f}", f"{rate:.2f} ({cost:.2f})"]
            )
    note = "ratio: now by then, per second and, in brackets, by processor time of the server."
    header = ["connections", "then, a second", "now, a second", "ratio"]
    show(f"Encrypt of 32 bytes; median of {rounds} rounds", header, rows, note)


@contextmanager
def _checked_out(commit: str, place: Path) -> Iterator[Path]:
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(place), commit], check=True)
    try:
        yield place
    finally:
        subprocess.run([*git, "remove", "--force", str(place)], check=True)


@contextmanager
def _serving(source: Path, data: Path) -> Iterator[tuple[Server, tuple[Caller, dict[str, str]]]]:
    """The product from this source, and who encrypts what with it."""
    os.environ["PYTHONPATH"] = str(source)
    with servers.product(data, "--clock", "test") as server:
        caller = servers.customer(server, data, "bench", "1000000.00")
        yield server, (caller, {"KeyId": servers.key_of(caller), "Plaintext": encrypt.PLAINTEXT})


if __name__ == "__main__":
    main()
