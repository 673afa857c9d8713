"""Crashes of single processes, of the whole of several, on PostgreSQL, and of a first start."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crash.load import load
from crash.trial import START, Trial, trial
from keylease.app.processes import is_running
from postgres import PostgresServer
from product import KEYLEASE, Product
from waiting import until


@pytest.mark.long
def test_a_worker_comes_back_and_none_outlives_its_parent(tmp_path: Path) -> None:
    with trial(tmp_path / "data", 2, "--workers", "2") as subject:
        parent = subject.product.process
        assert parent is not None
        dies, stays = workers = _children(parent.pid)
        with load(subject.customers):
            time.sleep(0.5)
            os.kill(dies, signal.SIGKILL)
            until(
                lambda: _serving_pids(subject) >= {stays} | _others(parent.pid, workers),
                pause=0.001,
            )
        subject.connect()
        subject.check()

        workers = _children(parent.pid)
        assert dies not in workers
        port = int(subject.product.host_port.rpartition(":")[2])
        with load(subject.customers):
            time.sleep(0.5)
            subject.product.kill()
            until(lambda: not any(is_running(one) for one in workers), seconds=2, pause=0.001)
        socket.create_server(("127.0.0.1", port)).close()
        subject.restart()
        subject.check()
        subject.settle()


def test_workers_whose_parent_dies_while_they_start_end_too(tmp_path: Path) -> None:
    with _starting(Product(tmp_path / "data"), "--workers", "2") as parent:
        until(lambda: len(_children(parent.pid)) == 2, pause=0.001)
        workers = _children(parent.pid)
    try:
        until(lambda: not any(is_running(one) for one in workers), pause=0.001)
    finally:
        for one in filter(is_running, workers):
            os.kill(one, signal.SIGKILL)


@pytest.mark.long
def test_five_crashes_on_postgresql(tmp_path: Path, postgres: PostgresServer) -> None:
    with trial(tmp_path / "data", 3, database=postgres.create_database()) as subject:
        subject.crash()
        subject.check()
        # Not under load: there a reminder may overtake the renewal that makes it void.
        subject.product.cli("clock", "advance", "25d")
        for fate in ("runs", "is killed", "is killed", "runs"):
            subject.crash("seal", "rotate", kill_command=fate == "is killed")
            subject.check()
        subject.settle()


@pytest.mark.parametrize("sight", ["keylease.sqlite3", "seal.json", "audit"])
def test_a_first_start_that_is_killed_can_be_started_again(tmp_path: Path, sight: str) -> None:
    product = Product(tmp_path / "data")
    with _starting(product):
        until((product.data / sight).exists, pause=0.001)
    product.start("--clock", START)
    try:
        assert product.cli("clock", "show")["kind"] == "test"
        assert product.errors.read_text().count("Operator's sign-in") == 1
    finally:
        product.kill()


@contextmanager
def _starting(product: Product, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A first start that is killed at the end, before anybody has seen that it is ready."""
    command = [*KEYLEASE, "serve", "--port", "0", "--data", str(product.data), "--clock", START]
    with product.errors.open("a") as errors:
        process = subprocess.Popen([*command, *arguments], stdout=subprocess.DEVNULL, stderr=errors)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


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
