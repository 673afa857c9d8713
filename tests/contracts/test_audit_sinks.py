"""What every place that keeps audit entries must do: SQLite files and PostgreSQL, one suite."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from keylease.core.clock import SystemClock
from keylease.records.audit import encode
from keylease.records.chain import Entry, Head, genesis, head_of, link
from keylease.records.group_commit import AuditUnavailable, GroupCommitter
from keylease.records.ports import PAGE, Trail, TrailDamaged
from keylease.records.verify import verify
from keylease.storage.audit_file import FileSink, FileTrail
from keylease.storage.audit_postgres import PostgresSink, PostgresTrail
from unit.records.builders import WRITER, chain, record

TABLE = """
    CREATE TABLE audit_entries (
        writer text, seq bigint, at bigint, account_id text, operation text, outcome text,
        previous bytea, record bytea, hash bytea, PRIMARY KEY (writer, seq))"""

#: A writer in a process of its own: prints the number of each entry once it is durable.
ENDLESS_WRITER = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
import psycopg
from keylease.core.clock import SystemClock
from keylease.records.group_commit import GroupCommitter
from keylease.storage.audit_file import FileSink
from keylease.storage.audit_postgres import PostgresSink
from unit.records.builders import record
sink = {sink}
committer = GroupCommitter("killed", sink, SystemClock(), lambda head: None)
number = 0
while True:
    committer.write([record(), record()])
    number += 2
    print(number, flush=True)
"""


class Files:
    """A directory of SQLite files."""

    spelled = "FileSink(Path({where!r}), 'killed')"

    def __init__(self, where: str) -> None:
        self.where = where
        self.sinks: list[FileSink | PostgresSink] = []

    def sink(self, writer: str = WRITER) -> FileSink | PostgresSink:
        self.sinks.append(FileSink(Path(self.where), writer))
        return self.sinks[-1]

    def trail(self) -> Trail:
        return FileTrail(Path(self.where))

    def tamper(self, statement: str, value: object = None) -> None:
        """Change rows behind everybody's back: ``{entries}`` is the table, ``%s`` the value."""
        statement = statement.format(entries="entries").replace("%s", "?")
        with closing(sqlite3.connect(Path(self.where) / f"{WRITER}.sqlite3")) as other, other:
            other.execute(statement, (value,) if "?" in statement else ())

    def close(self) -> None:
        for sink in self.sinks:
            sink.close()


class Table(Files):
    """A table in PostgreSQL; ``where`` is its URL."""

    spelled = "PostgresSink(lambda: psycopg.connect({where!r}), 'killed')"

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.where)

    def sink(self, writer: str = WRITER) -> FileSink | PostgresSink:
        self.sinks.append(PostgresSink(self.connect, writer))
        return self.sinks[-1]

    def trail(self) -> Trail:
        return PostgresTrail(self.connect)

    def tamper(self, statement: str, value: object = None) -> None:
        with psycopg.connect(self.where) as other:
            statement = statement.format(entries="audit_entries")
            other.execute(statement, (value,) if "%s" in statement else ())


@pytest.fixture
def files(tmp_path) -> Iterator[Files]:
    with closing(Files(str(tmp_path / "audit"))) as made:
        yield made


@pytest.fixture
def table(postgres) -> Iterator[Table]:
    with closing(Table(postgres.create_database())) as made:
        made.tamper(TABLE)
        yield made


@pytest.fixture(params=["files", "table"])
def place(request) -> Files:
    return request.getfixturevalue(request.param)


def read(place: Files, *args: Any) -> list[Entry]:
    return list(place.trail().read(WRITER, *args))


def test_what_is_appended_is_read_back_as_it_was(place):
    records = [
        record(),
        record(at=-1, account_id="", operation="", outcome="", resource="", peer=""),
        record(
            at=2**62, account_id="张三", outcome="\t\n\\N'\"", resource="a\0b", details={"键": "值"}
        ),
    ]
    entries = link(genesis(WRITER), [(one, encode(one)) for one in records])
    place.sink().append(entries)
    assert read(place) == entries
    assert verify(WRITER, read(place), head_of(entries[-1])) == []


