"""From the command to ``Ready``, on a data directory that exists already."""

from pathlib import Path
from statistics import median

import servers
from tables import show


def run(directory: Path, *, quick: bool) -> None:
    times = 2 if quick else 7
    data = directory / "start"
    with servers.product(data, "--clock", "test") as first:
        initial = first.started_in
    later = []
    for _ in range(times):
        with servers.product(data) as server:
            later.append(server.started_in)
    row = [f"{one:.2f}" for one in (initial, median(later), min(later), max(later))]
    header = ["", "empty directory", "second start", "least", "most"]
    show(f"Seconds until Ready; median of {times} starts", header, [["serve", *row]])
