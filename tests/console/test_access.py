"""Users, groups, roles, policies and access keys: made, given what they may do, and removed."""

import base64

import pytest
from playwright.sync_api import Browser

from console.hands import Hand, Own
from console.people import Person
from console.ways import Way
from keylease.access.ram.model import SESSION_SECONDS_DEFAULT
from product import Customer, Product

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def key_id(walker: Customer, place: Own) -> Own:
    return Own(walker.create_key(place))


def make(hand: Hand, kind: str, name: str) -> None:
    hand.go(kind)
    hand.fill("Name", name)
    hand.press("Create")
    assert hand.heading == name


def attach(hand: Hand, policy: str) -> None:
    hand.fill("Policy", policy)
    hand.press("Attach policy")


def new_access_key(hand: Hand) -> tuple[str, str]:
    """Id and secret, as the page shows them once."""
    hand.press("Create access key")
    return hand.fact("Access key ID"), hand.fact("Access key secret")


def operations(walker: Customer) -> list[str]:
    """What stands in the audit trail about the walker."""
    entries = walker.product.cli("audit", "list", "--account", walker.name)
    return [one["operation"] for one in entries]


def test_pages_without_rows_teach(person: Person) -> None:
    for kind in ("users", "groups", "roles", "policies"):
        person.visit(f"/console/access/{kind}")
        assert person.page.locator(".empty").count() == 1


def test_a_user_calls_with_an_access_key_as_far_as_its_policies_allow(
    hand: Hand, walker: Customer, key_id: Own
) -> None:
    hand.go("Users")
    hand.fill("Name", "ann")
    hand.press("Create")
    hand.is_told("The user is created, and may do nothing yet.")
    access_key_id, secret = new_access_key(hand)
    signed = {"access_key_id": access_key_id, "access_key_secret": secret}
    ann = Customer(walker.product, "ann", walker.made | signed)
    plain = base64.b64encode(b"hello").decode()
    with pytest.raises(Exception, match=r"Forbidden\.NoPermission"):
        ann.encrypt(key_id, plain)

    hand.follow(Own("ann"))
    assert secret not in hand.page.content()
    attach(hand, "AliyunKMSCryptoUserAccess")
    hand.is_told("The policy is attached, and counts from now on.")
    assert ann.encrypt(key_id, plain)
    hand.press("Detach")
    with pytest.raises(Exception, match=r"Forbidden\.NoPermission"):
        ann.encrypt(key_id, plain)

    hand.press("Disable")
    with pytest.raises(Exception, match="InvalidAccessKeyId"):
        ann.encrypt(key_id, plain)
    hand.delete(access_key_id, typed="ann")
    hand.is_told("Nothing was done: the name that was typed is not {name}.", name=access_key_id)
    hand.delete(access_key_id)
    hand.is_told("The access key is deleted.")
    hand.delete("ann")
    hand.is_told("The user is deleted.")
    assert {
        "CreateUser",
        "CreateAccessKey",
        "AttachPolicyToUser",
        "DetachPolicyFromUser",
        "UpdateAccessKey",
        "DeleteAccessKey",
        "DeleteUser",
    } <= set(operations(walker))


