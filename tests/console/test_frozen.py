"""Instances that have expired: what they show, what brings them back, and their end."""

from collections.abc import Iterator

import pytest

from console.hands import ACCEPT, Hand, Own
from console.people import still
from console.ways import Way
from product import Customer, Product

pytestmark = pytest.mark.long

MOVED = "The clock was moved, and all that was due has happened."


@pytest.fixture(scope="module")
def product(way: Way, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One for each way, because a clock only moves forward."""
    with still(tmp_path_factory.mktemp(str(way)) / "data") as served:
        yield served


@pytest.fixture
def instance(walker: Customer) -> Own:
    """An enabled instance until 2026-04-11 00:00:00."""
    bought: str = walker.buy(1)["InstanceId"]
    walker.enable(bought)
    return Own(bought)


def test_a_frozen_instance_keeps_its_keys_until_a_renewal_brings_it_back(
    hand: Hand, operator_hand: Hand, walker: Customer, instance: Own
) -> None:
    key = Own(walker.create_key(instance))
    operator_hand.go("Test clock")
    operator_hand.fill("Until a moment, UTC+8", "2026-04-20T12:00")
    operator_hand.press("Move until then")
    operator_hand.is_told(MOVED)
    assert operator_hand.big("It shows") == "2026-04-20 12:00:00 UTC+8"
    operator_hand.go("Accounts")
    operator_hand.follow(Own(walker.name))
    assert operator_hand.cell(instance, "Status") == hand.said("Expired")
    hand.go("Instances")
    assert hand.cell(instance, "Status") == hand.said("Expired")
    left = hand.said("released in {number} days", number=5)
    assert hand.cell(instance, "Remaining Period") == left
    hand.go("Keys")
    hand.follow(key)
    hand.reads(
        "The instance of this key is expired: the key is kept, but cannot be used or changed."
    )
    assert not hand.offers("Disable")
    hand.follow("Try it")
    hand.reads("The key can be tried while it is enabled.")
    assert not hand.offers("Encrypt")
    hand.follow("See the instance")
    hand.reads(
        "Its keys and secrets are kept, but cannot be used. "
        "They are deleted for good when the instance is released."
    )
    assert hand.fact("Remaining Period") == left
    hand.person.check_accessible()
    hand.follow("Renew")
    hand.reads("It has expired: the new term starts when you pay.")
    hand.sees_price("USD 500.00")
    assert hand.fact("Ends, if you pay now") == "2026-05-21 00:00:00 UTC+8"
    hand.tick(ACCEPT)
    hand.press("Buy Now")
    hand.press("Pay")
    hand.is_told("Paid. The instance is renewed.")
    assert hand.fact("Remaining Period") == hand.said("{number} days", number=30)
    hand.go("Keys")
    hand.follow(key)
    hand.follow("Try it")
    hand.fill("Text", "4111 1111", card="Encrypt")
    hand.press("Encrypt")
    assert walker.decrypt(hand.result("Ciphertext")) == "4111 1111"


def test_a_released_instance_is_gone_with_its_keys(
    hand: Hand, operator_hand: Hand, walker: Customer, instance: Own
) -> None:
    key = Own(walker.create_key(instance))
    hand.go("Keys")
    assert hand.lists(key)
    operator_hand.go("Test clock")
    for _ in range(7):  # past the end, and the fifteen days after it
        operator_hand.press("By 7 days")
        operator_hand.is_told(MOVED)
    hand.go("Instances")
    hand.reads("No instance here")
    hand.go("Keys")
    assert not hand.lists(key)
    hand.go("Orders")
    hand.reads(instance)


def test_the_clock_only_moves_forward(operator_hand: Hand) -> None:
    hand = operator_hand
    hand.go("Test clock")
    before = hand.big("It shows")
    hand.press("By 1 day")
    hand.is_told(MOVED)
    assert hand.big("It shows") > before
    hand.fill("Until a moment, UTC+8", "2026-01-01T00:00")
    hand.press("Move until then")
    hand.is_told("A clock only moves forward.")
    hand.go("Audit log")
    hand.fill("Operation", "clock set")
    hand.press("Filter")
    assert hand.lists("clock set")
