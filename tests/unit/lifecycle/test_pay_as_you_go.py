"""Days and bills where time went another way than usual: late, at midnight, in bulk. rules.md 8."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keylease.app.deployment import Deployment
from keylease.billing.ledger.check import check_books
from keylease.billing.ledger.model import (
    PROMOTIONS,
    Posting,
    Transaction,
    TransactionKind,
    cash,
    voucher,
)
from keylease.billing.wallet.payment import top_up
from keylease.core.clock import DAY, HOUR, local_date, midnight, parse_iso
from keylease.core.errors import Code, Refusal
from keylease.core.terms import NEVER
from keylease.lifecycle import pay_as_you_go, refund
from keylease.lifecycle.debt import GRACE, settle_debt
from keylease.records.usage import MinuteCount
from keylease.storage import schema
from machine import HeldMachine
from unit.lifecycle.tenant import Tenant, run_due

START = parse_iso("2026-01-31T10:00:00+08:00")
INTL = "kms_ppi_public_intl"

#: In cents a day: an instance 450, a request a second 50. facts/kms.md 2.
INSTANCE, QPS = 450, 50


@pytest.fixture
def machine() -> HeldMachine:
    return HeldMachine(float(START))


@pytest.fixture
def deployment(make_deployment: Callable[..., Deployment], machine: HeldMachine) -> Deployment:
    """A deployment that keeps real time, on SQLite; the test moves the machine's clock."""
    return make_deployment(clock="real", machine=machine)


def buy(tenant: Tenant, **parameters: str) -> str:
    with tenant.deployment.database.begin() as work:
        return pay_as_you_go.buy(
            work, tenant.account_id, "cn-hangzhou", INTL, parameters
        ).instance_id


def release(tenant: Tenant, instance: str) -> None:
    with tenant.deployment.database.begin() as work:
        pay_as_you_go.release(work, tenant.account_id, instance, without_backup=True)


def balance(tenant: Tenant) -> int:
    with tenant.deployment.database.read() as work:
        return work.ledger.balance(cash(tenant.account_id), "USD")


def bills(tenant: Tenant) -> list[tuple[str, str, int]]:
    """(day, bill, amount) of each line, in the order in which they were made."""
    t = schema.bill_lines
    query = t.select().where(t.c.item == "PayAsYouGoBill", t.c.account_id == tenant.account_id)
    with tenant.deployment.database.read() as work:
        rows = work.connection.execute(query.order_by(t.c.seq)).all()
    return [(row.day, row.record_id, row.pretax) for row in rows]


def requests(deployment: Deployment, tenant: Tenant, instance: str, at: int, count: int) -> None:
    minute = MinuteCount(instance, tenant.account_id, "cn-hangzhou", at - at % 60, count)
    with deployment.database.begin() as work:
        work.usage.add_minutes([minute])


def catch_up(deployment: Deployment, machine: HeldMachine) -> None:
    """What a node does within two seconds."""
    for _ in range(2):
        run_due(deployment)
        machine.advance(1)
    run_due(deployment)


def findings(deployment: Deployment) -> list[object]:
    with deployment.database.read() as work:
        return list(check_books(work.books))


def test_days_that_passed_while_nothing_ran_are_billed_each_on_its_own(
    deployment: Deployment, machine: HeldMachine
) -> None:
    ada = Tenant.arrive(deployment, 100_000)
    one = buy(ada)
    requests(deployment, ada, one, START + DAY, 61)
    machine.advance(3 * DAY + HOUR)
    catch_up(deployment, machine)
    days = ["2026-01-31", "2026-02-01", "2026-02-02"]
    assert [(day, amount) for day, _, amount in bills(ada)] == [
        (days[0], INSTANCE), (days[1], INSTANCE + 2 * QPS), (days[2], INSTANCE),
    ]  # fmt: skip
    assert len({bill for _, bill, _ in bills(ada)}) == 3
    assert findings(deployment) == []


def test_two_instances_of_a_day_are_in_one_bill(
    deployment: Deployment, machine: HeldMachine
) -> None:
    ada = Tenant.arrive(deployment, 100_000)
    for _ in range(2):
        buy(ada)
    machine.advance(DAY)
    catch_up(deployment, machine)
    assert [amount for _, _, amount in bills(ada)] == [INSTANCE, INSTANCE]
    assert len({bill for _, bill, _ in bills(ada)}) == 1


