"""What can happen to a ticket, in each state: rules.md 7 in one table, written out once more."""

import pytest

from keylease.billing.tickets.model import TEXT_CHARACTERS_MAX, UNDECIDED, checked_text
from keylease.billing.tickets.states import TICKET_LIFE, TicketEvent, TicketState
from keylease.core.errors import Code, Refusal

#: What each event makes of a ticket that is not decided.
LEADS_TO = {
    "A reply by its owner": "open",
    "Closing by its owner": "closed",
    "An answer": "answered",
    "Approval": "approved",
    "Refusal": "refused",
}


@pytest.mark.parametrize("event", TicketEvent)
@pytest.mark.parametrize("state", TicketState)
def test_what_is_not_decided_can_change_and_what_is_cannot(
    state: TicketState, event: TicketEvent
) -> None:
    if state in {"open", "answered"}:
        assert TICKET_LIFE.after(state, event, "T1") == LEADS_TO[event]
        return
    with pytest.raises(Refusal, match=f"T1 is {state}") as refused:
        TICKET_LIFE.after(state, event, "T1")
    assert refused.value.code is Code.RESOURCE_STATUS


def test_undecided_is_what_still_can_change() -> None:
    assert {state.value for state in UNDECIDED} == {"open", "answered"}


@pytest.mark.parametrize(
    "text", ["a", "x" * TEXT_CHARACTERS_MAX, "全角　空格", "two\nlines", "👩‍💻"]
)
def test_people_may_write_as_they_do(text: str) -> None:
    assert checked_text("Text", f" {text}\r\n") == text


@pytest.mark.parametrize(
    "text", ["", " \n", "x" * (TEXT_CHARACTERS_MAX + 1), "a\0b", "a\x1bb", "\ud800"]
)
def test_what_no_database_keeps_or_nobody_reads_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="Text takes") as refused:
        checked_text("Text", text)
    assert refused.value.code is Code.INVALID_PARAMETER
