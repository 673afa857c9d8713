"""Which voucher pays, against a naive reading of facts/billing.md 5."""

from hypothesis import given
from hypothesis import strategies as st

from keylease.billing.orders.model import Subscription
from keylease.billing.wallet.vouchers import Voucher, VoucherScope, VoucherStatus, choose

moments = st.integers(0, 6)
amounts = st.integers(0, 5)


@st.composite
def held(draw: st.DrawFn) -> list[tuple[Voucher, int]]:
    """Vouchers with few different values, so that many of them tie."""
    made = []
    for number in draw(st.lists(st.integers(1, 50), max_size=6, unique=True)):
        voucher = Voucher(
            id=number,
            number=f"Q-{number}",
            account_id="1",
            currency="USD",
            nominal=5,
            scope=draw(st.sampled_from(VoucherScope)),
            threshold=draw(amounts),
            granted_at=draw(moments),
            effective_at=draw(moments),
            expires_at=draw(moments),
            cancelled_at=draw(st.none() | moments),
        )
        made.append((voucher, draw(amounts)))
    return made


@given(held(), st.sampled_from(Subscription), amounts, moments)
def test_the_largest_then_the_first_to_expire_then_the_oldest_pays(
    vouchers: list[tuple[Voucher, int]], method: Subscription, amount: int, now: int
) -> None:
    best: tuple[Voucher, int] | None = None
    for voucher, left in vouchers:
        begun, over = now >= voucher.effective_at, now >= voucher.expires_at
        wrong_method = voucher.scope.value not in {
            "all",
            {"Subscription": "subscription", "PayAsYouGo": "pay_as_you_go"}[method.value],
        }
        if not begun or over or voucher.cancelled_at is not None or wrong_method:
            continue
        if amount < voucher.threshold or left == 0 or amount == 0:
            continue
        if best is None:
            best = voucher, left
            continue
        other, most = best
        if left != most:
            better = left > most
        elif voucher.expires_at != other.expires_at:
            better = voucher.expires_at < other.expires_at
        elif voucher.granted_at != other.granted_at:
            better = voucher.granted_at < other.granted_at
        else:
            better = voucher.id < other.id
        if better:
            best = voucher, left
    chosen = choose(vouchers, method, amount, now)
    assert (chosen.voucher, chosen.amount) == (
        (None, 0) if best is None else (best[0], min(best[1], amount))
    )


@given(held(), moments)
def test_what_ended_has_nothing_to_spend(vouchers: list[tuple[Voucher, int]], now: int) -> None:
    for voucher, left in vouchers:
        ended = voucher.cancelled_at is not None or now >= voucher.expires_at
        assert (voucher.status(now) is not VoucherStatus.AVAILABLE) == ended
        assert voucher.spendable(left, now) == (0 if ended else left)
        if voucher.in_force(now):
            assert not ended
