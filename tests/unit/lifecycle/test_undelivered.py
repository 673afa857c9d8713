"""What was bought and cannot be delivered is given back whole, at once. facts/billing.md 2.1.

A software instance is 500.00 a month in the default book.
"""

from collections.abc import Callable

import pytest

from keylease.app import clock
from keylease.app.deployment import Deployment
from keylease.billing.ledger.check import check_books
from keylease.billing.ledger.model import cash, voucher
from keylease.billing.orders.model import Order, OrderFilter, OrderType
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.wallet.granting import book_grant
from keylease.billing.wallet.payment import pay
from keylease.billing.wallet.vouchers import Grant, VoucherScope
from keylease.core.clock import DAY
from keylease.core.errors import Refusal
from keylease.crypto.providers import Providers
from keylease.lifecycle import ordering, purchase, renewal
from keylease.lifecycle.checkout import Delivery, check_out
from keylease.lifecycle.purchase import Purchase
from keylease.lifecycle.undelivered import Undeliverable
from keylease.lifecycle.work import Work
from keylease.storage import schema
from unit.lifecycle.tenant import Tenant

MONTH = 500_00


@pytest.fixture
def deployment(make_deployment: Callable[..., Deployment]) -> Deployment:
    opened = make_deployment()
    clock.freeze(opened)
    return opened


@pytest.fixture
def ada(deployment: Deployment) -> Tenant:
    return Tenant.arrive(deployment, 2_000_00)


def grant(tenant: Tenant, amount: int) -> int:
    """A voucher that can be spent on anything; its id."""
    with tenant.deployment.database.begin() as work:
        wanted = Grant(amount, VoucherScope.ALL, 0, work.now, work.now + DAY)
        return book_grant(work, tenant.account_id, "USD", wanted).id


def left(tenant: Tenant, account: str) -> int:
    with tenant.deployment.database.read() as work:
        return work.ledger.balance(account, "USD")


def orders(tenant: Tenant) -> dict[OrderType, Order]:
    with tenant.deployment.database.read() as work:
        found, _ = work.orders.page(tenant.account_id, OrderFilter(), 0, 100, work.now)
        return {one.type: one for one in found}


def require_clean_books(deployment: Deployment) -> None:
    with deployment.database.read() as work:
        assert check_books(work.books) == []


def buy_in_vain(tenant: Tenant) -> str:
    """A purchase that is paid and cannot be delivered; its order's id."""

    def deliver(_work: Work, _order: Order) -> Delivery:
        raise Undeliverable("it is sold out")

    asked = Purchase("kms_ddi_public_intl", 1, {})
    with tenant.deployment.database.begin() as work:
        account = work.accounts.lock(tenant.account_id)
        offer = purchase.offer(work, account, "cn-hangzhou", asked)
        return check_out(work, account, offer, deliver).order_id


def test_the_whole_amount_comes_back_by_a_refund_order(ada: Tenant) -> None:
    order_id = buy_in_vain(ada)
    new, refund = orders(ada)[OrderType.NEW], orders(ada)[OrderType.REFUND]
    assert (new.id, new.status, new.payable_amount) == (order_id, PaymentStatus.PAID, MONTH)
    assert (new.start, new.end) == (None, None)
    assert (refund.payable_amount, refund.details["reason"]) == (MONTH, "it is sold out")
    assert left(ada, cash(ada.account_id)) == 2_000_00
    with ada.deployment.database.read() as work:
        (line,) = work.orders.refund_lines(refund.id)
    assert (line.order_id, line.amount, line.used_days) == (order_id, MONTH, 0)
    require_clean_books(ada.deployment)


def test_the_only_letter_is_that_of_the_refund(ada: Tenant) -> None:
    buy_in_vain(ada)
    instance_id = orders(ada)[OrderType.NEW].instance_id
    assert ada.instance(instance_id) is None
    assert ada.letters(instance_id) == [("refund", "2026-01-31 10:00")]
    assert ada.agenda(instance_id, "pending") == []


