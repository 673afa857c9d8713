"""One expiration day for many instances: all of them or none. rules.md 1 and 4.

A software instance is 500.00 a month in the default book, without a discount below 12 months.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from keylease.app import clock
from keylease.app.deployment import Deployment
from keylease.billing.ledger.check import check_books
from keylease.billing.ledger.model import cash
from keylease.core.clock import iso, parse_iso
from keylease.core.errors import Code, Refusal
from keylease.custody.instances.model import Instance
from keylease.lifecycle import ordering, refund, renewal, unify
from keylease.lifecycle.checkout import Receipt
from unit.lifecycle.tenant import Tenant


@pytest.fixture
def deployment(make_deployment: Callable[..., Deployment]) -> Deployment:
    """A test clock that stands still at 2026-01-31 10:00:00 UTC+8."""
    opened = make_deployment()
    clock.freeze(opened)
    return opened


@pytest.fixture
def ada(deployment: Deployment) -> Tenant:
    return Tenant.arrive(deployment, 5_000_00)


def unify_to(tenant: Tenant, day: int, *instances: str) -> Sequence[Receipt]:
    with tenant.deployment.database.begin() as work:
        made = unify.unify(work, tenant.account_id, instances, day)
        return [receipt for _, receipt in made]


def balance(tenant: Tenant) -> int:
    with tenant.deployment.database.read() as work:
        return work.ledger.balance(cash(tenant.account_id), "USD")


def standing(tenant: Tenant, instance_id: str) -> Instance:
    found = tenant.instance(instance_id)
    assert found is not None
    return found


def refused(tenant: Tenant, day: int, *instances: str) -> Code:
    with pytest.raises(Refusal) as caught:
        unify_to(tenant, day, *instances)
    return caught.value.code


def at(moment: str) -> int:
    return parse_iso(f"{moment}T00:00:00+08:00")


def test_all_end_on_the_day_and_each_has_an_order_of_its_own(ada: Tenant) -> None:
    one, other = ada.buy(1), ada.buy(2)  # they end on 2026-03-01 and 2026-04-01
    receipts = unify_to(ada, 12, one, other)
    assert {receipt.instance_id for receipt in receipts} == {one, other}
    assert standing(ada, one).end == at("2026-04-12")
    assert standing(ada, other).end == at("2026-05-12")
    # a month and 11 days each, 500.00 / 30 a day: 683.33
    assert balance(ada) == 5_000_00 - 500_00 - 1_000_00 - 2 * 683_33
    with ada.deployment.database.read() as work:
        assert check_books(work.books) == []
        letters, _ = work.letters.page(ada.account_id, 0, 100)
        term = work.orders.term(receipts[0].order_id)
    assert term is not None
    assert term.term.months == 0
    assert any("1 month and 11 days" in found.letter.text for found in letters)


def test_a_renewal_afterwards_goes_on_from_the_day(ada: Tenant) -> None:
    one = ada.buy()
    unify_to(ada, 12, one)
    ada.renew(one, 2)
    assert standing(ada, one).end == at("2026-06-12")
    unify_to(ada, 12, one)  # again: exactly one month
    assert standing(ada, one).end == at("2026-07-12")


def test_cancelling_it_brings_the_old_chain_back(deployment: Deployment, ada: Tenant) -> None:
    one = ada.buy()
    before, money = standing(ada, one), balance(ada)
    (receipt,) = unify_to(ada, 12, one)
    with deployment.database.begin() as work:
        refund.cancel_renewal(work, ada.account_id, one, receipt.order_id)
    assert standing(ada, one) == before
    assert balance(ada) == money
    ada.renew(one)
    assert standing(ada, one).end == at("2026-04-01")  # anchor 31 January: E is 31 March


def test_too_little_money_for_all_renews_none(ada: Tenant) -> None:
    ids = [ada.buy(6), ada.buy(2)]  # 1,000.00 are left, and 683.33 is what each costs
    ends = [standing(ada, one).end for one in ids]
    assert refused(ada, 12, *ids) is Code.INSUFFICIENT_BALANCE
    assert [standing(ada, one).end for one in ids] == ends
    assert balance(ada) == 1_000_00


def test_one_that_expired_keeps_all_from_being_renewed(deployment: Deployment, ada: Tenant) -> None:
    short, long = ada.buy(1), ada.buy(2)
    clock.move(deployment, at("2026-03-01"), lambda _: None)
    assert refused(ada, 12, long, short) is Code.RESOURCE_STATUS
    assert standing(ada, long).end == at("2026-04-01")


def test_one_with_an_unpaid_order_keeps_all_from_being_renewed(
    deployment: Deployment, ada: Tenant
) -> None:
    one, other = ada.buy(), ada.buy()
    with deployment.database.begin() as work:
        account = work.accounts.lock(ada.account_id)
        instance = renewal.owned(work, ada.account_id, other)
        ordering.place(work, renewal.offer(work, account, instance, 1), 0)
    assert refused(ada, 12, one, other) is Code.ORDER_CONFLICT
    assert standing(ada, one).end == at("2026-03-01")


def test_one_that_is_paid_for_as_it_is_used_cannot_be_renewed(
    deployment: Deployment, ada: Tenant
) -> None:
    one = ada.buy()
    with deployment.database.begin() as work:
        by_use = replace(standing(ada, one), product_type="kms_ppi_public_intl")
        work.instances.update(by_use)
    assert refused(ada, 12, one) is Code.NOT_APPLICABLE


def test_another_accounts_instance_answers_like_an_unknown_one(
    deployment: Deployment, ada: Tenant
) -> None:
    eve = Tenant.arrive(deployment)
    mine, hers = ada.buy(), eve.buy()
    for foreign in (hers, "kst-hzz000000000000000000"):
        assert refused(ada, 12, mine, foreign) is Code.RESOURCE_NOT_EXISTS
    assert standing(ada, mine).end == at("2026-03-01")


def test_the_preview_is_what_is_booked(ada: Tenant) -> None:
    one = ada.buy()
    with ada.deployment.database.read() as work:
        account = work.accounts.find(ada.account_id)
        assert account is not None
        (shown,) = unify.preview(work, account, [one], 20)
    before = balance(ada)
    unify_to(ada, 20, one)
    assert balance(ada) == before - shown.offer.price.payable_amount
    assert iso(standing(ada, one).end) == iso(shown.new_end)
