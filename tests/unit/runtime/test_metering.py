"""Requests are counted once each, whoever takes them meanwhile."""

import threading

from keylease.records.usage import MinuteCount
from keylease.runtime.metering import RequestCounter
from unit.runtime.samples import ADA, INSTANCE, NOW, REGION

MINUTE = NOW - NOW % 60


def test_requests_are_added_up_by_minute_and_instance() -> None:
    counter = RequestCounter()
    for instance, now in (
        ("a", MINUTE),
        ("b", MINUTE + 59),
        ("a", MINUTE + 59),
        ("a", MINUTE + 60),
    ):
        counter.note((instance, ADA, REGION, now))
    assert counter.take() == [
        MinuteCount("a", ADA, REGION, MINUTE, 2),
        MinuteCount("b", ADA, REGION, MINUTE, 1),
        MinuteCount("a", ADA, REGION, MINUTE + 60, 1),
    ]
    assert counter.take() == []


def test_none_is_lost_or_counted_twice_while_others_are_taken() -> None:
    counter, taken, done = RequestCounter(), [], threading.Event()

    def take() -> None:
        while not done.is_set():
            taken.extend(counter.take())

    taker = threading.Thread(target=take)
    taker.start()
    for _ in range(100_000):
        counter.note((INSTANCE, ADA, REGION, NOW))
    done.set()
    taker.join()
    taken.extend(counter.take())
    assert sum(one.requests for one in taken) == 100_000
