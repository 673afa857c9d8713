"""The clock's states and the forms of time. Source: rules.md 1, design.md 6 (`keylease clock`)."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

# As a module: pytest would take an imported `test_clock` for a test.
from keylease.core import clock
from keylease.core.clock import ClockState

START = 1_000_000
#: The machine's time when the clock was set: long after what the clock shows.
MACHINE = 5_000_000.25


def running() -> ClockState:
    return clock.movable_clock(START, MACHINE)


def frozen() -> ClockState:
    return ClockState("test", base=START, since=MACHINE, running=False)


def test_a_real_clock_shows_the_machines_whole_seconds() -> None:
    assert ClockState("real").now(1_700_000_000.999) == 1_700_000_000


def test_a_test_clock_goes_on_from_where_it_was_set_at_the_machines_pace() -> None:
    assert running().now(MACHINE) == START
    assert running().now(MACHINE + 0.99) == START
    assert running().now(MACHINE + 1) == START + 1
    assert running().now(MACHINE + 86_400) == START + 86_400


def test_a_test_clock_stands_when_the_machines_clock_goes_back() -> None:
    assert running().now(MACHINE - 3_600) == START


def test_a_frozen_clock_stands() -> None:
    assert frozen().now(MACHINE + 86_400) == START


@pytest.mark.parametrize("state", [running(), frozen()], ids=["running", "frozen"])
def test_a_held_clock_stands_at_the_present(state: ClockState) -> None:
    held = state.hold(MACHINE + 100, 30)
    present = state.now(MACHINE + 100)
    assert [held.now(MACHINE + 100 + s) for s in (0, 15, 29.9)] == [present] * 3
    assert held.is_held(MACHINE + 129.9)
    assert not state.is_held(MACHINE + 100)


def test_a_hold_whose_mover_died_lapses_and_the_clock_runs_on_from_there() -> None:
    held = running().hold(MACHINE + 100, 30)
    assert not held.is_held(MACHINE + 130)
    assert held.now(MACHINE + 130) == START + 100
    assert held.now(MACHINE + 135) == START + 105


def test_a_hold_of_a_frozen_clock_lapses_and_it_stays_frozen() -> None:
    assert frozen().hold(MACHINE, 30).now(MACHINE + 86_400) == START


def test_a_clock_that_is_let_go_runs_on_at_once() -> None:
    free = running().hold(MACHINE + 100, 30).let_go(MACHINE + 110)
    assert not free.is_held(MACHINE + 110)
    assert free.now(MACHINE + 110) == START + 100
    assert free.now(MACHINE + 115) == START + 105


def test_a_frozen_clock_that_is_let_go_stays_frozen() -> None:
    free = frozen().hold(MACHINE, 30).let_go(MACHINE + 10)
    assert free.now(MACHINE + 86_400) == START


def test_a_clock_let_go_after_its_hold_lapsed_does_not_go_back() -> None:
    held = running().hold(MACHINE, 30)
    late = MACHINE + 100
    assert held.let_go(late).now(late) == held.now(late)


@settings(deadline=None, max_examples=200)
@given(
    state=st.sampled_from([running(), frozen()]),
    steps=st.lists(
        st.tuples(
            st.sampled_from(["hold", "let go", "look"]),
            st.floats(0, 100),
        ),
        max_size=12,
    ),
)
def test_whatever_is_done_with_it_a_clock_never_goes_back(
    state: ClockState, steps: list[tuple[str, float]]
) -> None:
    machine, shown = MACHINE, START
    for step, wait in steps:
        machine += wait
        if step == "hold":
            state = state.hold(machine, 30)
        elif step == "let go":
            state = state.let_go(machine)
        assert state.now(machine) >= shown
        shown = state.now(machine)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2023-09-05T12:44:19Z", 1_693_917_859),
        ("2023-09-05T20:44:19+08:00", 1_693_917_859),
        ("2023-09-05T07:44:19-05:00", 1_693_917_859),
    ],
)
def test_times_are_read_with_their_offset(text: str, instant: int) -> None:
    assert clock.parse_iso(text) == instant


@pytest.mark.parametrize(
    "text", ["2023-09-05T12:44:19", "2023-09-05", "tomorrow", "", "2023-02-30T00:00:00Z"]
)
def test_a_time_without_an_offset_or_none_at_all_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        clock.parse_iso(text)


def test_a_missing_offset_is_named() -> None:
    with pytest.raises(ValueError, match="has no offset: end it with Z"):
        clock.parse_iso("2023-09-05T12:44:19")


def test_times_are_shown_in_utc() -> None:
    assert clock.iso(1_693_917_859) == "2023-09-05T12:44:19Z"


@settings(deadline=None)
@given(st.integers(0, 4_102_444_800))
def test_what_is_shown_can_be_read(instant: int) -> None:
    assert clock.parse_iso(clock.iso(instant)) == instant


def test_days_begin_at_midnight_of_utc8() -> None:
    midnight = clock.parse_iso("2026-02-28T16:00:00Z")
    assert clock.midnight(date(2026, 3, 1)) == midnight
    assert clock.at_hour(date(2026, 3, 1), 9) == midnight + 9 * clock.HOUR
    assert clock.local_date(midnight) == date(2026, 3, 1)
    assert clock.local_date(midnight - 1) == date(2026, 2, 28)


def test_there_is_no_daylight_saving() -> None:
    """Shanghai had it in July 1988: a civil time zone would answer 15:00 of the day before."""
    assert clock.iso(clock.midnight(date(1988, 7, 1))) == "1988-06-30T16:00:00Z"


def test_the_machines_clock_is_asked_each_time() -> None:
    machine = clock.SystemClock()
    assert machine.wall() > clock.parse_iso("2026-01-01T00:00:00Z")
    assert machine.monotonic() <= machine.monotonic()
