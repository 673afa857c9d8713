"""Following the log of changes: nothing is missed and nothing is told twice. design.md 3."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import Connection

from keylease.app.deployment import Deployment
from keylease.app.liveness import wait_for_nodes
from keylease.app.processes import host_name
from keylease.core.nodes import Node
from keylease.storage import schema
from keylease.storage.change_feed import ChangeFeed, Gap, change_feed
from keylease.storage.deployment import SqlChanges

HOUR = 3_600


@pytest.fixture
def feed(shared: Deployment) -> Iterator[ChangeFeed]:
    with closing(change_feed(shared.database)) as following:
        yield following


@pytest.fixture
def postgres_feed(on_postgres: Deployment) -> Iterator[ChangeFeed]:
    with closing(change_feed(on_postgres.database)) as following:
        yield following


def change(deployment: Deployment, *subjects: str) -> None:
    with deployment.database.begin() as work:
        for subject in subjects:
            work.changed("key", subject)


def poll(feed: ChangeFeed) -> list[str]:
    return [one.subject for one in feed.poll()]


def test_a_feed_begins_with_the_present(shared: Deployment) -> None:
    change(shared, "before")
    with closing(change_feed(shared.database)) as feed:
        assert poll(feed) == []
        change(shared, "after")
        assert poll(feed) == ["after"]


def test_every_change_is_told_once_and_in_order(shared: Deployment, feed: ChangeFeed) -> None:
    change(shared, "a", "b")
    change(shared, "a")
    assert poll(feed) == ["a", "b", "a"]
    assert poll(feed) == []
    change(shared, "c")
    assert poll(feed) == ["c"]


def test_a_change_is_told_with_its_kind_and_moves_the_position(
    shared: Deployment, feed: ChangeFeed
) -> None:
    before = feed.position
    with shared.database.begin() as work:
        work.changed("instance", "kst-1")
    (told,) = feed.poll()
    assert (told.kind, told.subject, told.seq) == ("instance", "kst-1", feed.position)
    assert feed.position > before
    with shared.database.read() as work:
        assert work.change_log.last() == feed.position


def test_what_is_not_committed_is_not_told(shared: Deployment, feed: ChangeFeed) -> None:
    with shared.store.writing() as connection:
        SqlChanges(connection).add([("key", "a")], 0.0)
        assert poll(feed) == []
    assert poll(feed) == ["a"]


def test_what_was_rolled_back_is_never_told(shared: Deployment, feed: ChangeFeed) -> None:
    with shared.store.engine.connect() as connection, connection.begin() as transaction:
        SqlChanges(connection).add([("key", "a")], 0.0)
        transaction.rollback()
    assert poll(feed) == []
    change(shared, "b")
    assert poll(feed) == ["b"]


def test_a_commit_without_a_change_tells_nothing(shared: Deployment, feed: ChangeFeed) -> None:
    with shared.database.begin() as work:
        work.facts.put("fact", "value")
    assert poll(feed) == []


def test_two_feeds_follow_each_on_its_own(shared: Deployment, feed: ChangeFeed) -> None:
    with closing(change_feed(shared.database)) as second:
        change(shared, "a")
        assert poll(feed) == ["a"]
        change(shared, "b")
        assert poll(second) == ["a", "b"]
        assert poll(feed) == ["b"]


def test_changes_that_were_pruned_unread_are_noticed(shared: Deployment, feed: ChangeFeed) -> None:
    """A process that slept through them cannot know what it remembers wrongly."""
    change(shared, "missed")
    change(shared, "newest")
    with shared.database.begin() as work:
        work.change_log.prune(work.machine + HOUR)
    with pytest.raises(Gap):
        feed.poll()
    with shared.database.read() as work:
        assert feed.position == work.change_log.last()
    assert poll(feed) == []
    change(shared, "after")
    assert poll(feed) == ["after"]


def test_pruning_what_was_read_is_not_a_gap(shared: Deployment, feed: ChangeFeed) -> None:
    change(shared, "a", "b")
    assert poll(feed) == ["a", "b"]
    with shared.database.begin() as work:
        work.change_log.prune(work.machine + HOUR)
    change(shared, "c")
    assert poll(feed) == ["c"]


# --- PostgreSQL, where numbers are given out before commits ---------------------------------------


def late(connection: Connection, subject: str) -> None:
    SqlChanges(connection).add([("key", subject)], 0.0)


def test_a_small_number_that_is_committed_late_is_not_missed(
    on_postgres: Deployment, postgres_feed: ChangeFeed
) -> None:
    with on_postgres.store.engine.begin() as slow:
        late(slow, "late")
        change(on_postgres, "early")
        assert poll(postgres_feed) == ["early"]
        assert poll(postgres_feed) == [], "it is read again, but not told again"
        change(on_postgres, "early again")
        assert poll(postgres_feed) == ["early again"]
    assert poll(postgres_feed) == ["late"]
    assert poll(postgres_feed) == []


def test_an_old_transaction_that_takes_its_number_late_is_not_missed(
    on_postgres: Deployment, postgres_feed: ChangeFeed
) -> None:
    with on_postgres.store.engine.begin() as slow:
        slow.execute(schema.facts.insert(), {"name": "slow", "value": ""})  # has its id by now
        change(on_postgres, "a")
        assert poll(postgres_feed) == ["a"]
        late(slow, "late")
        change(on_postgres, "b")
        assert poll(postgres_feed) == ["b"]
    assert poll(postgres_feed) == ["late"]


def test_a_feed_that_begins_amid_a_transaction_is_told_of_its_end(on_postgres: Deployment) -> None:
    with on_postgres.store.engine.begin() as slow:
        late(slow, "late")
        change(on_postgres, "before")
        with closing(change_feed(on_postgres.database)) as feed:
            assert poll(feed) == []
            slow.commit()
            assert poll(feed) == ["late"]


def test_many_writers_at_once_are_all_told_once(
    on_postgres: Deployment, postgres_feed: ChangeFeed
) -> None:
    subjects = [f"{writer}-{number}" for writer in range(4) for number in range(25)]

    def write(writer: int) -> None:
        for subject in subjects[writer * 25 : (writer + 1) * 25]:
            change(on_postgres, subject)

    told: list[str] = []
    with ThreadPoolExecutor(4) as writers:
        done = [writers.submit(write, writer) for writer in range(4)]
        while not all(one.done() for one in done):
            told += poll(postgres_feed)
        for one in done:
            one.result()
    told += poll(postgres_feed)
    assert sorted(told) == sorted(subjects)


def test_a_command_waits_for_a_node_that_has_seen_higher_numbers_only(
    on_postgres: Deployment, postgres_feed: ChangeFeed
) -> None:
    """The number of our change says nothing by itself: it may be committed after higher ones."""
    now = on_postgres.machine.wall()
    node = Node("node-1", host_name(), os.getpid(), "serve", now, now, postgres_feed.position)
    with on_postgres.database.begin() as work:
        work.nodes.add(node)
    with on_postgres.store.engine.begin() as ours:
        late(ours, "ours")
        change(on_postgres, "theirs")
        assert poll(postgres_feed) == ["theirs"]
        beat(on_postgres, postgres_feed)
    with ThreadPoolExecutor(1) as command:
        waiting = command.submit(wait_for_nodes, on_postgres)
        told: list[str] = []
        while "" not in told:  # the barrier
            assert not waiting.done()
            told += poll(postgres_feed)
        assert "ours" in told
        beat(on_postgres, postgres_feed)
        waiting.result(10)


def beat(deployment: Deployment, feed: ChangeFeed) -> None:
    with deployment.database.begin() as work:
        work.nodes.beat("node-1", work.machine, feed.position)
