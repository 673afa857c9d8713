"""Large files for the pages: how far they are, and that only whole ones can be had."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest

from keylease.app.file_exports import FileExports
from keylease.console.ports import Export, ExportState, Table
from keylease.core.clock import DAY
from waiting import until

ASKED = Export("lines.csv", "line", "2026-03", 0, 0, ExportState.MAKING)


class Machine:
    """A clock whose time passes with each look."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.ticks = 0.0

    def wall(self) -> float:
        import time

        return time.time() + self.ahead

    def monotonic(self) -> float:
        self.ticks += 1
        return self.ticks


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def exports(tmp_path: Path, machine: Machine) -> Iterator[FileExports]:
    work: Any = nullcontext()
    with closing(FileExports(lambda: work, tmp_path / "exports", machine)) as made:
        yield made


def table(total: int, before_last: Callable[[], object] = lambda: None) -> Table:
    def batches() -> Iterator[list[list[object]]]:
        for first in range(0, total, 10):
            if first + 10 >= total:
                before_last()
            yield [[number, "值"] for number in range(first, min(total, first + 10))]

    return Table(("number", "text"), total, batches())


def ended(exports: FileExports) -> Export:
    def is_over() -> bool:
        found = exports.find("1")
        return found is not None and found.state is not ExportState.MAKING

    until(is_over)
    found = exports.find("1")
    assert found is not None
    return found


def test_it_tells_how_far_it_is_and_ends_in_a_whole_file(exports: FileExports) -> None:
    go_on = threading.Event()
    exports.begin("1", ASKED, lambda _: table(25, lambda: go_on.wait(10)))

    def told() -> tuple[int, int] | None:
        found = exports.find("1")
        return None if found is None else (found.done, found.total)

    until(lambda: told() == (20, 25))
    assert exports.open("1") is None
    go_on.set()
    assert ended(exports) == Export("lines.csv", "line", "2026-03", 25, 25, ExportState.READY)
    with exports.open("1") or pytest.fail("no file") as file:
        lines = file.read().decode("utf-8-sig").splitlines()
    assert len(lines) == 26
    assert lines[0] == "number,text"
    assert lines[25] == "24,值"
    assert exports.open("2") is None
    assert exports.find("2") is None


def test_only_one_of_an_account_is_made_at_a_time(
    exports: FileExports, tmp_path: Path, machine: Machine
) -> None:
    work: Any = nullcontext()
    go_on = threading.Event()

    def waiting(_: object) -> Table:
        return table(1, lambda: go_on.wait(10))

    elsewhere = FileExports(lambda: work, tmp_path / "exports", machine)  # as in another process
    with closing(elsewhere), ThreadPoolExecutor(8) as crowd:
        asked = [crowd.submit(made.begin, "1", ASKED, waiting) for made in (exports, elsewhere) * 8]
        assert sum(one.result() for one in asked) == 1
        assert exports.begin("2", ASKED, lambda _: table(1))
        go_on.set()
        assert ended(exports).state is ExportState.READY
        assert exports.begin("1", ASKED, lambda _: table(1))
        ended(exports)


def test_what_fails_leaves_no_file_and_says_so(exports: FileExports, tmp_path: Path) -> None:
    exports.begin("1", ASKED, lambda _: table(25))
    ended(exports)

    def broken() -> None:
        raise OSError("disk full")

    exports.begin("1", ASKED, lambda _: table(25, broken))
    assert ended(exports).state is ExportState.FAILED
    assert exports.open("1") is None
    assert [one.name for one in (tmp_path / "exports").iterdir()] == ["1.json"]


def test_the_end_of_the_process_ends_it(tmp_path: Path, machine: Machine) -> None:
    work: Any = nullcontext()
    exports = FileExports(lambda: work, tmp_path / "exports", machine)
    begun, ending = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        ending.wait(10)

    exports.begin("1", ASKED, lambda _: table(25, wait))
    assert begun.wait(10)
    threading.Timer(0.05, ending.set).start()
    exports.close()
    assert ended(exports).state is ExportState.FAILED


def test_it_is_kept_for_a_day(exports: FileExports, machine: Machine, tmp_path: Path) -> None:
    work: Any = nullcontext()
    exports.begin("1", ASKED, lambda _: table(1))
    ended(exports)
    machine.ahead = DAY - 60.0
    assert exports.find("1") is not None
    machine.ahead = DAY + 1.0
    assert exports.find("1") is None
    FileExports(lambda: work, tmp_path / "exports", machine).close()  # a process that begins
    assert list((tmp_path / "exports").iterdir()) == []


def test_whose_maker_died_counts_as_failed_and_is_removed_after_a_day(
    exports: FileExports, machine: Machine, tmp_path: Path
) -> None:
    place = tmp_path / "exports"
    place.mkdir()
    (place / "2.json").write_text(
        '{"name":"a","kind":"line","month":"","total":9,"done":3,"state":"making"}'
    )
    found = exports.find("2")
    assert found is not None
    assert found.state is ExportState.MAKING
    machine.ahead = 301
    found = exports.find("2")
    assert found is not None
    assert found.state is ExportState.FAILED
    machine.ahead = DAY + 1.0
    exports.begin("1", ASKED, lambda _: table(1))
    assert exports.find("2") is None