def test_before_the_first_entry_there_is_no_head(place):
    sink = place.sink()
    assert sink.head() is None
    assert place.trail().head(WRITER) is None
    assert read(place) == []


def test_the_head_is_the_last_entry(place):
    sink, entries = place.sink(), chain(5)
    sink.append(entries[:3])
    sink.append(entries[3:])
    assert sink.head() == place.trail().head(WRITER) == head_of(entries[-1])


def test_several_writers_do_not_see_each_other(place):
    for writer in ("b", "a", "c"):
        place.sink(writer).append(chain(3, writer))
    assert place.trail().writers() == ["a", "b", "c"]
    assert list(place.trail().read("b")) == chain(3, "b")
    assert place.trail().head("c") == head_of(chain(3, "c")[-1])


@pytest.mark.parametrize("name", ["nobody", "../audit/nobody", ""])
def test_an_unknown_writer_has_no_entries(place, name):
    place.sink().append(chain(1))
    assert list(place.trail().read(name)) == []
    assert place.trail().head(name) is None


def test_a_trail_without_writers_is_empty(place):
    assert place.trail().writers() == []
    assert read(place) == []


def test_a_part_is_read_by_number_and_length(place):
    entries = chain(2 * PAGE + 10)
    place.sink().append(entries)
    assert read(place) == entries
    assert read(place, PAGE) == entries[PAGE - 1 :]
    assert read(place, 5, 3) == entries[4:7]
    assert read(place, 2, PAGE + 1) == entries[1 : PAGE + 2]
    assert read(place, 1, 0) == []
    assert read(place, 2 * PAGE + 11) == []


def test_reading_goes_on_while_entries_are_written(place):
    sink, entries = place.sink(), chain(PAGE + 5)
    sink.append(entries[:PAGE])
    reading = place.trail().read(WRITER)
    seen = [next(reading)]
    sink.append(entries[PAGE:])
    assert seen + list(reading) == entries


def test_of_a_commit_that_fails_nothing_stays(place):
    sink, entries = place.sink(), chain(5)
    sink.append(entries[:2])
    with pytest.raises((sqlite3.Error, psycopg.Error)):
        sink.append([*entries[2:], entries[0]])
    assert read(place) == entries[:2]
    assert sink.head() == head_of(entries[1])
    sink.append(entries[2:])
    assert read(place) == entries


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", 7),
        ("account_id", "1"),
        ("operation", "Decrypt"),
        ("outcome", "KeyNotFound"),
        ("previous", bytes(32)),
        ("record", encode(record(principal="mallory"))),
        ("hash", bytes(32)),
        ("seq", 7),
    ],
)
def test_a_row_that_was_changed_in_the_database_is_found(place, column, value):
    place.sink().append(chain(6))
    place.tamper(f"UPDATE {{entries}} SET {column} = %s WHERE seq = 4", value)
    assert verify(WRITER, place.trail().read(WRITER))


def test_a_row_that_was_deleted_in_the_database_is_found(place):
    entries = chain(6)
    place.sink().append(entries)
    place.tamper("DELETE FROM {entries} WHERE seq = 6")
    assert verify(WRITER, place.trail().read(WRITER)) == []  # which is what the anchor is for
    assert verify(WRITER, place.trail().read(WRITER), head_of(entries[-1]))
    place.tamper("DELETE FROM {entries} WHERE seq = 3")
    (finding,) = verify(WRITER, place.trail().read(WRITER))
    assert finding.seq == 4


def test_a_chain_that_was_committed_in_groups_is_whole(place):
    commits: list[int] = []

    class Counting:
        """The real sink; it counts."""

        head = place.sink().head

        def append(self, entries):
            commits.append(len(entries))
            place.sinks[0].append(entries)

    async def run():
        await asyncio.gather(*[committer.submit(record(at=i)) for i in range(300)])

    anchors: list[Head] = []
    committer = GroupCommitter(WRITER, Counting(), SystemClock(), anchors.append)
    with closing(committer):
        asyncio.run(run())
    assert sum(commits) == 300
    assert len(commits) < 300
    assert [entry.at for entry in read(place)] == list(range(300))
    assert verify(WRITER, read(place), anchors[-1]) == []


