"""A worker that dies is followed by another: soon, unless it dies over and over."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from keylease.app.serve import Place


def dying() -> "subprocess.Popen[str]":
    worker = subprocess.Popen([sys.executable, "-c", ""], text=True)
    worker.wait(30)
    return worker


class Spawner:
    def __init__(self) -> None:
        self.at: list[float] = []
        self.now = 0.0

    def __call__(self) -> "subprocess.Popen[str]":
        self.at.append(self.now)
        return dying()


def starts(seconds: int) -> list[float]:
    """The seconds in which a worker is started that always dies at once."""
    spawner = Spawner()
    place = Place(spawner, began=0.0)
    for second in range(seconds):
        spawner.now = float(second)
        place.refill(spawner.now)
    return spawner.at


def test_the_pause_doubles_up_to_a_minute() -> None:
    at = starts(300)
    pauses = [after - before for before, after in pairwise(at)]
    assert pauses == [1.0, 3.0, 5.0, 9.0, 17.0, 33.0, 61.0, 61.0, 61.0]  # seen a second later


def test_one_that_had_lasted_is_followed_at_once() -> None:
    spawner = Spawner()
    place = Place(spawner, began=0.0)
    for spawner.now in (1.0, 2.0, 100.0, 101.0, 200.0, 201.0):
        place.refill(spawner.now)
    assert spawner.at == [0.0, 2.0, 101.0, 201.0]


def test_a_worker_that_lives_is_left_alone(tmp_path: Path) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True, cwd=tmp_path
    )
    place = Place(lambda: worker, began=0.0)
    place.refill(1000.0)
    assert place.worker is worker
    worker.communicate("\n", timeout=30)
