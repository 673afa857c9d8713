"""No accepted request is accepted twice, whatever is forgotten and wherever the clock goes."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.access import replay
from keylease.access.replay import ReplayGuard
from keylease.core.errors import Code, Refusal

START = 1_795_404_000  # the start of a minute


class Clock:
    def __init__(self, wall: float = START) -> None:
        self.now = wall

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


class YieldingClock(Clock):
    """Lets another thread run whenever it is asked."""

    def wall(self) -> float:
        time.sleep(0)
        return self.now


def code_of(guard: ReplayGuard, access_key_id: str, nonce: str, timestamp: int) -> Code | None:
    try:
        guard.remember(access_key_id, nonce, timestamp)
    except Refusal as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize(("age", "fresh"), [(-901, 0), (-900, 1), (0, 1), (900, 1), (901, 0)])
def test_the_window_is_fifteen_minutes_to_both_sides(age: int, fresh: int) -> None:
    guard = ReplayGuard(Clock())
    if fresh:
        guard.check_timestamp(START - age)
        guard.remember("a", "n", START - age)
        return
    for refused in (guard.check_timestamp, lambda t: guard.remember("a", "n", t)):
        with pytest.raises(Refusal, match="expired") as caught:
            refused(START - age)
        assert caught.value.code == Code.TIMESTAMP_EXPIRED


def test_a_nonce_is_used_once_by_each_access_key() -> None:
    guard = ReplayGuard(Clock())
    assert code_of(guard, "a", "n", START) is None
    assert code_of(guard, "a", "n", START) == Code.NONCE_USED
    assert code_of(guard, "a", "m", START) is None
    assert code_of(guard, "b", "n", START) is None


def test_a_nonce_is_used_up_for_other_timestamps_too() -> None:
    guard = ReplayGuard(Clock())
    assert code_of(guard, "a", "n", START) is None
    assert code_of(guard, "a", "n", START + 300) == Code.NONCE_USED


def test_access_key_and_nonce_do_not_run_into_each_other() -> None:
    guard = ReplayGuard(Clock())
    assert code_of(guard, "ab", "c", START) is None
    assert code_of(guard, "a", "bc", START) is None


def test_checking_a_timestamp_remembers_nothing() -> None:
    guard = ReplayGuard(Clock())
    for _ in range(3):
        guard.check_timestamp(START)
    assert guard._count == 0


def test_minutes_that_left_the_window_are_forgotten() -> None:
    clock = Clock()
    guard = ReplayGuard(clock)
    for second in range(0, 7_200, 20):
        clock.now = START + second
        guard.remember("a", str(second), START + second)
    own = guard._keys["a"]
    assert len(own.buckets) == 16
    assert guard._count == own.count == sum(map(len, own.buckets.values())) <= 16 * 3


def test_a_clock_that_is_set_back_does_not_revive_what_was_forgotten() -> None:
    clock = Clock()
    guard = ReplayGuard(clock)
    guard.remember("a", "n", START)
    clock.now += 3_600
    guard.remember("a", "m", START + 3_600)
    clock.now = START
    assert code_of(guard, "a", "n", START) == Code.TIMESTAMP_EXPIRED


def test_a_full_memory_drops_the_oldest_minute_and_refuses_its_age() -> None:
    guard = ReplayGuard(Clock(), capacity=3)
    guard.remember("a", "old", START - 61)
    guard.remember("a", "1", START)
    guard.remember("a", "2", START)
    guard.remember("a", "3", START)  # the memory was full: the minute of "old" goes
    assert code_of(guard, "a", "old", START - 61) == Code.TIMESTAMP_EXPIRED
    # What is refused makes nobody forget anything.
    assert code_of(guard, "a", "1", START) == Code.NONCE_USED


def test_a_full_memory_of_one_minute_is_refused_rather_than_replayed() -> None:
    guard = ReplayGuard(Clock(), capacity=2)
    assert [code_of(guard, "a", n, START) for n in "123"] == [None, None, Code.TIMESTAMP_EXPIRED]
    assert code_of(guard, "a", "1", START) == Code.TIMESTAMP_EXPIRED
    assert code_of(guard, "a", "4", START + 60) is None


def test_who_fills_the_memory_pays_for_it_alone() -> None:
    guard = ReplayGuard(Clock(), capacity=8, per_key=4)
    guard.remember("quiet", "1", START - 120)
    for number in range(20):  # signed ahead of time, as far as the window goes
        code_of(guard, "loud", str(number), START + 890 - number)
    assert code_of(guard, "quiet", "2", START - 60) is None
    assert code_of(guard, "quiet", "1", START - 120) == Code.NONCE_USED
    assert code_of(guard, "new", "1", START) is None


def test_many_keys_that_fill_the_memory_are_forgotten_from_the_fullest() -> None:
    guard = ReplayGuard(Clock(), capacity=6, per_key=4)
    for number in range(4):
        guard.remember("loud", str(number), START - 600 + 60 * number)
    for name in "abc":
        guard.remember(name, "1", START)
    assert guard._count <= 6
    assert code_of(guard, "loud", "0", START - 600) == Code.TIMESTAMP_EXPIRED
    assert [code_of(guard, name, "1", START) for name in "abc"] == [Code.NONCE_USED] * 3


def test_keys_that_are_idle_are_forgotten_when_there_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replay, "_KEYS_MAX", 3)
    clock = Clock()
    guard = ReplayGuard(clock)
    for name in "abc":
        guard.remember(name, "1", START)
    clock.now += 3_600
    guard.remember("d", "1", START + 3_600)
    assert list(guard._keys) == ["d"]
    assert guard._count == 1


@given(
    capacity=st.integers(1, 6),
    steps=st.lists(
        st.tuples(
            st.integers(-200, 400),  # how far the clock jumps, also backwards
            st.integers(-130, 130),  # the age of the signature
            st.integers(0, 3),  # the nonce
            st.integers(0, 30),  # an accepted request to send again
        ),
        max_size=30,
    ),
)
def test_nothing_that_was_accepted_is_accepted_again(
    capacity: int, steps: list[tuple[int, int, int, int]]
) -> None:
    clock = Clock()
    guard = ReplayGuard(clock, window_s=120, capacity=capacity)
    accepted: list[tuple[str, int]] = []
    for jump, age, nonce, again in steps:
        clock.now += jump
        request = (str(nonce), int(clock.now) - age)
        if code_of(guard, "a", *request) is None:
            assert request not in accepted
            accepted.append(request)
        if again < len(accepted):
            assert code_of(guard, "a", *accepted[again]) in {
                Code.NONCE_USED,
                Code.TIMESTAMP_EXPIRED,
            }
        assert guard._count <= capacity


def test_of_many_threads_with_one_nonce_one_gets_through() -> None:
    guard = ReplayGuard(YieldingClock())
    barrier = threading.Barrier(8)
    passed: list[int] = []

    def run() -> None:
        barrier.wait()
        for nonce in range(50):
            if code_of(guard, "a", str(nonce), START) is None:
                passed.append(nonce)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(passed) == list(range(50))
