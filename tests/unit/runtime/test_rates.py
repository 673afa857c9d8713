"""Rates run on machine time and take nothing from anybody else. design.md 6 (quotas)."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.core.errors import Code, Refusal
from keylease.runtime.rates import RateLimiter
from machine import HeldMachine


def admitted(limiter: RateLimiter, subject: str, rate: float, times: int) -> int:
    done = 0
    for _ in range(times):
        with suppress(Refusal):
            limiter.admit(subject, rate)
            done += 1
    return done


def test_a_burst_of_one_second_is_admitted_and_no_more() -> None:
    assert admitted(RateLimiter(HeldMachine()), "a", 8, 100) == 8


def test_a_longer_burst_admits_more() -> None:
    assert admitted(RateLimiter(HeldMachine(), burst=2.0), "a", 8, 100) == 16


def test_time_brings_back_what_was_used() -> None:
    machine = HeldMachine()
    limiter = RateLimiter(machine)
    assert admitted(limiter, "a", 8, 100) == 8
    machine.advance(0.5)
    assert admitted(limiter, "a", 8, 100) == 4
    machine.advance(3600)
    assert admitted(limiter, "a", 8, 100) == 8, "rest is not saved up beyond the burst"


def test_what_is_refused_costs_nothing() -> None:
    machine = HeldMachine()
    limiter = RateLimiter(machine)
    admitted(limiter, "a", 8, 1000)
    machine.advance(0.125)
    assert admitted(limiter, "a", 8, 1) == 1


def test_subjects_do_not_take_from_each_other() -> None:
    limiter = RateLimiter(HeldMachine())
    assert admitted(limiter, "a", 8, 100) == 8
    assert admitted(limiter, "b", 8, 100) == 8


def test_what_has_happened_is_counted_and_leaves_no_room_for_more() -> None:
    machine = HeldMachine()
    limiter = RateLimiter(machine)
    for _ in range(8):
        limiter.require_room("a", 8)
        limiter.count("a", 8)
    with pytest.raises(Refusal):
        limiter.require_room("a", 8)
    limiter.require_room("b", 8)
    machine.advance(1 / 8)
    limiter.require_room("a", 8)


def test_what_was_counted_too_often_is_worked_off_within_the_burst() -> None:
    machine = HeldMachine()
    limiter = RateLimiter(machine)
    for _ in range(1000):
        limiter.count("a", 8)
    machine.advance(1 + 2 / 8)
    limiter.require_room("a", 8)


def test_a_rate_that_rises_counts_from_now_on() -> None:
    machine = HeldMachine()
    limiter = RateLimiter(machine)
    assert admitted(limiter, "a", 8, 100) == 8
    machine.advance(0.5)
    assert admitted(limiter, "a", 64, 100) == 32


@given(
    rate=st.integers(1, 2_000),
    pauses=st.lists(st.floats(0.0, 2.0, allow_nan=False), min_size=1, max_size=20),
)
def test_never_more_than_the_rate_and_one_burst(rate: int, pauses: list[float]) -> None:
    machine = HeldMachine()
    limiter = RateLimiter(machine)
    done = 0
    for pause in pauses:
        machine.advance(pause)
        done += admitted(limiter, "a", rate, 50)
        # One second's worth in hand, and rounding of the machine's clock, never more.
        assert done <= rate * (machine.monotonic() + 1.0) + 1


def test_a_throttled_call_says_so() -> None:
    limiter = RateLimiter(HeldMachine())
    limiter.admit("a", 1)
    with pytest.raises(Refusal, match="QPS Limit Exceeded") as refused:
        limiter.admit("a", 1)
    assert refused.value.code is Code.THROTTLED
