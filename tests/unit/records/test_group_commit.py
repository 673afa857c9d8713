"""Group commit into a real file: durable before answered, together, in order, or not at all."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from keylease.core.clock import SystemClock
from keylease.core.errors import Code
from keylease.records.audit import decode
from keylease.records.chain import Entry, Head, genesis, link
from keylease.records.group_commit import AuditUnavailable, GroupCommitter
from keylease.records.verify import verify
from keylease.storage.audit_file import FileSink, FileTrail
from unit.records.builders import WRITER, record

PATIENCE = 10  # seconds until a test that waits for a thread gives up


class GatedSink(FileSink):
    """A real file that notes how many entries each commit had, and can be held up in a commit."""

    def __init__(self, directory: Path, writer: str) -> None:
        super().__init__(directory, writer)
        self.commits: list[int] = []
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()

    def append(self, entries):
        self.entered.set()
        assert self.gate.wait(PATIENCE)
        super().append(entries)
        self.commits.append(len(entries))


class HeldClock(SystemClock):
    """A monotonic clock that only moves when it is told to."""

    moment = 0.0

    def monotonic(self) -> float:
        return self.moment


class Bench:
    """A committer on a file of its own, with what it gave out."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / f"{WRITER}.sqlite3"
        self.trail = FileTrail(directory)
        self.sink = GatedSink(directory, WRITER)
        self.anchors: list[Head] = []
        self.clock = HeldClock()
        self.committer = GroupCommitter(WRITER, self.sink, self.clock, self.anchors.append)

    def restart(self, on_anchor: Callable[[Head], None] | None = None, **limits) -> GroupCommitter:
        """Another committer in place of the first, before anything was written."""
        self.committer.close()
        self.committer = GroupCommitter(
            WRITER, self.sink, self.clock, on_anchor or self.anchors.append, **limits
        )
        return self.committer

    def entries(self) -> list[Entry]:
        """What another connection sees."""
        return list(self.trail.read(WRITER))

    def stored(self) -> list[str]:
        return [decode(entry.record).request_id for entry in self.entries()]

    def sql(self, statement: str) -> None:
        with closing(sqlite3.connect(self.file)) as other, other:
            other.execute(statement)

    def close(self) -> None:
        self.sink.gate.set()
        self.committer.close()
        self.sink.close()


@pytest.fixture
def bench(tmp_path) -> Iterator[Bench]:
    with closing(Bench(tmp_path)) as made:
        yield made


def named(number: int):
    return record(request_id=f"r{number}")


async def enter(bench: Bench, number: int) -> "asyncio.Future[None]":
    """Submit one record and wait until its commit has begun, and stands at the closed gate."""
    bench.sink.gate.clear()
    future = bench.committer.submit(named(number))
    assert await asyncio.to_thread(bench.sink.entered.wait, PATIENCE)
    return future


def test_a_record_is_stored_before_its_future_is_done(bench):
    seen: list[list[str]] = []

    async def run():
        future = bench.committer.submit(named(1))
        future.add_done_callback(lambda _: seen.append(bench.stored()))
        await future

    asyncio.run(run())
    assert seen == [["r1"]]


def test_nobody_is_answered_while_the_commit_goes_on(bench):
    async def run():
        future = await enter(bench, 1)
        await asyncio.sleep(0.01)
        assert not future.done()
        assert bench.stored() == []
        bench.sink.gate.set()
        await future

    asyncio.run(run())
    assert bench.stored() == ["r1"]


def test_what_gathers_during_a_commit_is_one_commit(bench):
    async def run():
        first = await enter(bench, 0)
        rest = [bench.committer.submit(named(i)) for i in range(1, 64)]
        bench.sink.gate.set()
        await asyncio.gather(first, *rest)

    asyncio.run(run())
    assert bench.sink.commits == [1, 63]


def test_many_requests_at_once_take_fewer_commits_and_keep_their_order(bench):
    async def run():
        await asyncio.gather(*[bench.committer.submit(named(i)) for i in range(500)])

    asyncio.run(run())
    assert len(bench.sink.commits) < 500
    assert bench.stored() == [f"r{i}" for i in range(500)]
    assert verify(WRITER, bench.entries()) == []


def test_if_it_cannot_be_stored_all_of_the_commit_are_refused_and_the_next_goes_on(bench):
    async def run():
        await bench.committer.submit(named(1))
        bench.sql(
            "CREATE TRIGGER refusing BEFORE INSERT ON entries WHEN new.seq = 3"
            " BEGIN SELECT RAISE(ABORT, 'no more than two'); END"
        )
        refused = [bench.committer.submit(named(i)) for i in (2, 3)]
        answers = await asyncio.gather(*refused, return_exceptions=True)
        bench.sql("DROP TRIGGER refusing")
        await bench.committer.submit(named(4))
        return answers

    answers = asyncio.run(run())
    assert [type(answer) for answer in answers] == [AuditUnavailable, AuditUnavailable]
    assert answers[0].code is Code.UNAVAILABLE
    assert isinstance(answers[0].__cause__, sqlite3.Error)
    assert bench.stored() == ["r1", "r4"]
    assert verify(WRITER, bench.entries()) == []


