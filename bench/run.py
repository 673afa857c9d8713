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

import backups
import bills
import calls
import encrypt
import hardware
import orders
import pages
import servers
import start
import sweep

PARTS = {
    "encrypt": encrypt.run,
    "orders": orders.run,
    "sweep": sweep.run,
    "bills": bills.run,
    "backups": backups.run,
    "start": start.run,
    "hardware": hardware.run,
    "calls": calls.run,
    "pages": pages.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the speed of Keylease.")
    parser.add_argument("--quick", action="store_true", help="small numbers: does it work?")
    parser.add_argument("--only", choices=PARTS, help="one part only")
    given = parser.parse_args()
    begun, busy = time.perf_counter(), _busy_elsewhere()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, SQLite; {_spread()}")
    print(f"load before: {_load()}")
    with tempfile.TemporaryDirectory(prefix="keylease-bench-") as directory:
        for name, measure in PARTS.items():
            if given.only in {None, name}:
                measure(Path(directory), quick=given.quick)
    seconds = time.perf_counter() - begun
    elsewhere = (_busy_elsewhere() - busy) / (seconds * (os.cpu_count() or 1))
    print(f"\nload after: {_load()}; {seconds:.0f} s in all")
    print(f"other programs used {max(0.0, elsewhere):.0%} of the processors meanwhile")


def _spread() -> str:
    if servers.SERVER_CORE is None:
        return "server and load generator share one core"
    return f"server on core {servers.SERVER_CORE}, load generator on core {servers.LOAD_CORE}"


def _busy_elsewhere() -> float:
    """Seconds that the processors have worked for others than us and our children."""
    ticks = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    idle, waiting = ticks[3], ticks[4]
    busy = (sum(ticks[:8]) - idle - waiting) / os.sysconf("SC_CLK_TCK")
    return busy - sum(os.times()[:4])


def _load() -> str:
    return " ".join(f"{one:.2f}" for one in os.getloadavg())


if __name__ == "__main__":
    sys.exit(main())
