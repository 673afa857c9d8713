"""Vouchers from the grant to the end, the same on both engines. facts/billing.md 5, rules.md 4."""

import pytest

from keylease.app import vouchers as operator
from keylease.app.deployment import Deployment
from keylease.billing.ledger.check import check_books
from keylease.billing.ledger.model import PROMOTIONS, SALES, cash, voucher
from keylease.billing.orders.model import Subscription
from keylease.billing.wallet.payment import means_for
from keylease.billing.wallet.vouchers import Grant, Voucher, VoucherFilter, VoucherScope
from keylease.core.agenda import Appointment
from keylease.core.clock import DAY
from keylease.core.errors import Misuse, Refusal
from keylease.lifecycle.vouchers import VOUCHER_EXPIRY, cancel_voucher, grant_voucher, lapse_due
from keylease.storage.unit_of_work import UnitOfWork
from machine import HeldMachine
from unit.lifecycle.tenant import Tenant, run_due


def granted(work: UnitOfWork, account_id: str, nominal: int = 10_000, **changed: object) -> Voucher:
    """A voucher for thirty days from now."""
    wanted: dict[str, object] = {
        "nominal": nominal,
        "scope": VoucherScope.ALL,
        "threshold": 0,
        "effective_at": work.now,
        "expires_at": work.now + 30 * DAY,
        "description": "欢迎",
    }
    account = work.accounts.lock(account_id)
    return grant_voucher(work, account, Grant(**(wanted | changed)))


def wait(deployment: Deployment, seconds: int) -> None:
    """Time goes by and whatever is due happens."""
    pass_(deployment, seconds)
    run_due(deployment)


def pass_(deployment: Deployment, seconds: int) -> None:
    """Time goes by, and nobody does anything."""
    machine = deployment.database.services.machine
    assert isinstance(machine, HeldMachine)
    machine.advance(seconds)


def test_a_grant_is_found_with_every_field_and_what_is_left(deployment: Deployment) -> None:
    ada = Tenant.arrive(deployment, 0)
    with deployment.database.begin() as work:
        made = granted(work, ada.account_id, threshold=5, scope=VoucherScope.SUBSCRIPTION)
        assert work.vouchers.by_number(made.number) == (made, 10_000)
        assert work.vouchers.find_many([made.id]) == [(made, 10_000)]
        assert work.ledger.balance(PROMOTIONS, "USD") == -10_000
        assert work.ledger.balance(cash(ada.account_id), "USD") == 0
        assert (made.granted_at, made.description, made.threshold) == (work.now, "欢迎", 5)
        assert work.vouchers.by_number("Q-") is None
        assert check_books(work.books) == []


def test_what_is_left_lapses_when_the_voucher_expires(deployment: Deployment) -> None:
    ada = Tenant.arrive(deployment, 0)
    with deployment.database.begin() as work:
        made = granted(work, ada.account_id, expires_at=work.now + 100)
    wait(deployment, 99)
    with deployment.database.read() as work:
        assert [v.id for v, _ in work.vouchers.spendable(ada.account_id, "USD", work.now)] == [
            made.id
        ]
    wait(deployment, 1)
    with deployment.database.read() as work:
        assert work.vouchers.spendable(ada.account_id, "USD", work.now) == []
        assert work.vouchers.find_many([made.id]) == [(made, 0)]
        assert work.ledger.balance(PROMOTIONS, "USD") == 0
        assert check_books(work.books) == []


def test_no_job_has_to_run_for_a_voucher_to_be_over(deployment: Deployment) -> None:
    ada = Tenant.arrive(deployment, 0)
    with deployment.database.begin() as work:
        made = granted(work, ada.account_id, expires_at=work.now + 100)
    pass_(deployment, 100)
    with deployment.database.read() as work:
        assert work.vouchers.spendable(ada.account_id, "USD", work.now) == []
        ((_, left),) = work.vouchers.find_many([made.id])
        assert (left, made.spendable(left, work.now)) == (10_000, 0)


def test_a_cancelled_voucher_is_over_at_once_and_lapses_no_second_time(
    deployment: Deployment,
) -> None:
    ada = Tenant.arrive(deployment, 0)
    with deployment.database.begin() as work:
        made = granted(work, ada.account_id, expires_at=work.now + 100)
        cancel_voucher(work, made.number)
        assert work.vouchers.spendable(ada.account_id, "USD", work.now) == []
        assert work.ledger.balance(voucher(made.id), "USD") == 0
        with pytest.raises(Misuse, match="is cancelled"):
            cancel_voucher(work, made.number)
        lapse_due(work, [_expiry(made)])
        assert work.ledger.balance(voucher(made.id), "USD") == 0
    wait(deployment, 100)
    with deployment.database.begin() as work:
        assert work.ledger.balance(PROMOTIONS, "USD") == 0
        assert check_books(work.books) == []
        with pytest.raises(Misuse, match="There is no voucher"):
            cancel_voucher(work, "Q-000000000000")


def test_a_job_that_comes_too_early_takes_nothing(deployment: Deployment) -> None:
    ada = Tenant.arrive(deployment, 0)
    with deployment.database.begin() as work:
        made = granted(work, ada.account_id)
        lapse_due(work, [_expiry(made)])
        assert work.ledger.balance(voucher(made.id), "USD") == 10_000


