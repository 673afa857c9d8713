"""Secrets as a person keeps them: made, shown on request, given versions, rotated, deleted."""

from collections.abc import Iterator

import pytest
from alibabacloud_kms20160120 import models
from playwright.sync_api import Browser

from console.people import PHONE, Person, at_browser
from product import Customer, Product

pytestmark = pytest.mark.long

NAME = "prod/payments/db+password"


@pytest.fixture(scope="module")
def instance_id(ada: Customer) -> str:
    bought: str = ada.buy()["InstanceId"]
    ada.enable(bought)
    return bought


@pytest.fixture
def secret(ada: Customer, instance_id: str) -> Iterator[str]:
    """A secret with the value ``first``."""
    ada.kms.create_secret(
        models.CreateSecretRequest(
            secret_name=NAME, dkmsinstance_id=instance_id, version_id="v1", secret_data="first"
        )
    )
    yield NAME
    ada.kms.delete_secret(
        models.DeleteSecretRequest(secret_name=NAME, force_delete_without_recovery="true")
    )


def value_of(ada: Customer, name: str) -> str:
    request = models.GetSecretValueRequest(secret_name=name)
    value: str = ada.kms.get_secret_value(request).body.secret_data
    return value


def test_a_region_without_secrets_says_what_they_are_for(person: Person) -> None:
    person.visit("/console/secrets")
    assert person.page.inner_text(".empty h2") == "No secret in this region yet"
    person.check_accessible()


def test_a_secret_is_made_and_found_by_a_part_of_its_name(
    person: Person, ada: Customer, instance_id: str
) -> None:
    person.visit("/console/secrets/create")
    person.check_accessible()
    person.page.fill("#f-SecretName", "shop/token")
    person.page.select_option("#f-DKMSInstanceId", instance_id)
    person.page.fill("#f-SecretData", "  two\nlines ")
    person.page.fill("#f-Tags", "team=payments")
    person.page.click("form.card button.primary")
    assert person.notice == "The secret is created."
    assert person.page.inner_text("#tags tbody").split()[:2] == ["team", "payments"]
    assert value_of(ada, "shop/token") == "  two\nlines "
    person.visit("/console/secrets?name=TOK")
    assert person.page.locator("tbody tr").count() == 1
    person.check_accessible()
    person.visit("/console/secrets?name=100%25")
    assert person.page.inner_text(".empty h2") == "No secret with this name"


@pytest.mark.usefixtures("instance_id")
def test_a_form_that_is_refused_keeps_what_was_filled_in(person: Person) -> None:
    person.visit("/console/secrets/create?type=Rds")
    person.page.fill("#f-SecretName", "not allowed")
    person.page.fill("#f-DBInstanceId", "rm-1")
    person.page.click("form.card button.primary")
    assert person.notice.startswith("SecretName takes at most 192")
    assert person.page.input_value("#f-DBInstanceId") == "rm-1"
    person.complaints.clear()  # the browser tells of the status 400


def test_a_value_is_shown_on_request_only(person: Person, secret: str) -> None:
    person.visit("/console/secrets/prod/payments/db+password")
    assert person.heading == secret
    assert "first" not in person.page.content()
    person.page.click("text=Reveal")
    assert person.page.inner_text("#value pre") == "first"
    person.check_accessible()
    person.page.click("text=Hide")
    assert "first" not in person.page.content()


def test_a_new_version_is_the_current_one_until_another_is(
    person: Person, ada: Customer, secret: str
) -> None:
    person.visit(f"/console/secrets/{secret}")
    person.page.fill("#add textarea", "second")
    person.page.click("#add button")
    assert value_of(ada, secret) == "second"
    person.page.click("text=Make current")
    assert person.notice == "v1 is the current version."
    assert value_of(ada, secret) == "first"


def test_a_random_password_is_filled_in_and_tags_are_changed(
    person: Person, ada: Customer, instance_id: str
) -> None:
    page = person.page
    person.visit("/console/secrets/create")
    page.fill("#f-SecretName", "shop/admin")
    page.select_option("#f-DKMSInstanceId", instance_id)
    page.click("text=Fill in a random password")
    password = page.input_value("#f-SecretData")
    assert len(password) == 32
    assert page.input_value("#f-SecretName") == "shop/admin"
    person.check_accessible()
    page.click("form.card button.primary")
    assert value_of(ada, "shop/admin") == password
    page.click("#add >> text=Fill in a random password")
    assert page.input_value("#add textarea") not in {"", password}
    page.click("#add button.primary")
    assert value_of(ada, "shop/admin") != password
    page.fill("#f-TagKey", "team & co")
    page.fill("#f-TagValue", "付款")
    page.click("text=Add Tag")
    assert "付款" in page.inner_text("#tags")
    person.check_accessible()
    page.click("text=Remove team & co")
    assert "It has no tags" in page.inner_text("#tags")


def test_a_secret_is_deleted_by_its_name_and_can_be_restored(person: Person, secret: str) -> None:
    person.visit(f"/console/secrets/{secret}")
    person.page.fill("#f-typed", "another")
    person.page.click("button.danger")
    assert person.notice == f"Nothing was done: the name that was typed is not {secret}."
    person.complaints.clear()
    person.page.fill("#f-days", "7")
    person.page.fill("#f-typed", secret)
    person.page.click("button.danger")
    assert "2026-03-17 10:00:0" in person.page.inner_text(".notice.bad")
    assert person.page.locator("text=Reveal").count() == 0
    person.check_accessible()
    person.page.click("text=Restore")
    assert person.notice == "The secret is restored."


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
        cookie = {"name": "keylease-language", "value": "zh", "url": product.url}
        somebody.page.context.add_cookies([cookie])
        for path in ("secrets", "secrets/create?type=Redis", f"secrets/{secret}", "backups"):
            somebody.visit(f"/console/{path}")
            somebody.check_fits()
        somebody.check_accessible()
        assert somebody.heading == "备份"


def test_what_was_deleted_comes_back_from_a_backup_made_by_hand(
    person: Person, ada: Customer, instance_id: str
) -> None:
    asked = {"secret_name": "kept", "dkmsinstance_id": instance_id, "version_id": "v1"}
    ada.kms.create_secret(models.CreateSecretRequest(**asked, secret_data="precious"))
    person.visit("/console/backups")
    person.page.click("text=Back up >> nth=-1")
    backup_id = person.notice.split()[2]
    person.check_accessible()
    ada.kms.delete_secret(
        models.DeleteSecretRequest(secret_name="kept", force_delete_without_recovery="true")
    )
    row = person.page.locator("tr", has_text=backup_id)
    row.locator("summary:has-text('Restore')").click()
    row.locator("button:has-text('Restore')").click()
    assert person.notice.startswith("Restored: 0 keys and 1 secrets.")
    assert value_of(ada, "kept") == "precious"
    row.locator("summary:has-text('Delete')").click()
    row.locator("[name=typed]").fill(backup_id)
    row.locator("button.danger").click()
    assert person.notice == "The backup is destroyed."
    assert person.page.locator("tr", has_text=backup_id).count() == 0
