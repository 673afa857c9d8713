"""Secrets as a person keeps them: made, shown on request, given versions, rotated, deleted."""

from collections.abc import Iterator

import pytest
from alibabacloud_kms20160120 import models
from playwright.sync_api import Browser

from console.hands import Hand, Own
from console.people import PHONE, Person, at_browser
from product import Customer, Product

pytestmark = pytest.mark.long

NAME = "prod/payments/db+password"
RESTORED = (
    "Restored: {keys} keys and {secrets} secrets. Left as they are: {present}; skipped because "
    "their names are taken: {skipped}."
)


@pytest.fixture
def secret(ada: Customer, adas_instance: str) -> Iterator[str]:
    """A secret of Ada's with the value ``first``."""
    yield create(ada, adas_instance)
    delete(ada, NAME)


@pytest.fixture
def kept(walker: Customer, place: Own) -> Iterator[Own]:
    """The same of the walker's."""
    yield Own(create(walker, place))
    delete(walker, NAME)


def create(owner: Customer, instance_id: str) -> str:
    owner.kms.create_secret(
        models.CreateSecretRequest(
            secret_name=NAME, dkmsinstance_id=instance_id, version_id="v1", secret_data="first"
        )
    )
    return NAME


def delete(owner: Customer, name: str) -> None:
    asked = models.DeleteSecretRequest(secret_name=name, force_delete_without_recovery="true")
    owner.kms.delete_secret(asked)


def value_of(ada: Customer, name: str) -> str:
    request = models.GetSecretValueRequest(secret_name=name)
    value: str = ada.kms.get_secret_value(request).body.secret_data
    return value


def test_a_region_without_secrets_says_what_they_are_for(person: Person) -> None:
    person.visit("/console/secrets")
    assert person.page.inner_text(".empty h2") == "No secret in this region yet"
    person.check_accessible()


def test_a_secret_is_made_and_found_by_a_part_of_its_name(
    hand: Hand, walker: Customer, place: Own
) -> None:
    hand.go("Secrets")
    hand.follow("Create Secret")
    hand.person.check_accessible()
    hand.fill("Name", "shop/token")
    hand.choose("Instance", place)
    hand.fill("Value", "  two\nlines ")
    hand.fill("Tags", "team=payments")
    hand.press("Create Secret")
    hand.is_told("The secret is created.")
    assert hand.cell("team", "Tag value") == "payments"
    assert value_of(walker, "shop/token") == "  two\nlines "
    hand.go("Secrets")
    hand.fill("Name", "TOK")
    hand.press("Filter")
    assert hand.lists("shop/token")
    hand.person.check_accessible()
    hand.fill("Name", "100%")
    hand.press("Filter")
    hand.reads("No secret with this name")
    delete(walker, "shop/token")


@pytest.mark.usefixtures("place")
def test_a_form_that_is_refused_keeps_what_was_filled_in(hand: Hand) -> None:
    hand.go("Secrets")
    hand.follow("Create Secret")
    hand.follow("Database")
    hand.fill("Name", "not allowed")
    hand.fill("Database instance", "rm-1")
    hand.fill("Tags", "\n\nteam=payments")
    hand.press("Create Secret")
    hand.is_told(
        "{name} takes at most {most} letters, digits and _/+=.@-, at most {chinese} of them "
        "Chinese.",
        name=f"“{hand.said('Name')}”",
        most=192,
        chinese=64,
    )
    assert hand.written("Database instance") == "rm-1"
    assert hand.written("Tags") == "\n\nteam=payments"


def test_a_value_is_shown_on_request_only(hand: Hand, kept: Own) -> None:
    hand.go("Secrets")
    hand.follow(kept)
    assert hand.heading == kept
    assert "first" not in hand.page.content()
    hand.press("Reveal", row="v1")
    assert hand.result(Own(hand.said("Value of {version}", version="v1"))) == "first"
    hand.person.check_accessible()
    hand.follow("Hide")
    assert "first" not in hand.page.content()