def test_a_voucher_that_expired_cannot_be_cancelled(deployment: Deployment) -> None:
    ada = Tenant.arrive(deployment, 0)
    with deployment.database.begin() as work:
        made = granted(work, ada.account_id, expires_at=work.now + 1)
    pass_(deployment, 1)
    with pytest.raises(Misuse, match="is expired"), deployment.database.begin() as work:
        cancel_voucher(work, made.number)


def test_one_voucher_pays_and_the_rest_comes_from_the_balance(deployment: Deployment) -> None:
    ada = Tenant.arrive(deployment, 45_000)
    with deployment.database.begin() as work:
        small = granted(work, ada.account_id, 4_000)
    with pytest.raises(Refusal) as refused:
        ada.buy()
    assert str(refused.value) == (
        "The order costs USD 500.00, a voucher pays USD 40.00, the balance is USD 450.00: "
        "USD 10.00 are missing. Top up and try again."
    )
    with deployment.database.begin() as work:
        large = granted(work, ada.account_id, 5_000)
    ada.buy()
    with deployment.database.read() as work:
        assert work.vouchers.find_many([large.id, small.id]) == [(small, 4_000), (large, 0)]
        assert work.ledger.balance(cash(ada.account_id), "USD") == 0
        assert work.ledger.balance(SALES, "USD") == 50_000
        assert check_books(work.books) == []


def test_means_count_voucher_and_balance(deployment: Deployment) -> None:
    ada = Tenant.arrive(deployment, 300)
    with deployment.database.begin() as work:
        granted(work, ada.account_id, 500, threshold=600)

        def missing(amount: int) -> tuple[int, int]:
            means = means_for(work, ada.account_id, "USD", Subscription.SUBSCRIPTION, amount)
            return means.deduction.amount, means.missing

        assert missing(0) == (0, 0)
        assert missing(599) == (0, 299)  # below the threshold
        assert missing(600) == (500, 0)
        assert missing(800) == (500, 0)
        assert missing(801) == (500, 1)


def test_vouchers_are_listed_newest_first_by_owner_expiry_and_force(work: UnitOfWork) -> None:
    one, other = "1000000000000001", "2000000000000002"
    now = work.now
    spans = [(now, now + 10), (now + 5, now + 20), (now - 9, now), (now, now + 30)]
    made = [
        work.vouchers.add(
            other if number == 3 else one,
            "USD",
            f"Q-{number}",
            Grant(7, VoucherScope.ALL, 0, *span),
            now + number,
        )
        for number, span in enumerate(spans)
    ]

    def numbers(**chosen: object) -> list[int]:
        found, total = work.vouchers.page(VoucherFilter(**chosen), 0, 10, now)
        assert total == len(found)
        return [made.index(voucher) for voucher, _ in found]

    assert numbers() == [3, 2, 1, 0]
    assert numbers(account_id=one) == [2, 1, 0]
    assert numbers(in_force=True) == [3, 0]
    assert numbers(in_force=False) == [2, 1]
    assert numbers(expires_from=now + 10) == [3, 1, 0]
    assert numbers(expires_until=now + 10) == [2, 0]
    assert [v.id for v, _ in work.vouchers.page(VoucherFilter(), 1, 2, now)[0]] == [
        made[2].id,
        made[1].id,
    ]
    work.vouchers.cancel(made[3].id, now)
    assert numbers(in_force=True) == [0]


@pytest.mark.parametrize(
    ("until", "given", "says"),
    [
        ("30d", {"amount": "0"}, "more than 0.00"),
        ("30d", {"amount": "x"}, "not an amount"),
        ("30", {}, "not a duration"),
        ("2026-02-31", {}, "not a moment"),
        ("2020-01-01T00:00:00Z", {}, "later end"),
        ("9000-01-02T00:00:00Z", {}, "year 9000"),
        ("30d", {"threshold": "-1"}, "0.00 or more"),
        ("30d", {"scope": "beer"}, "subscription"),
        ("30d", {"note": "two\nlines"}, "one line"),
        ("0s", {}, "later end"),
        ("1d", {"begins": "2020-01-01T00:00:00Z"}, "later end"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(
    shared: Deployment, until: str, given: dict[str, str], says: str
) -> None:
    amount, options = given.get("amount", "10"), {n: v for n, v in given.items() if n != "amount"}
    with shared.database.read() as work:
        before = work.vouchers.page(VoucherFilter(), 0, 1, work.now)[1]
    account = Tenant.arrive(shared, 0).account_id
    with pytest.raises(Misuse, match=says):
        operator.grant(shared, account, amount, until, **options)
    with shared.database.read() as work:
        assert work.vouchers.page(VoucherFilter(), 0, 1, work.now)[1] == before


def test_a_duration_counts_from_the_beginning(deployment: Deployment) -> None:
    account = Tenant.arrive(deployment, 0).account_id
    made = operator.grant(deployment, account, "10", "30d", begins="2026-03-01T00:00:00+08:00")
    assert made.expires_at - made.effective_at == 30 * DAY
    with deployment.database.read() as work:
        assert not made.in_force(work.now)
        rows = work.agenda.pending_of([str(made.id)], VOUCHER_EXPIRY, made.expires_at)
        assert [row.appointment.due for row in rows] == [made.expires_at]


def _expiry(made: Voucher) -> Appointment:
    return Appointment(VOUCHER_EXPIRY, str(made.id), made.expires_at)