def test_a_group_gives_its_users_a_policy_that_was_written_here(hand: Hand) -> None:
    hand.go("Policies")
    hand.fill("Name", "only-encrypt")
    hand.fill("Policy in JSON", '{"Version": "1", "Statement": {"Effect": "Maybe"}}')
    hand.press("Create")
    hand.is_refused()
    assert "Effect" in hand.person.notice
    assert "Maybe" in hand.written("Policy in JSON")
    text = '{"Version":"1","Statement":{"Effect":"Allow","Action":"kms:Encrypt","Resource":"*"}}'
    hand.fill("Policy in JSON", text)
    hand.press("Create")
    assert hand.heading == "only-encrypt"

    make(hand, "Users", "bea")
    make(hand, "Groups", "builders")
    hand.fill("User", "bea")
    hand.press("Add to the group")
    hand.is_told("The user is in the group.")
    attach(hand, "only-encrypt")
    hand.follow(Own("bea"))
    assert hand.cell("only-encrypt", "Attached to") == f"{hand.said('Group')} builders"

    hand.follow(Own("only-encrypt"))
    assert not hand.offers("Delete")
    hand.fill("Policy in JSON", text.replace("kms:Encrypt", "kms:Decrypt"))
    hand.press("Save")
    hand.is_told("The policy is saved, and counts from now on.")
    hand.follow(Own("builders"))
    hand.press("Remove from the group")
    hand.is_told("The user is no longer in the group.")
    hand.press("Detach")
    hand.delete("builders")
    hand.is_told("The group is deleted.")
    hand.go("Policies")
    hand.follow(Own("only-encrypt"))
    hand.delete("only-encrypt")
    hand.is_told("The policy is deleted.")


def test_a_role_trusts_whom_its_policy_names(hand: Hand, walker: Customer) -> None:
    make(hand, "Roles", "auditor")
    assert f"acs:ram::{walker.account_id}:root" in hand.result("Trust policy")
    seconds = hand.said("{number} seconds", number=f"{SESSION_SECONDS_DEFAULT:,}")
    assert hand.fact("Sessions last at most") == seconds
    attach(hand, "AliyunKMSReadOnlyAccess")
    hand.follow(Own("AliyunKMSReadOnlyAccess"))
    assert '"kms:List*"' in hand.result("What it allows and denies")
    hand.follow("System policies")
    assert hand.lists("AliyunKMSCryptoUserAccess")
    hand.go("Roles")
    hand.follow(Own("auditor"))
    hand.delete("auditor")
    hand.is_told("The role is deleted, and its sessions have ended.")


def test_the_account_can_do_without_access_keys_of_its_own(hand: Hand, walker: Customer) -> None:
    hand.go("Access keys")
    made, _ = new_access_key(hand)
    hand.follow("Access keys")
    assert len(hand.rows()) == 2
    hand.press("Disable", row=made)
    hand.delete(made)
    hand.is_told("The access key is deleted.")
    assert len(hand.rows()) == 1
    first = walker.made["access_key_id"]
    hand.press("Disable", row=first)
    hand.reads("Disabled")
    hand.press("Enable", row=first)
    hand.is_told("The access key is enabled.")
    hand.press("Disable", row=first)
    hand.delete(first)
    hand.reads("The account has no access key of its own")
    assert operations(walker).count("DeleteAccessKey") >= 2


def test_a_user_signs_in_with_a_password_that_is_shown_once(
    browser: Browser, product: Product, way: Way, hand: Hand, walker: Customer, key_id: Own
) -> None:
    make(hand, "Users", "cleo")
    attach(hand, "AliyunKMSReadOnlyAccess")
    hand.press("Create console password")
    name, password = hand.fact("Name"), hand.fact("Password")
    assert name == f"cleo@{walker.name}"
    hand.follow(Own("cleo"))
    assert password not in hand.page.content()
    with way.at(browser, product) as cleo:
        cleo.sign_in(name, password)
        assert cleo.heading == cleo.said("Overview")
        assert cleo.said("Balance") not in cleo.page.inner_text("main")
        for own in ("Calendar", "Backups", "Access keys"):
            assert not cleo.offers(own)
        assert cleo.page.get_by_role("search").count() == 0
        cleo.go("Keys")
        cleo.follow(key_id)
        cleo.press("Disable")
        cleo.is_refused()
        assert "kms:DisableKey" in cleo.person.notice
        cleo.take("Password and sessions")
        cleo.fill("Present password", password)
        cleo.fill("New password", "a better one")
        cleo.fill("New password again", "a better one")
        cleo.press("Change the password")
        cleo.is_told("The password is changed, and every other session has ended.")
        hand.press("Remove the console sign-in")
        cleo.go("Keys")
        assert cleo.heading == cleo.said("Sign in")
