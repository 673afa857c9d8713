"""Lives as tables: nothing forgotten, nothing moved by a refusal. Source: design.md 2."""

from enum import StrEnum

import pytest

from keylease.core.errors import Code, Refusal
from keylease.core.states import Life


class Door(StrEnum):
    OPEN = "Open"
    LOCKED = "Locked"


class Act(StrEnum):
    LOCK = "LockDoor"
    PASS = "PassDoor"


WHOLE: dict[Door, dict[Act, Door | Code]] = {
    Door.OPEN: {Act.LOCK: Door.LOCKED, Act.PASS: Door.OPEN},
    Door.LOCKED: {Act.LOCK: Code.KEY_STATE_NOT_MODIFIED, Act.PASS: Code.KEY_DISABLED},
}
DOOR = Life("door", Door, Act, WHOLE)


@pytest.mark.parametrize("state", Door)
@pytest.mark.parametrize("event", Act)
def test_each_pair_is_the_move_or_the_refusal_of_its_cell(state: Door, event: Act) -> None:
    cell = WHOLE[state][event]
    if isinstance(cell, Code):
        with pytest.raises(Refusal) as refused:
            DOOR.after(state, event, "front")
        assert refused.value.code is cell
    else:
        assert DOOR.after(state, event, "front") is cell


def test_a_refusal_names_the_event_the_thing_and_its_state() -> None:
    with pytest.raises(Refusal, match="PassDoor is refused: the door front is Locked"):
        DOOR.after(Door.LOCKED, Act.PASS, "front")


@pytest.mark.parametrize("state", Door)
@pytest.mark.parametrize("event", Act)
def test_a_table_with_a_hole_does_not_construct(state: Door, event: Act) -> None:
    holed = {
        s: {e: c for e, c in row.items() if (s, e) != (state, event)} for s, row in WHOLE.items()
    }
    with pytest.raises(AssertionError, match=f"door: {state} x {event} missing"):
        Life("door", Door, Act, holed)


def test_a_table_without_a_whole_state_does_not_construct() -> None:
    with pytest.raises(AssertionError, match="door: Locked x LockDoor missing"):
        Life("door", Door, Act, {Door.OPEN: WHOLE[Door.OPEN]})
