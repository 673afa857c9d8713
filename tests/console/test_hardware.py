"""An instance with a hardware module, SoftHSM: bought, enabled, and keys in it, made and tried."""

import os
from collections.abc import Iterator
from unittest import mock

import pytest

from console.hands import ACCEPT, Hand, Own
from console.people import still
from product import Customer, Product
from softhsm import new_softhsm

pytestmark = pytest.mark.long

INTERNAL = "In the hardware module, where it never leaves; does not rotate"
WRAPPED = "Encrypted by the hardware module; symmetric keys can rotate"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One with a module; its clock stands still at 2026-03-10 10:00:00 UTC+8."""
    data = tmp_path_factory.mktemp("console") / "data"
    with new_softhsm() as token, mock.patch.dict(os.environ, token.environment), still(data) as one:
        yield one


def create_key(hand: Hand, instance: str, kind: str, storage: str) -> str:
    """A key in the instance, from its list."""
    hand.go("Keys")
    hand.follow("Create Key")
    hand.choose("Instance", Own(instance))
    hand.choose("Usage and key spec", Own(kind))
    hand.choose("Storage in hardware instances", storage)
    hand.person.check_accessible()
    hand.press("Create Key")
    hand.is_told("The key is created.")
    assert hand.fact("Protection") == hand.said("In hardware")
    assert hand.fact("Storage") == hand.said(storage)
    return hand.heading


def test_a_hardware_instance_is_bought_and_its_keys_are_used(hand: Hand, walker: Customer) -> None:
    hand.go("Instances")
    hand.follow("Hardware Key Management")
    hand.reads("No instance here")
    hand.follow("Create Instance")
    hand.follow("Buy a subscription")
    hand.follow("Hardware")
    hand.sees_price("USD 1,799.00")
    requests = hand.said("{number} requests a second", number="4,000")
    hand.choose("Computing performance", Own(f"{requests} (+ USD 900.00)"))
    hand.sees_price("USD 2,699.00")
    hand.person.check_accessible()
    hand.tick(ACCEPT)
    hand.press("Buy Now")
    assert hand.fact("From the balance") == "USD 2,699.00"
    hand.press("Pay")
    hand.is_told("Paid. The instance is yours: enable it to use it.")
    instance = hand.fact("ID")
    assert hand.fact("Edition") == hand.said("Hardware")
    hand.fill("VPC", "vpc-bp1example")
    hand.fill("vSwitches", "vsw-bp1example")
    hand.press("Enable Now")
    hand.is_told("The instance is enabled.")

    kind = hand.said("Encrypt and decrypt") + ": AES-256"
    key = create_key(hand, instance, kind, WRAPPED)
    hand.follow("Try it")
    hand.fill("Text", "4111 1111")
    hand.press("Encrypt")
    assert walker.decrypt(hand.result("Ciphertext")) == "4111 1111"
    hand.press("Decrypt")
    assert hand.result("Decrypted text") == "4111 1111"

    kind = hand.said("Sign and verify") + ": EC P-256"
    other = create_key(hand, instance, kind, INTERNAL)
    hand.follow("Try it")
    hand.fill("Message", "Pay 5.00")
    hand.press("Sign")
    hand.press("Verify")
    hand.reads("The signature fits")

    hand.go("Keys")
    assert hand.lists(key)
    assert hand.lists(other)
    hand.go("Instances")
    assert not hand.lists(instance)
    hand.follow("Hardware Key Management")
    assert hand.cell(instance, "Status") == hand.said("Enabled")
    assert hand.cell(instance, "Keys") == "2 / 1,000"
    hand.person.check_accessible()
    hand.person.check_fits()
