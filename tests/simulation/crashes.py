"""A deployment in this process that dies at any write, and is opened again from what lay on disk.

At the chosen moment, before a statement that writes, before a commit or right after one, the files
are copied as they lie, as a killed process would leave them. Nothing that the dying process does
afterwards reaches the copy; the next one opens it.
"""

import shutil
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine, event

from comparison.in_storage import Act, StorageMarket, flush_nothing
from keylease.app import clock
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.core.clock import iso
from keylease.lifecycle.runner import ERRAND_LEASE_SECONDS, HOLD_SECONDS
from machine import HeldMachine, SeededEntropy

WRITES = ("INSERT", "UPDATE", "DELETE")


class Crash(BaseException):
    """The process is gone. Not an Exception: nobody in it can go on."""


class Fuse:
    """Burns down with every write and commit, then copies the files from ``data`` to ``rest``."""

    def __init__(self, rng: Random, mean_writes: int) -> None:
        self.rng = rng
        self.mean_writes = mean_writes
        self.burnt = 0
        self.steps = 0
        self._left = 0
        self._written = False
        self._files = Path(), Path()

    def light(self, engine: Engine, data: Path, rest: Path) -> None:
        """A new process begins to write."""
        self._left = 1 + int(self.rng.expovariate(1 / self.mean_writes))
        self._written = False
        self._files = data, rest
        commit = engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            if not self._written:  # who only reads commits nothing
                return commit(connection)
            self._burn()
            commit(connection)
            self._written = False
            return self._burn()

        engine.dialect.do_commit = do_commit
        event.listen(engine, "before_cursor_execute", self._before_statement)

    def _before_statement(self, *given: Any) -> None:
        if given[2].lstrip().upper().startswith(WRITES):
            self._written = True
            self._burn()

    def _burn(self) -> None:
        self.steps += 1
        self._left -= 1
        if self._left == 0:
            self.burnt += 1
            shutil.copytree(*self._files)
            raise Crash


class CrashingMarket(StorageMarket):
    """A market that crashes; who was acting tries again, with the same token."""

    def __init__(self, place: Path, start: int, rng: Random, mean_writes: int) -> None:
        self.place = place
        self.start = start
        self.fuse = Fuse(rng, mean_writes)
        self.machine = HeldMachine()
        self.entropy = SeededEntropy(str(rng.random()))
        super().__init__(self._open())
        clock.freeze(self.deployment)
        self._light()

    def move(self, moment: int) -> None:
        while True:
            try:
                return super().move(moment)
            except Crash:
                self._come_back()

    def change(self, act: Act) -> Any:
        while True:
            try:
                return super().change(act)
            except Crash:
                self._come_back()

    def _data(self, life: int) -> Path:
        return self.place / f"data{life}"

    def _open(self) -> Deployment:
        return open_deployment(
            read_settings({"data": str(self._data(self.fuse.burnt))}, {}),
            clock=f"test={iso(self.start)}",
            may_initialise=True,
            machine=self.machine,
            entropy=self.entropy,
        )

    def _light(self) -> None:
        life = self.fuse.burnt
        self.fuse.light(self.deployment.store.engine, self._data(life), self._data(life + 1))

    def _come_back(self) -> None:
        """Open what is left; what the dead process held is let go by itself after a while."""
        self.deployment.close()
        shutil.rmtree(self._data(self.fuse.burnt - 1))
        self.machine.advance(HOLD_SECONDS + ERRAND_LEASE_SECONDS)
        self.deployment = self._open()
        flush_nothing(self.deployment)
        self._light()
