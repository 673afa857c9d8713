"""Every pair of state and event of an order is a move or a refusal. Source: rules.md 4."""

import pytest

from keylease.api.errors import STATUS
from keylease.billing.orders.states import ORDER_LIFE, OrderEvent, PaymentStatus
from keylease.core.errors import Code, Refusal

S, E = PaymentStatus, OrderEvent

#: Only what waits to be paid can become anything else; what was paid is never cancelled.
MOVES = {
    (S.UNPAID, E.PAY): S.PAID,
    (S.UNPAID, E.CANCEL): S.CANCELLED,
    (S.UNPAID, E.LAPSE): S.CANCELLED,
}
PAIRS = [pytest.param(state, event, id=f"{state} x {event}") for state in S for event in E]


@pytest.mark.parametrize(("state", "event"), PAIRS)
def test_a_pair_moves_or_is_refused_with_400(state: PaymentStatus, event: OrderEvent) -> None:
    if (state, event) in MOVES:
        assert ORDER_LIFE.after(state, event, "2001") is MOVES[state, event]
        return
    with pytest.raises(Refusal) as refused:
        ORDER_LIFE.after(state, event, "2001")
    assert refused.value.code is Code.RESOURCE_STATUS
    assert STATUS[refused.value.code] == 400
    for word in (event, state, "2001"):
        assert word in refused.value.message


def test_the_table_has_nothing_beside_its_pairs() -> None:
    assert ORDER_LIFE.cells.keys() == set(S)
    for row in ORDER_LIFE.cells.values():
        assert row.keys() == set(E)
