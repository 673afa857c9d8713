"""Users, groups, roles, policies and access keys: made, given what they may do, and removed."""

import base64

import pytest
from playwright.sync_api import Browser

from console.people import Person, at_browser
from keylease.access.ram.model import SESSION_SECONDS_DEFAULT
from product import Customer

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def key_id(ada: Customer) -> str:
    instance: str = ada.buy()["InstanceId"]
    ada.enable(instance)
    return ada.create_key(instance)


def make(person: Person, kind: str, name: str) -> None:
    person.visit(f"/console/access/{kind}")
    person.page.fill("#f-name", name)
    person.page.click("#create button")


def attach(person: Person, policy: str) -> None:
    person.page.fill("#f-policy", policy)
    person.page.click("button:has-text('Attach policy')")


def delete(person: Person, name: str) -> str:
    """Open what deletes, type the name, confirm; what the page says then."""
    person.page.click("summary:has-text('Delete')")
    person.page.fill("[name=typed]", name)
    person.page.click("details[open].confirm button")
    return person.notice


def new_access_key(person: Person) -> tuple[str, str]:
    """Id and secret, as the page shows them once."""
    person.page.click("button:has-text('Create access key')")
    return person.page.inner_text("#access-key-id"), person.page.inner_text("#access-key-secret")


def operations(ada: Customer) -> list[str]:
    """What stands in the audit trail about Ada."""
    entries = ada.product.cli("audit", "list")
    return [one["operation"] for one in entries if one["account_id"] == ada.account_id]


def test_pages_without_rows_teach(person: Person) -> None:
    for kind in ("users", "groups", "roles", "policies"):
        person.visit(f"/console/access/{kind}")
        assert person.page.locator(".empty").count() == 1


def test_a_user_calls_with_an_access_key_as_far_as_its_policies_allow(
    person: Person, ada: Customer, key_id: str
) -> None:
    make(person, "users", "ann")
    assert person.notice == "The user is created, and may do nothing yet."
    access_key_id, secret = new_access_key(person)
    ann = Customer(
        ada.product, "ann", ada.made | {"access_key_id": access_key_id, "access_key_secret": secret}
    )
    plain = base64.b64encode(b"hello").decode()
    with pytest.raises(Exception, match=r"Forbidden\.NoPermission"):
        ann.encrypt(key_id, plain)

    person.page.click("main a:has-text('ann')")
    assert secret not in person.page.content()
    attach(person, "AliyunKMSCryptoUserAccess")
    assert person.notice == "The policy is attached, and counts from now on."
    assert ann.encrypt(key_id, plain)
    person.page.click("button:has-text('Detach')")
    with pytest.raises(Exception, match=r"Forbidden\.NoPermission"):
        ann.encrypt(key_id, plain)

    person.page.click("button:has-text('Disable')")
    with pytest.raises(Exception, match="InvalidAccessKeyId"):
        ann.encrypt(key_id, plain)
    assert delete(person, "ann").startswith("Nothing was done")
    person.complaints.clear()  # the browser tells of the status 400
    assert delete(person, access_key_id) == "The access key is deleted."
    assert delete(person, "ann") == "The user is deleted."
    assert {
        "CreateUser",
        "CreateAccessKey",
        "AttachPolicyToUser",
        "DetachPolicyFromUser",
        "UpdateAccessKey",
        "DeleteAccessKey",
        "DeleteUser",
    } <= set(operations(ada))


