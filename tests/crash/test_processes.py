"""Crashes of single processes, of the whole of several, on PostgreSQL, and of a first start."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crash.load import Load
from crash.trial import START, Trial, trial
from keylease.app.processes import is_running
from postgres import PostgresServer
from product import KEYLEASE, Product


def test_a_worker_comes_back_and_none_outlives_its_parent(tmp_path: Path) -> None:
    with trial(tmp_path / "data", 2, "--workers", "2") as subject:
        parent = subject.product.process
        assert parent is not None
        dies, stays = workers = _children(parent.pid)
        with Load(subject.customers):
            time.sleep(0.5)
            os.kill(dies, signal.SIGKILL)
            _within(20, lambda: _serving_pids(subject) >= {stays} | _others(parent.pid, workers))
        subject.connect()
        subject.check()

        workers = _children(parent.pid)
        assert dies not in workers
        port = int(subject.product.host_port.rpartition(":")[2])
        with Load(subject.customers):
            time.sleep(0.5)
            subject.product.kill()
            _within(2, lambda: not any(is_running(one) for one in workers))
        socket.create_server(("127.0.0.1", port)).close()
        subject.restart()
        subject.check()
        subject.settle()


def test_five_crashes_on_postgresql(tmp_path: Path, postgres: PostgresServer) -> None:
    with trial(tmp_path / "data", 3, database=postgres.create_database()) as subject:
        for command in ([], ["clock", "advance", "25d"], ["seal", "rotate"], [], []):
            subject.crash(*command)
            subject.check()
        subject.settle()


@pytest.mark.parametrize("sight", ["keylease.sqlite3", "seal.json", "audit"])
def test_a_first_start_that_is_killed_can_be_started_again(tmp_path: Path, sight: str) -> None:
    product = Product(tmp_path / "data")
    with product.errors.open("a") as errors:
        first = subprocess.Popen(
            [*KEYLEASE, "serve", "--port", "0", "--data", str(product.data), "--clock", START],
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
    try:
        _within(20, (product.data / sight).exists)
    finally:
        first.kill()
        first.wait()
    product.start("--clock", START)
    try:
        assert product.cli("clock", "show")["kind"] == "test"
        assert product.errors.read_text().count("Operator's sign-in") == 1
    finally:
        product.kill()


def _children(pid: int) -> list[int]:
    """The processes that this one started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _others(parent: int, known: list[int]) -> set[int]:
    """Children that were not there before; {0}, which nobody is, if there are none."""
    return set(_children(parent)) - set(known) or {0}


def _serving_pids(subject: Trial) -> set[int]:
    """The processes that say they serve."""
    with subject.opened() as deployment, deployment.database.read() as work:
        return {one.pid for one in work.nodes.all() if one.role == "worker"}


def _within(seconds: float, happened: Callable[[], bool]) -> None:
    give_up = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < give_up, f"it did not happen within {seconds} s"
        time.sleep(0.001)