def test_a_new_version_is_the_current_one_until_another_is(
    hand: Hand, walker: Customer, kept: Own
) -> None:
    hand.go("Secrets")
    hand.follow(kept)
    hand.fill("Value", "second", card="Add a version")
    hand.press("Add")
    hand.is_told("The version is added.")
    assert value_of(walker, kept) == "second"
    hand.press("Make current", row="v1")
    hand.is_told("{version} is the current version.", version="v1")
    assert value_of(walker, kept) == "first"


def test_a_random_password_is_filled_in_and_tags_are_changed(
    hand: Hand, walker: Customer, place: Own
) -> None:
    hand.go("Secrets")
    hand.follow("Create Secret")
    hand.fill("Name", "shop/admin")
    hand.choose("Instance", place)
    hand.press("Fill in a random password")
    hand.person.check_accessible()
    hand.press("Create Secret")
    password = value_of(walker, "shop/admin")
    assert len(password) == 32
    hand.press("Fill in a random password", card="Add a version")
    hand.press("Add")
    assert value_of(walker, "shop/admin") != password
    hand.fill("Tag key", "team & co")
    hand.fill("Tag value", "付款")
    hand.press("Add Tag")
    assert hand.cell("team & co", "Tag value") == "付款"
    hand.person.check_accessible()
    hand.press(Own(hand.said("Remove {name}", name="team & co")))
    hand.reads("It has no tags. Lists, permissions and costs can be told apart by them.")
    delete(walker, "shop/admin")


def test_a_secret_is_deleted_by_its_name_and_can_be_restored(hand: Hand, kept: Own) -> None:
    hand.go("Secrets")
    hand.follow(kept)
    hand.fill("Type {name} to confirm", "another", name=kept)
    hand.press("Delete")
    hand.is_told("Nothing was done: the name that was typed is not {name}.", name=kept)
    hand.fill("Days in which it can be restored", "7")
    hand.fill("Type {name} to confirm", kept, name=kept)
    hand.press("Delete")
    hand.is_told("The secret waits for its deletion.")
    hand.reads(Own("2026-03-17 10:00:"))
    assert not hand.offers("Reveal")
    hand.person.check_accessible()
    hand.press("Restore")
    hand.is_told("The secret is restored.")


def test_another_accounts_secret_is_unknown(
    browser: Browser, product: Product, secret: str
) -> None:
    eve = product.customer("eve")
    with at_browser(browser, product) as somebody:
        somebody.sign_in("eve", eve.made["console_password"])
        assert somebody.visit(f"/console/secrets/{secret}").status == 404


def test_the_pages_fit_a_phone_in_chinese(
    browser: Browser, product: Product, ada: Customer, secret: str
) -> None:
    with at_browser(browser, product, viewport=PHONE) as somebody:
        somebody.sign_in("ada", ada.made["console_password"])
        somebody.prefer(language="zh")
        for path in ("secrets", "secrets/create?type=Redis", f"secrets/{secret}", "backups"):
            somebody.visit(f"/console/{path}")
            somebody.check_fits()
        somebody.check_accessible()
        assert somebody.heading == "备份"


def test_what_was_deleted_comes_back_from_a_backup_made_by_hand(
    hand: Hand, walker: Customer, kept: Own
) -> None:
    hand.go("Backups")
    hand.press("Back up")
    backup = Own(hand.made("The backup {backup} is made."))
    hand.person.check_accessible()
    delete(walker, kept)
    hand.unfold("Restore", row=backup)
    hand.press("Restore", row=backup)
    hand.is_told(RESTORED, keys=0, secrets=1, present=0, skipped=0)
    assert value_of(walker, kept) == "first"
    hand.delete(backup, row=backup)
    hand.is_told("The backup is destroyed.")
    assert not hand.lists(backup)
