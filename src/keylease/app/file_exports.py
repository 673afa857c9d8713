"""Large CSV files for the pages: made in threads of their own, as files below the data directory.

An account has one at a time: a new one replaces it. A second file says how far it is, so that every
process of this machine can tell. After a day it counts as gone; it is removed when another one or
a process is started.
"""

import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, replace
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

import structlog

from keylease.billing.bills.files import write_csv
from keylease.console.ports import ConsoleWork, Export, ExportState, Table
from keylease.core.clock import DAY, MachineClock
from keylease.core.errors import told

log = structlog.get_logger()

_THREADS = 2
_TELL_SECONDS = 0.5
#: Whoever makes a file has died if there was no progress for so long.
_STALE_SECONDS = 300


class FileExports:
    """Fits `keylease.console.ports.Exports`."""

    def __init__(
        self,
        read: Callable[[], AbstractContextManager[ConsoleWork]],
        directory: Path,
        machine: MachineClock,
    ) -> None:
        self._read = read
        self._directory = directory
        self._machine = machine
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="keylease-export")
        self._ending = threading.Event()
        if directory.exists():
            self._sweep()

    def close(self) -> None:
        """Stop at once; what is unfinished counts as failed."""
        self._ending.set()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def begin(self, account_id: str, export: Export, make: Callable[[ConsoleWork], Table]) -> bool:
        """Make a file in place of the last one, unless that is being made."""
        self._directory.mkdir(mode=0o700, exist_ok=True)
        with self._alone():
            last = self.find(account_id)
            if last is not None and last.state is ExportState.MAKING:
                return False
            self._sweep()
            with suppress(FileNotFoundError):
                self._file(account_id).unlink()
            self._tell(account_id, export)
        written = self._threads.submit(self._write, account_id, export, make)
        written.add_done_callback(partial(self._ended, account_id, export))
        return True

    def find(self, account_id: str) -> Export | None:
        """The account's last one of this day."""
        place = self._state(account_id)
        try:
            stored = json.loads(place.read_text("utf-8"))
            at = place.stat().st_mtime
        except FileNotFoundError:
            return None
        if at < self._machine.wall() - DAY:
            return None
        found = Export(**stored | {"state": ExportState(stored["state"])})
        stale = at < self._machine.wall() - _STALE_SECONDS
        if stale and found.state is ExportState.MAKING:
            return replace(found, state=ExportState.FAILED)
        return found

    def open(self, account_id: str) -> BinaryIO | None:
        """Its file, if it is ready."""
        try:
            return self._file(account_id).open("rb")
        except FileNotFoundError:
            return None

    def _ended(self, account_id: str, export: Export, ended: "Future[int]") -> None:
        """Tell how it ended; the page says that it failed, the log why."""
        error = None if ended.cancelled() else ended.exception()
        if ended.cancelled() or error is not None:
            if error is not None and not isinstance(error, _EndingError):
                log.error("export_failed", account=account_id, **told(error))
            self._tell(account_id, replace(export, state=ExportState.FAILED))
            return
        rows = ended.result()
        self._tell(account_id, replace(export, done=rows, total=rows, state=ExportState.READY))

    def _write(self, account_id: str, export: Export, make: Callable[[ConsoleWork], Table]) -> int:
        """Write under another name, and rename what is whole; how many rows."""
        last = self._machine.monotonic()

        def progress(done: int) -> None:
            nonlocal last
            if self._ending.is_set():
                raise _EndingError
            if self._machine.monotonic() >= last + _TELL_SECONDS:
                last = self._machine.monotonic()
                self._tell(account_id, replace(export, done=done, total=max(done, total)))

        with NamedTemporaryFile(dir=self._directory, prefix=".", delete=False) as file:
            try:
                with self._read() as work:
                    table = make(work)
                    total = table.total
                    self._tell(account_id, replace(export, total=total))
                    text = TextIOWrapper(file, "utf-8-sig", newline="")
                    rows = write_csv(text, table.batches, table.columns, progress)
                    text.flush()
                    text.detach()
                Path(file.name).replace(self._file(account_id))
            except BaseException:
                Path(file.name).unlink()
                raise
        return rows

    def _tell(self, account_id: str, export: Export) -> None:
        with NamedTemporaryFile("w", dir=self._directory, prefix=".", delete=False) as file:
            json.dump(asdict(export), file)
        Path(file.name).replace(self._state(account_id))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Lock out every other process and thread that would begin one."""
        directory = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(directory, fcntl.LOCK_EX)
            yield
        finally:
            os.close(directory)

    def _sweep(self) -> None:
        old = self._machine.wall() - DAY
        for one in self._directory.iterdir():
            with suppress(FileNotFoundError):
                if one.stat().st_mtime < old:
                    one.unlink()

    def _file(self, account_id: str) -> Path:
        return self._directory / f"{account_id}.csv"

    def _state(self, account_id: str) -> Path:
        return self._directory / f"{account_id}.json"


class _EndingError(Exception):
    """The process ends."""