@pytest.mark.parametrize("worth", [200_00, 500_00, 900_00])
def test_what_a_voucher_paid_goes_back_to_it(ada: Tenant, worth: int) -> None:
    given = grant(ada, worth)
    buy_in_vain(ada)
    by_voucher = min(worth, MONTH)
    refund = orders(ada)[OrderType.REFUND]
    assert (refund.voucher_amount, refund.cash) == (by_voucher, MONTH - by_voucher)
    assert left(ada, voucher(given)) == worth
    assert left(ada, cash(ada.account_id)) == 2_000_00
    require_clean_books(ada.deployment)
    with ada.deployment.store.reading() as connection:
        lines = connection.execute(schema.bill_lines.select()).all()
    assert [sum(getattr(one, name) for one in lines) for name in ("pretax", "voucher", "cash")] == [
        0, 0, 0,
    ]  # fmt: skip


def test_what_came_back_can_be_spent_again(ada: Tenant) -> None:
    given = grant(ada, 300_00)
    buy_in_vain(ada)
    ada.buy()
    assert left(ada, voucher(given)) == 0
    assert left(ada, cash(ada.account_id)) == 2_000_00 - 200_00
    require_clean_books(ada.deployment)


def test_hardware_that_can_no_longer_be_had_is_given_back(
    deployment: Deployment, ada: Tenant
) -> None:
    """The module went away between the order and its payment."""
    asked = Purchase("kms_ddi_public_intl", 1, {"ProductVersion": "1"})
    software = deployment.services.providers.software
    deployment.services.providers = Providers(software, lambda: software)
    with deployment.database.begin() as work:
        account = work.accounts.lock(ada.account_id)
        offer = purchase.offer(work, account, "cn-hangzhou", asked)
        order = ordering.place(work, offer, 0)
    deployment.services.providers = Providers(software)
    with deployment.database.begin() as work:
        receipt = ordering.pay_order(work, ada.account_id, order.id)
    assert receipt.order_id == order.id
    assert ada.instance(receipt.instance_id) is None
    assert "PKCS#11" in orders(ada)[OrderType.REFUND].details["reason"]
    assert left(ada, cash(ada.account_id)) == 2_000_00
    require_clean_books(deployment)


def test_an_instance_stays_as_it_is_when_its_renewal_cannot_be_delivered(ada: Tenant) -> None:
    one = ada.buy()
    before = ada.instance(one)

    def deliver(_work: Work, _order: Order) -> Delivery:
        raise Undeliverable("no")

    with ada.deployment.database.begin() as work:
        account = work.accounts.lock(ada.account_id)
        offer = renewal.offer(work, account, renewal.owned(work, account.id, one), 1)
        check_out(work, account, offer, deliver)
    assert ada.instance(one) == before
    assert left(ada, cash(ada.account_id)) == 1_500_00
    require_clean_books(ada.deployment)
    ada.renew(one)
    require_clean_books(ada.deployment)


def test_a_paid_order_without_its_term_is_found_unless_all_came_back(
    deployment: Deployment, ada: Tenant
) -> None:
    asked = Purchase("kms_ddi_public_intl", 1, {})
    with deployment.database.begin() as work:
        account = work.accounts.lock(ada.account_id)
        offer = purchase.offer(work, account, "cn-hangzhou", asked)
        order = ordering.place(work, offer, 0)
        paid, _ = pay(work, order)
        work.orders.update(paid)
    with deployment.database.read() as work:
        assert ("term", order.id) in [(one.rule, one.subject) for one in check_books(work.books)]


def test_who_cannot_pay_is_refused_and_not_given_back(deployment: Deployment) -> None:
    poor = Tenant.arrive(deployment, MONTH - 1)
    with pytest.raises(Refusal):
        buy_in_vain(poor)
    assert orders(poor) == {}
