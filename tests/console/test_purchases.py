"""Upgrades, automatic renewal, pay-as-you-go and the trial, in every way to use the console."""

import pytest
from playwright.sync_api import Browser

from console.hands import ACCEPT, Hand, Own
from console.ways import Way
from product import Customer, Product

pytestmark = pytest.mark.long


@pytest.fixture
def instance(walker: Customer) -> Own:
    """An instance until 2026-04-11 00:00:00."""
    return Own(walker.buy(1)["InstanceId"])


def test_an_upgrade_explains_its_fee_item_by_item(hand: Hand, instance: Own) -> None:
    hand.go("Instances")
    hand.follow("Upgrade", row=instance)
    hand.fill("Keys", "3000")
    hand.fill("Secrets", "200")
    hand.sees_price("USD 252.67")  # 240.00 / 720 x (31 x 24 + 14) hours
    assert hand.fact("Left of the term") == hand.said(
        "{days} days and {hours} hours", days=31, hours=14
    )
    assert hand.cell("1,000 → 3,000", "Fee") == "USD 210.56"
    assert hand.cell("100 → 200", "Fee") == "USD 42.11"
    hand.person.check_accessible()
    hand.tick(ACCEPT)
    hand.press("Buy Now")
    assert hand.fact("Keys") == "1,000 → 3,000"
    hand.press("Pay")
    hand.is_told("Paid. The instance is upgraded.")
    assert hand.fact("Ends") == "2026-04-11 00:00:00 UTC+8"
    hand.reads(Own("0 / 3,000"))


def test_automatic_renewal_is_switched_on_and_off(hand: Hand, instance: Own) -> None:
    hand.go("Instances")
    hand.follow("Auto-renewal", row=instance)
    hand.reads(Own("2026-04-07 08:00:00 UTC+8"))
    hand.tick("By itself, for the period below")
    year = hand.said("{number} months", number=12)
    hand.choose("For how long each time", Own(f"{year}, USD 5,100.00"))
    hand.press("Set renewal")
    hand.is_told("The instance is renewed by itself from now on.")
    assert hand.fact("Renewal") == hand.said("Automatic")
    hand.go("Renewals")
    hand.reads(Own(year))
    hand.go("Instances")
    hand.follow("Auto-renewal", row=instance)
    hand.tick("Not at all")
    hand.press("Set renewal")
    assert hand.fact("Renewal") == hand.said("Not renewed")


def test_pay_as_you_go_is_bought_at_once_after_a_confirmation(hand: Hand) -> None:
    hand.go("Instances")
    hand.follow("Create Instance")
    hand.follow("Buy pay-as-you-go")
    hand.press("Continue")
    assert hand.fact("Now") == "USD 0.00"
    hand.tick(ACCEPT)
    hand.press("Buy Now")
    hand.is_told("The instance is yours. Enable it to use it.")
    assert hand.fact("Remaining Period") == hand.said("until it is released")


def test_a_trial_is_for_who_never_bought_anything(
    browser: Browser, product: Product, way: Way
) -> None:
    new = product.customer(f"{way}-new")
    with way.at(browser, product) as hand:
        hand.sign_in(new.name, new.made["console_password"])
        hand.follow("Create Instance")
        hand.follow("Try it for free")
        hand.press("Continue")
        assert hand.fact("Free until").startswith("2026-03-24 10:00:0")
        hand.tick(ACCEPT)
        hand.press("Buy Now")
        assert hand.fact("Remaining Period") == hand.said("until it is released")
        hand.go("Instances")
        hand.follow("Create Instance")
        assert not hand.offers("Try it for free")
        hand.reads(
            "A free trial is for accounts that never bought anything: buy one without a trial."
        )