def test_a_group_gives_its_users_a_policy_that_was_written_here(person: Person) -> None:
    person.visit("/console/access/policies")
    person.page.fill("#f-name", "only-encrypt")
    person.page.fill("#f-document", '{"Version": "1", "Statement": {"Effect": "Maybe"}}')
    person.page.click("#create button")
    assert "Effect" in person.notice
    person.complaints.clear()  # the browser tells of the status 400
    assert "Maybe" in person.page.input_value("#f-document")
    text = '{"Version":"1","Statement":{"Effect":"Allow","Action":"kms:Encrypt","Resource":"*"}}'
    person.page.fill("#f-document", text)
    person.page.click("#create button")
    assert person.notice.startswith("The policy is created.")

    make(person, "users", "bea")
    make(person, "groups", "builders")
    person.page.fill("#f-user", "bea")
    person.page.click("button:has-text('Add to the group')")
    attach(person, "only-encrypt")
    person.page.click("main a:has-text('bea')")
    assert "Group builders" in person.page.inner_text("#policies")

    person.visit("/console/access/policies/only-encrypt")
    assert person.page.locator("text=Delete the policy").count() == 0
    person.page.fill("#f-document", text.replace("kms:Encrypt", "kms:Decrypt"))
    person.page.click("button:has-text('Save')")
    assert person.notice == "The policy is saved, and counts from now on."
    person.page.click("main a:has-text('builders')")
    person.page.click("button:has-text('Remove from the group')")
    person.page.click("button:has-text('Detach')")
    assert delete(person, "builders") == "The group is deleted."
    person.visit("/console/access/policies/only-encrypt")
    assert delete(person, "only-encrypt") == "The policy is deleted."


def test_a_role_trusts_whom_its_policy_names(person: Person, ada: Customer) -> None:
    make(person, "roles", "auditor")
    assert f"acs:ram::{ada.account_id}:root" in person.page.inner_text("pre")
    assert f"{SESSION_SECONDS_DEFAULT:,} seconds" in person.page.inner_text("main")
    attach(person, "AliyunKMSReadOnlyAccess")
    person.page.click("main a:has-text('AliyunKMSReadOnlyAccess')")
    assert '"kms:List*"' in person.page.inner_text("pre")
    person.page.go_back()
    assert delete(person, "auditor") == "The role is deleted, and its sessions have ended."


def test_the_account_can_do_without_access_keys_of_its_own(person: Person, ada: Customer) -> None:
    person.visit("/console/access/access-keys")
    new_access_key(person)
    person.page.click("main a:has-text('Access keys')")
    assert person.page.locator("tbody tr").count() == 2
    for _ in range(2):
        person.page.click("button:has-text('Disable') >> nth=0")
        left = person.page.inner_text("td:has-text('Delete') >> nth=0")
        key_id = left.split()[-1]
        assert delete(person, key_id) == "The access key is deleted."
    assert person.page.locator(".empty").count() == 1
    assert operations(ada).count("DeleteAccessKey") >= 2


def test_a_user_signs_in_with_a_password_that_is_shown_once(
    browser: Browser, person: Person, ada: Customer, key_id: str
) -> None:
    make(person, "users", "cleo")
    attach(person, "AliyunKMSReadOnlyAccess")
    person.page.click("button:has-text('Create console password')")
    name, password = person.page.inner_text("#login"), person.page.inner_text("#password")
    assert name == "cleo@ada"
    person.page.click("main a:has-text('cleo')")
    assert password not in person.page.content()
    with at_browser(browser, ada.product) as cleo:
        cleo.sign_in(name, password)
        assert cleo.heading == "Overview"
        assert "Balance" not in cleo.page.inner_text("main")
        cleo.page.click("nav a:has-text('Keys') >> visible=true")
        cleo.page.click(f"text={key_id}")
        cleo.page.click("main button:has-text('Disable')")
        assert "kms:DisableKey" in cleo.notice
        cleo.page.click(".user-menu summary")
        cleo.page.click("text=Password and sessions")
        cleo.page.fill("#f-present", password)
        cleo.page.fill("#f-new", "a better one")
        cleo.page.fill("#f-again", "a better one")
        cleo.page.click("button:has-text('Change the password')")
        assert cleo.notice.startswith("The password is changed")
        person.page.click("button:has-text('Remove the console sign-in')")
        cleo.visit("/console/keys")
        assert cleo.heading == "Sign in"
