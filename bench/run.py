"""Measure speed: ``make bench``, or ``python bench/run.py [--quick] [--only PART]``.

Numbers depend on the machine and on what else it does, so both are printed with them.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

import encrypt
import orders
import servers
import start
import sweep

PARTS = {"encrypt": encrypt.run, "orders": orders.run, "sweep": sweep.run, "start": start.run}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the speed of Keylease.")
    parser.add_argument("--quick", action="store_true", help="small numbers: does it work?")
    parser.add_argument("--only", choices=PARTS, help="one part only")
    given = parser.parse_args()
    begun = time.perf_counter()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, SQLite; {_spread()}")
    print(f"load before: {_load()}")
    with tempfile.TemporaryDirectory(prefix="keylease-bench-") as directory:
        for name, measure in PARTS.items():
            if given.only in {None, name}:
                measure(Path(directory), quick=given.quick)
    print(f"\nload after: {_load()}; {time.perf_counter() - begun:.0f} s in all")


def _spread() -> str:
    if servers.SERVER_CORE is None:
        return "server and load generator share one core"
    return f"server on core {servers.SERVER_CORE}, load generator on core {servers.LOAD_CORE}"


def _load() -> str:
    return " ".join(f"{one:.2f}" for one in os.getloadavg())


if __name__ == "__main__":
    sys.exit(main())
