"""Time passes: many instances end in the same second, and that nothing is paid for the others.

The clock's own driver moves over the end, in this process; all is carried out when it returns.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import population
from sqlalchemy import func, select
from tables import microseconds, show

from keylease.app import clock
from keylease.app.deployment import Deployment
from keylease.storage import schema


@dataclass(frozen=True)
class Swept:
    """One cohort carried out; times in seconds."""

    instances: int
    wall: float
    cpu: float


def run(directory: Path, *, quick: bool) -> None:
    _same_second(directory / "same-second", 1_000 if quick else 100_000)
    _what_is_due(directory, 500 if quick else 10_000)


def _same_second(data: Path, due: int) -> None:
    deployment = population.populate(data, due, 1, due)
    done = _sweep(deployment, 0, due)
    deployment.close()
    row = [
        f"{done.instances:,} instances",
        f"{done.wall:.1f}",
        f"{done.cpu:.1f}",
        microseconds(done.wall / due),
        f"{due / done.wall:,.0f}",
    ]
    header = ["", "seconds", "processor", "µs each", "per second"]
    show("End in the same second, until every letter is written", header, [row])


def _what_is_due(directory: Path, due: int) -> None:
    """The same number due among few and among many: four cohorts each, taking turns."""
    few, many = 2 * due, 20 * due
    first, second = (population.populate(directory / f"few-{n}", due, 2, few) for n in range(2))
    large = population.populate(directory / "many", due, 4, many)
    order = [(first, 0), (large, 0), (large, 1), (first, 1)]
    order += [(second, 0), (large, 2), (large, 3), (second, 1)]
    swept = [(of, _sweep(of, cohort, due)) for of, cohort in order]
    costs = [
        _median([one for of, one in swept if of is not large]),
        _median([one for of, one in swept if of is large]),
    ]
    for deployment in (first, second, large):
        deployment.close()
    names = [f"{due:,} due among {size:,}" for size in (few, many)]
    factor, by_cpu = (of_many / of_few for of_few, of_many in zip(*costs, strict=True))
    show(
        "Cost grows with what is due, not with what there is; median of 4 sweeps",
        ["", "seconds", "processor"],
        [
            [name, f"{wall:.2f}", f"{cpu:.2f}"]
            for name, (wall, cpu) in zip(names, costs, strict=True)
        ],
        f"factor {factor:.2f}, by processor time {by_cpu:.2f}; aim: at most 1.3",
    )


def _median(swept: list[Swept]) -> tuple[float, float]:
    return median(one.wall for one in swept), median(one.cpu for one in swept)


def _sweep(deployment: Deployment, cohort: int, due: int) -> Swept:
    os.sync()  # what was written to prepare is not part of the measurement
    wall, cpu = time.perf_counter(), time.process_time()
    clock.move(deployment, population.due_end(cohort), lambda _: None)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    with deployment.database.read() as work:
        letters = select(func.count()).select_from(schema.letters)
        written = work.connection.execute(
            letters.where(schema.letters.c.due_at == population.due_end(cohort))
        ).scalar_one()
    if written != due:
        raise RuntimeError(f"{written} letters were written instead of {due}")
    return Swept(due, wall, cpu)
