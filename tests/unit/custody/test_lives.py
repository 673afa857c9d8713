"""Every pair of state and event is a move, or a refusal that leaves the state.

Sources: facts/kms-api.md D.2, rules.md 2.
"""

from enum import StrEnum
from typing import Any

import pytest

from keylease.api.errors import STATUS
from keylease.core.errors import Code, Refusal
from keylease.core.states import Life
from keylease.custody.instances.states import INSTANCE_LIFE, InstanceEvent, InstanceState
from keylease.custody.keys.states import KEY_LIFE, KeyEvent, KeyState

PAIRS = [
    pytest.param(life, state, event, id=f"{life.noun}: {state} x {event}")
    for life in (KEY_LIFE, INSTANCE_LIFE)
    for state in life.states
    for event in life.events
]


@pytest.mark.parametrize(("life", "state", "event"), PAIRS)
def test_a_pair_moves_or_is_refused(life: Life[Any, Any], state: StrEnum, event: StrEnum) -> None:
    cell = life.cells[state][event]
    if not isinstance(cell, Code):
        assert life.after(state, event, "it") in life.states
        return
    with pytest.raises(Refusal) as refused:
        life.after(state, event, "key-1")
    assert refused.value.code is cell
    assert STATUS[cell] in {403, 409}
    for word in (str(event), str(state), "key-1"):
        assert word in refused.value.message


@pytest.mark.parametrize("life", [KEY_LIFE, INSTANCE_LIFE], ids=lambda life: life.noun)
def test_the_table_has_nothing_beside_its_pairs(life: Life[Any, Any]) -> None:
    assert life.cells.keys() == set(life.states)
    for row in life.cells.values():
        assert row.keys() == set(life.events)


def allowed(life: Life[Any, Any], event: StrEnum) -> dict[str, str]:
    """From where to where an event leads."""
    return {
        state: life.cells[state][event]
        for state in life.states
        if not isinstance(life.cells[state][event], Code)
    }


def test_only_an_enabled_key_can_be_used() -> None:
    assert allowed(KEY_LIFE, KeyEvent.USE) == {KeyState.ENABLED: KeyState.ENABLED}


def test_nothing_but_a_deletion_that_is_called_off_leaves_pending_deletion() -> None:
    row = KEY_LIFE.cells[KeyState.PENDING_DELETION]
    stays = {*Code, KeyState.PENDING_DELETION}
    assert {event for event, cell in row.items() if cell not in stays} == {KeyEvent.CANCEL_DELETION}
    assert allowed(KEY_LIFE, KeyEvent.CANCEL_DELETION) == {
        KeyState.PENDING_DELETION: KeyState.ENABLED
    }


def test_an_instance_is_enabled_once_and_only_its_token_comes_and_goes() -> None:
    assert allowed(INSTANCE_LIFE, InstanceEvent.CONNECT) == {
        InstanceState.UNINITIALIZED: InstanceState.CONNECTED
    }
    assert allowed(INSTANCE_LIFE, InstanceEvent.TOKEN_LOST) == {
        InstanceState.CONNECTED: InstanceState.DISCONNECTED
    }
    assert allowed(INSTANCE_LIFE, InstanceEvent.TOKEN_BACK) == {
        InstanceState.DISCONNECTED: InstanceState.CONNECTED
    }