def test_an_instance_released_at_midnight_existed_until_the_day_before(
    deployment: Deployment, machine: HeldMachine
) -> None:
    ada = Tenant.arrive(deployment, 100_000)
    one = buy(ada)
    machine.advance(14 * HOUR)  # 2026-02-01 00:00:00
    release(ada, one)
    machine.advance(3 * DAY)
    catch_up(deployment, machine)
    assert [(day, amount) for day, _, amount in bills(ada)] == [("2026-01-31", INSTANCE)]


def test_an_instance_bought_and_released_in_one_second_existed_on_that_day(
    deployment: Deployment, machine: HeldMachine
) -> None:
    ada = Tenant.arrive(deployment, 100_000)
    machine.advance(14 * HOUR)
    release(ada, buy(ada))
    machine.advance(3 * DAY)
    catch_up(deployment, machine)
    assert [(day, amount) for day, _, amount in bills(ada)] == [("2026-02-01", INSTANCE)]


def test_a_voucher_pays_before_the_balance(deployment: Deployment, machine: HeldMachine) -> None:
    ada = Tenant.arrive(deployment, 100_000)
    grant(ada, "subscription", 9_999)
    grant(ada, "pay_as_you_go", 600)
    buy(ada)
    machine.advance(2 * DAY)
    catch_up(deployment, machine)
    assert [amount for _, _, amount in bills(ada)] == [INSTANCE, INSTANCE]
    assert balance(ada) == 100_000 - (2 * INSTANCE - 600)
    assert findings(deployment) == []


def test_a_refund_can_end_a_debt(deployment: Deployment, machine: HeldMachine) -> None:
    ada = Tenant.arrive(deployment, 50_000)
    bought, one = ada.buy(), buy(ada)
    machine.advance(DAY)
    catch_up(deployment, machine)
    found = ada.instance(one)
    assert found is not None
    assert found.end == START + DAY + 1 + GRACE  # billed in the second after it was noticed
    with pytest.raises(Refusal) as refused:
        buy(ada)
    assert refused.value.code is Code.IN_DEBT
    with deployment.database.begin() as work:
        refund.unsubscribe(work, ada.account_id, bought)
    found = ada.instance(one)
    assert found is not None
    assert found.end == NEVER
    assert ada.agenda(one, "pending") == [("meter", "2026-02-02 00:00")]
    assert findings(deployment) == []


@given(
    paid=st.integers(0, 3_000),
    peaks=st.lists(st.integers(0, 600), min_size=1, max_size=8),
    income=st.lists(st.integers(0, 800), max_size=8),
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_happens_the_balance_is_income_less_use_and_the_books_are_in_order(
    deployment: Deployment, machine: HeldMachine, paid: int, peaks: list[int], income: list[int]
) -> None:
    """A naive sum, day by day; 10:00 at each step."""
    machine.advance(-(machine.wall() + 8 * HOUR) % DAY + 10 * HOUR)
    ada = Tenant.arrive(deployment, paid)
    one, expected = buy(ada), paid
    first = local_date(int(machine.wall()))
    for passed, peak in enumerate(peaks):
        noon = midnight(first + timedelta(days=passed)) + 12 * HOUR
        if peak:
            requests(deployment, ada, one, noon, peak)
        machine.advance(DAY)
        catch_up(deployment, machine)
        machine.advance(-2)
        expected -= INSTANCE + -(-peak // 60) * QPS
        if passed < len(income) and income[passed]:
            expected += income[passed]
            with deployment.database.begin() as work:
                top_up(work, ada.account_id, "USD", income[passed], "")
                settle_debt(work, ada.account_id)
        assert balance(ada) == expected
        with deployment.database.read() as work:
            account = work.accounts.find(ada.account_id)
        assert account is not None
        assert (account.debt_since is not None) == (expected < 0)
        assert findings(deployment) == []


def grant(tenant: Tenant, scope: str, amount: int) -> None:
    """A voucher as it is kept; 15 days are enough."""
    with tenant.deployment.database.begin() as work:
        made = work.connection.execute(
            schema.vouchers.insert()
            .values(
                number=scope, account_id=tenant.account_id, currency="USD", nominal=amount,
                scope=scope, threshold=0, granted_at=work.now, effective_at=work.now,
                expires_at=work.now + 15 * DAY, description="",
            )
            .returning(schema.vouchers.c.id)
        ).scalar_one()  # fmt: skip
        legs = (Posting(voucher(made), amount), Posting(PROMOTIONS, -amount))
        kind = TransactionKind.VOUCHER_GRANT
        work.ledger.post(Transaction(f"grant-{made}", work.now, kind, "USD", "", "", legs))