def test_a_writer_that_is_killed_leaves_a_whole_chain(place):
    with subprocess.Popen(
        [sys.executable, "-c", writing_endlessly(place)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for _ in range(20):
            line = process.stdout.readline()
        # Another process reads while it writes.
        during = list(place.trail().read("killed"))
        process.send_signal(signal.SIGKILL)
        answered = [int(line) for line in [line, *process.stdout] if line.endswith("\n")]
    assert len(during) >= 40
    assert verify("killed", during) == []
    afterwards = list(place.trail().read("killed"))
    assert len(afterwards) >= answered[-1]
    assert verify("killed", afterwards) == []
    assert place.trail().head("killed") == head_of(afterwards[-1])


def writing_endlessly(place: Files) -> str:
    paths = [path for path in sys.path if path]
    return ENDLESS_WRITER.format(paths=paths, sink=place.spelled.format(where=place.where))


# SQLite only.


def test_a_file_of_an_earlier_process_is_not_continued(files):
    files.sink().append(chain(2))
    with pytest.raises(sqlite3.OperationalError):
        files.sink()
    assert read(files) == chain(2)


def test_a_commit_is_on_the_disk_when_it_returns(files):
    # SQLite's documentation, PRAGMA synchronous: in WAL mode only FULL (2) survives a power loss.
    (mode,) = files.sink()._connection.execute("PRAGMA synchronous").fetchone()
    (journal,) = files.sinks[0]._connection.execute("PRAGMA journal_mode").fetchone()
    assert (mode, journal) == (2, "wal")


def test_a_file_without_its_table_belongs_to_a_process_that_died_early(files):
    files.sink("other")
    (Path(files.where) / f"{WRITER}.sqlite3").touch()
    assert read(files) == []
    assert files.trail().head(WRITER) is None
    assert verify(WRITER, files.trail().read(WRITER), head_of(chain(1)[0]))


def test_a_file_that_is_no_database_is_a_finding(files):
    files.sink("other")
    (Path(files.where) / f"{WRITER}.sqlite3").write_bytes(b"not a database, not at all" * 100)
    with pytest.raises(TrailDamaged):
        read(files)
    (finding,) = verify(WRITER, files.trail().read(WRITER))
    assert finding.text == "cannot be read: file is not a database"


def test_a_text_that_is_no_text_any_more_is_found_where_it_is(files):
    files.sink().append(chain(6))
    files.tamper("UPDATE {entries} SET account_id = CAST(X'FF00' AS TEXT) WHERE seq = 4")
    (finding,) = verify(WRITER, files.trail().read(WRITER))
    assert (finding.seq, finding.text) == (4, "its columns contradict its record")


def test_another_table_of_the_same_name_is_a_finding(files):
    files.sink().append(chain(3))
    files.tamper("ALTER TABLE entries RENAME TO kept")
    files.tamper("CREATE VIEW entries AS SELECT * FROM kept WHERE seq <> 2")
    (finding,) = verify(WRITER, files.trail().read(WRITER))
    assert "not the one that was made" in finding.text


# PostgreSQL only.


def test_a_lost_connection_is_opened_again(table):
    sink, entries = table.sink(), chain(3)
    sink.append(entries[:1])
    table.tamper(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with pytest.raises(psycopg.OperationalError):
        sink.append(entries[1:])
    sink.append(entries[1:])
    assert read(table) == entries


def test_a_table_that_is_away_refuses_and_comes_back(table):
    committer = GroupCommitter(WRITER, table.sink(), SystemClock(), lambda _: None)
    with closing(committer):
        committer.write([record()])
        table.tamper("ALTER TABLE {entries} RENAME TO elsewhere")
        with pytest.raises(AuditUnavailable):
            committer.write([record()])
        table.tamper("ALTER TABLE elsewhere RENAME TO {entries}")
        committer.write([record()])
    assert len(read(table)) == 2
    assert verify(WRITER, read(table)) == []


def test_a_server_that_answers_before_the_disk_is_overruled(table):
    table.connect = lambda: psycopg.connect(table.where, options="-c synchronous_commit=off")
    sink = table.sink()
    sink.append(chain(1))
    assert sink._connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
