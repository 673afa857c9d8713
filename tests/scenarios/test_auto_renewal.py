"""Automatic renewal, told as days: rules.md 5, and vectors 3 and 10 of facts/billing.md."""

import pytest

from keylease.app import clock
from keylease.app.accounts import create_account, credit
from keylease.app.deployment import Deployment
from keylease.billing.renewals.model import RenewalMode
from keylease.core.clock import local, parse_iso
from keylease.core.errors import Refusal
from keylease.custody.instances.model import Instance
from keylease.lifecycle import purchase, renewal
from keylease.lifecycle.purchase import Purchase


class Customer:
    """An account with one instance, bought for a month at the deployment's first moment."""

    def __init__(self, deployment: Deployment, money: str, mode: str = "AutoRenewal") -> None:
        self.deployment = deployment
        clock.freeze(deployment)
        self.account_id = create_account(deployment, "ada", "ada@example.com").account.id
        credit(deployment, self.account_id, money)
        asked = Purchase("kms_ddi_public_intl", 1, {}, mode, 1 if mode == "AutoRenewal" else None)
        with deployment.database.begin() as work:
            receipt = purchase.buy(work, self.account_id, "cn-hangzhou", asked)
        self.instance_id = receipt.instance_id

    def wait_until(self, moment: str) -> None:
        clock.move(self.deployment, parse_iso(f"{moment}+08:00"), lambda _: None)

    def letters(self, kind: str) -> list[str]:
        with self.deployment.database.read() as work:
            found, _ = work.letters.page(self.account_id, 0, 1000)
        return [
            f"{local(one.letter.due_at):%m-%d %H:%M}" for one in found if one.letter.kind == kind
        ]

    def instance(self) -> Instance | None:
        with self.deployment.database.read() as work:
            return work.instances.find(self.instance_id)

    def end(self) -> str:
        instance = self.instance()
        assert instance is not None
        return f"{local(instance.end):%Y-%m-%d %H:%M}"


def test_always_short_of_money_there_are_five_attempts_and_then_none(
    deployment: Deployment,
) -> None:
    ada = Customer(deployment, "500.00")  # E is 2026-02-28
    ada.wait_until("2026-04-30T00:00:00")
    failed = ["02-25 08:00", "02-27 08:00", "02-28 08:00", "03-06 08:00", "03-14 08:00"]
    assert ada.letters("auto_renewal_failed") == failed
    assert ada.letters("released") == ["03-16 00:00"]
    assert ada.instance() is None


def test_the_first_attempt_renews_and_makes_the_reminders_of_the_old_end_void(
    deployment: Deployment,
) -> None:
    ada = Customer(deployment, "1000.00")
    ada.wait_until("2026-02-25T08:00:00")
    assert ada.end() == "2026-04-01 00:00"
    ada.wait_until("2026-03-23T00:00:00")
    assert ada.letters("reminder") == ["02-21 09:00"]  # E-3 at 09:00 came too late
    assert ada.letters("renewal") == ["02-25 08:00"]
    ada.wait_until("2026-03-28T12:00:00")
    assert ada.letters("reminder") == ["02-21 09:00", "03-24 09:00", "03-28 09:00"]
    assert ada.letters("auto_renewal_failed") == ["03-28 08:00"]


def test_an_attempt_that_succeeds_after_expiry_renews_from_the_old_end(
    deployment: Deployment,
) -> None:
    ada = Customer(deployment, "500.00")
    ada.wait_until("2026-03-10T00:00:00")
    credit(deployment, ada.account_id, "500.00")
    ada.wait_until("2026-03-14T08:00:00")
    instance = ada.instance()
    assert instance is not None
    assert f"{local(instance.term_start):%Y-%m-%d %H:%M}" == "2026-03-01 00:00"
    assert ada.end() == "2026-04-01 00:00"
    assert f"{local(instance.since):%Y-%m-%d}" == "2026-01-31"


def test_a_renewal_by_hand_makes_the_attempts_for_that_end_void(deployment: Deployment) -> None:
    ada = Customer(deployment, "1000.00")
    with deployment.database.begin() as work:
        renewal.renew(work, ada.account_id, ada.instance_id, 1)
    ada.wait_until("2026-03-20T00:00:00")
    assert ada.end() == "2026-04-01 00:00"
    assert ada.letters("auto_renewal_failed") == []


@pytest.mark.parametrize("again", [False, True], ids=["once", "off and on again"])
def test_switched_on_late_only_attempts_still_to_come_are_made(
    deployment: Deployment, again: bool
) -> None:
    ada = Customer(deployment, "500.00", "ManualRenewal")
    ada.wait_until("2026-02-26T00:00:00")

    def switch(mode: RenewalMode) -> None:
        with deployment.database.begin() as work:
            renewal.set_renewal(work, ada.account_id, [ada.instance_id], mode, 1, "M")

    switch(RenewalMode.AUTO)
    if again:
        switch(RenewalMode.MANUAL)
        ada.wait_until("2026-02-26T12:00:00")
        switch(RenewalMode.AUTO)
    ada.wait_until("2026-03-20T00:00:00")
    attempts = ["02-27 08:00", "02-28 08:00", "03-06 08:00", "03-14 08:00"]
    assert ada.letters("auto_renewal_failed") == attempts


def test_switched_off_nothing_is_attempted(deployment: Deployment) -> None:
    ada = Customer(deployment, "1000.00")
    with deployment.database.begin() as work:
        renewal.set_renewal(work, ada.account_id, [ada.instance_id], "NotRenewal", None, "M")
    ada.wait_until("2026-03-20T00:00:00")
    assert ada.letters("renewal") == []
    assert ada.instance() is None


def test_a_period_that_is_not_offered_is_refused_and_changes_nothing(
    deployment: Deployment,
) -> None:
    ada = Customer(deployment, "500.00", "ManualRenewal")
    with pytest.raises(Refusal, match="months"), deployment.database.begin() as work:
        renewal.set_renewal(work, ada.account_id, [ada.instance_id], "AutoRenewal", 5, "M")
    with deployment.database.read() as work:
        setting = work.renewal_settings.find_many([ada.instance_id])[ada.instance_id]
    assert setting.mode is RenewalMode.MANUAL