def test_a_full_disk_refuses_until_there_is_room_again(bench):
    def grow_to(pages: int) -> None:
        bench.sink._connection.execute(f"PRAGMA max_page_count = {pages}")

    large = record(details={"note": "x" * 100_000})
    grow_to(10)
    with pytest.raises(AuditUnavailable):
        bench.committer.write([large])
    grow_to(1000)
    bench.committer.write([large])
    assert len(bench.entries()) == 1
    assert verify(WRITER, bench.entries()) == []


def test_a_commit_whose_answer_got_lost_is_part_of_the_chain(bench):
    def append_and_fail(entries):
        FileSink.append(bench.sink, entries)
        del bench.sink.append  # once
        raise OSError("the connection broke after the commit")

    bench.committer.write([named(1)])
    bench.sink.append = append_and_fail
    with pytest.raises(AuditUnavailable):
        bench.committer.write([named(2)])
    bench.committer.write([named(3)])
    assert bench.stored() == ["r1", "r2", "r3"]
    bench.committer.close()
    assert verify(WRITER, bench.entries(), bench.anchors[-1]) == []


def test_a_chain_that_somebody_else_wrote_into_is_not_continued(bench):
    stranger = record(request_id="stranger")
    FileSink.append(bench.sink, link(genesis(WRITER), [(stranger, b"{}")]))
    for _ in range(3):
        with pytest.raises(AuditUnavailable):
            bench.committer.write([named(1)])
    assert len(bench.entries()) == 1


def test_when_too_many_wait_the_next_is_refused_at_once(bench):
    bench.restart(limit=3)

    async def run():
        first = await enter(bench, 0)
        waiting = [bench.committer.submit(named(i)) for i in (1, 2, 3)]
        with pytest.raises(AuditUnavailable):
            bench.committer.submit(named(4))
        bench.sink.gate.set()
        await asyncio.gather(first, *waiting)
        await bench.committer.submit(named(5))

    asyncio.run(run())
    assert bench.stored() == ["r0", "r1", "r2", "r3", "r5"]


def test_a_request_that_was_given_up_leaves_the_others_alone(bench):
    async def run():
        first = await enter(bench, 1)
        second = bench.committer.submit(named(2))
        first.cancel()
        bench.sink.gate.set()
        await second

    asyncio.run(run())
    assert bench.stored() == ["r1", "r2"]


def test_a_record_that_cannot_be_written_concerns_its_request_only(bench):
    async def run():
        good = bench.committer.submit(named(1))
        with pytest.raises(ValueError, match="surrogates"):
            bench.committer.submit(record(resource="\udc80"))
        await good

    asyncio.run(run())
    assert bench.stored() == ["r1"]


def test_a_loop_that_is_gone_does_not_stop_the_writer(bench):
    async def run():
        await enter(bench, 1)

    asyncio.run(run())
    bench.sink.gate.set()
    bench.committer.write([named(2)])
    assert bench.stored() == ["r1", "r2"]


def test_worker_threads_write_several_records_at_once_and_wait(bench):
    def work(thread: int) -> None:
        for i in range(20):
            numbers = [1000 * thread + 10 * i + k for k in range(3)]
            bench.committer.write([named(number) for number in numbers])
            assert set(bench.stored()) >= {f"r{number}" for number in numbers}

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(work, range(3)))
    bench.committer.write([])
    assert len(bench.stored()) == 180
    assert verify(WRITER, bench.entries()) == []


def test_closing_writes_what_waits_and_refuses_what_comes_later(bench):
    async def run():
        futures = [bench.committer.submit(named(i)) for i in range(10)]
        bench.committer.close()
        assert len(bench.stored()) == 10
        await asyncio.gather(*futures)
        with pytest.raises(AuditUnavailable):
            bench.committer.submit(named(11))

    asyncio.run(run())
    assert bench.anchors[-1] == bench.trail.head(WRITER)
    bench.committer.close()  # a second time does nothing


def test_an_anchor_is_given_out_after_so_many_entries(bench):
    bench.restart(anchor_entries=10)
    for i in range(25):
        bench.committer.write([named(i)])
    bench.committer.close()
    assert [anchor.seq for anchor in bench.anchors] == [10, 20, 25]
    assert all(verify(WRITER, bench.entries(), anchor) == [] for anchor in bench.anchors)


def test_an_anchor_is_given_out_after_so_much_time(bench):
    bench.restart(anchor_seconds=5.0)
    for moment in (1.0, 4.9, 5.0, 9.9, 10.0):
        bench.clock.moment = moment
        bench.committer.write([named(0)])
        # The answer comes before the anchor: another commit, which brings none, ends the turn.
        bench.committer.write([named(1)])
    assert [anchor.seq // 2 for anchor in bench.anchors] == [2, 4]


def test_an_anchor_is_given_out_also_when_nothing_follows(bench):
    given = threading.Event()
    bench.clock = SystemClock()
    bench.restart(lambda _: given.set(), anchor_seconds=0.01)
    bench.committer.write([named(1)])
    assert given.wait(PATIENCE)


def test_an_anchor_that_cannot_be_kept_is_given_out_again_later(bench):
    def refuse_the_first(head: Head) -> None:
        if not tried:
            tried.append(head)
            raise OSError("the database is away")
        bench.anchors.append(head)

    tried: list[Head] = []
    bench.restart(refuse_the_first, anchor_entries=1)
    bench.committer.write([named(1)])
    bench.committer.close()
    assert [head.seq for head in tried] == [1]
    assert [head.seq for head in bench.anchors] == [1]
