"""One's own password and sessions."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from console.hands import Hand
from console.ways import Way
from product import Customer, Product

pytestmark = pytest.mark.long


@pytest.fixture
def owner(product: Product, way: Way, request: pytest.FixtureRequest) -> Customer:
    """Somebody whose password nobody else needs."""
    return product.customer(f"{way}-{request.function.__name__[-5:]}")


@pytest.fixture
def both(
    browser: Browser, product: Product, way: Way, owner: Customer
) -> Iterator[tuple[Hand, Hand]]:
    """The owner at two browsers, signed in at both."""
    with ExitStack() as stack:
        here, there = (stack.enter_context(way.at(browser, product)) for _ in range(2))
        for one in (here, there):
            one.sign_in(owner.name, owner.made["console_password"])
        yield here, there


def change(hand: Hand, present: str, new: str, again: str = "") -> None:
    hand.fill("Present password", present)
    hand.fill("New password", new)
    hand.fill("New password again", again or new)
    hand.press("Change the password")


def test_a_password_is_changed_by_who_knows_the_present_one(
    both: tuple[Hand, Hand], owner: Customer
) -> None:
    here, there = both
    old, new = owner.made["console_password"], "correct horse battery"
    here.take("Password and sessions")
    change(here, old, new, "correct hores")
    here.is_told("The two new passwords are not the same.")
    change(here, "wrong", new)
    here.is_told("The present password is wrong.")
    change(here, old, "short")
    here.is_told("Choose a password of {least} to {most} characters.", least=8, most=128)
    change(here, old, new)
    here.is_told("The password is changed, and every other session has ended.")
    there.go("Keys")
    assert there.heading == there.said("Sign in")
    there.fill("Name", owner.name)
    there.fill("Password", new)
    there.press("Sign in")
    assert there.heading == there.said("Keys")
    records = owner.product.cli("audit", "list", "--account", owner.name)
    assert any(one["operation"] == "ChangePassword" for one in records)


def test_sessions_elsewhere_are_seen_and_ended(both: tuple[Hand, Hand], owner: Customer) -> None:
    here, there = both
    here.take("Password and sessions")
    this, that = sorted(here.rows(), key=lambda row: here.said("This one") not in row)
    assert here.said("This one") in this
    assert here.said("This one") not in that
    here.press("End")
    here.is_told("The session has ended.")
    assert not here.offers("End all other sessions")
    there.go("Keys")
    assert there.heading == there.said("Sign in")
    there.fill("Name", owner.name)
    there.fill("Password", owner.made["console_password"])
    there.press("Sign in")
    here.reload()
    assert len(here.rows()) == 2
    here.press("End all other sessions")
    assert len(here.rows()) == 1
    there.go("Keys")
    assert there.heading == there.said("Sign in")
    here.take("Sign out everywhere")
    assert here.heading == here.said("Sign in")
