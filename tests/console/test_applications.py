"""Applications: from a network rule to a client key, and away again."""

import json
from base64 import b64decode

import pytest
from alibabacloud_kms20160120 import models
from cryptography.hazmat.primitives.serialization import pkcs12
from playwright.sync_api import Browser

from console.hands import Hand, Own
from console.people import PHONE, Person, at_browser
from product import Customer, Product

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def point(ada: Customer, adas_instance: str) -> str:
    """An access point with a policy."""
    ada.kms.create_policy(
        models.CreatePolicyRequest(
            name="stock",
            kms_instance=adas_instance,
            permissions=json.dumps(["RbacPermission/Template/CryptoServiceKeyUser"]),
            resources=json.dumps(["key/*"]),
        )
    )
    ada.kms.create_application_access_point(
        models.CreateApplicationAccessPointRequest(
            name="stock-app", authentication_method="ClientKey", policies=json.dumps(["stock"])
        )
    )
    return "stock-app"


def make_rule(hand: Hand, name: str) -> None:
    hand.go("Network rules")
    hand.fill("Name", name)
    hand.fill("Addresses", "10.0.0.0/8\n192.168.1.7")
    hand.press("Create")
    hand.is_told("The network rule is created.")


def make_policy(hand: Hand, place: Own, name: str, rule: str) -> None:
    hand.go("Permission policies")
    hand.fill("Name", name)
    hand.choose("Instance", place)
    hand.tick("Use keys of the instance")
    hand.tick(Own(rule))
    hand.press("Create")
    hand.is_told("The permission policy is created.")


def test_pages_without_rows_teach(person: Person) -> None:
    for path in ("network-rules", "policies", "access-points"):
        person.visit(f"/console/{path}")
        assert person.page.locator(".empty").count() == 1
        person.check_accessible()


def test_an_application_gets_a_client_key_that_opens_with_its_password(
    hand: Hand, place: Own
) -> None:
    hand.go("Access points")
    hand.follow("Create a permission policy first")
    assert hand.heading == hand.said("Permission policies")
    make_rule(hand, "office")
    hand.person.check_accessible()
    make_policy(hand, place, "shop", "office")
    assert place in hand.cell("shop", "Allows")
    assert hand.cell("shop", "Network rules") == "office"
    hand.person.check_accessible()
    hand.go("Access points")
    hand.fill("Name", "shop-app")
    hand.tick(Own("shop"))
    hand.press("Create")
    assert hand.heading == "shop-app"
    hand.press("Create client key")
    hand.person.check_accessible()
    password = hand.fact("Password of the file")
    download = hand.download("Client key for the SDKs (JSON)")
    kept = json.loads(download.path().read_text())
    assert download.suggested_filename == f"clientKey_{kept['KeyId']}.json"
    file = b64decode(kept["PrivateKeyData"])
    assert pkcs12.load_pkcs12(file, password.encode()).key is not None
    hand.follow(Own("shop-app"))
    assert hand.lists(kept["KeyId"])
    assert password not in hand.page.content()
    hand.person.check_accessible()
    hand.delete("shop-app", row=kept["KeyId"])
    hand.is_told("The client key is deleted. Whoever has it is refused from now on.")


def test_what_is_in_use_stays_and_goes_once_it_is_not(hand: Hand, place: Own) -> None:
    make_rule(hand, "lab")
    make_policy(hand, place, "test", "lab")
    hand.go("Network rules")
    hand.follow(Own("lab"))
    hand.reads("It can be deleted once no permission policy names it.")
    hand.follow(Own("test"))
    hand.delete("test")
    hand.is_told("The permission policy is deleted.")
    hand.go("Network rules")
    hand.follow(Own("lab"))
    hand.delete("lab")
    hand.is_told("The network rule is deleted.")


def test_rules_and_policies_are_changed(hand: Hand, walker: Customer, place: Own) -> None:
    make_rule(hand, "plant")
    make_policy(hand, place, "robots", "plant")
    hand.go("Network rules")
    hand.follow(Own("plant"))
    hand.fill("Addresses", "no address")
    hand.press("Save")
    hand.is_refused()
    assert hand.written("Addresses") == "no address"
    hand.fill("Addresses", "10.9.0.0/16")
    hand.press("Save")
    hand.is_told("The network rule is saved, and holds from the next request on.")
    hand.person.check_accessible()
    hand.follow(Own("robots"))
    assert hand.is_ticked("Use keys of the instance")
    hand.untick(Own("plant"))
    hand.fill("Keys and secrets", "everything")
    hand.press("Save")
    hand.is_refused()
    assert not hand.is_ticked(Own("plant"))
    hand.fill("Keys and secrets", "key/*")
    hand.press("Save")
    hand.is_told("The permission policy is saved, and holds from the next request on.")
    hand.person.check_accessible()
    asked = models.DescribePolicyRequest(name="robots")
    saved = walker.kms.describe_policy(asked).body
    assert json.loads(saved.access_control_rules) == {"NetworkRules": []}
    assert saved.resources == ["key/*"]
    assert saved.kms_instance == place


def test_the_pages_fit_a_phone_in_chinese(
    browser: Browser, product: Product, ada: Customer, point: str
) -> None:
    with at_browser(browser, product, viewport=PHONE) as somebody:
        somebody.sign_in("ada", ada.made["console_password"])
        somebody.visit(f"/console/access-points/{point}")
        somebody.page.click("#create button")
        somebody.check_fits()
        somebody.prefer(language="zh")
        for path in ("network-rules", "policies", "access-points", f"access-points/{point}"):
            somebody.visit(f"/console/{path}")
            somebody.check_fits()
        somebody.check_accessible()
        assert "有效" in somebody.page.inner_text("tbody")


def test_a_client_key_is_deleted_by_the_name_of_its_access_point(hand: Hand, place: Own) -> None:
    make_rule(hand, "depot")
    make_policy(hand, place, "forklifts", "depot")
    hand.go("Access points")
    hand.fill("Name", "depot-app")
    hand.tick(Own("forklifts"))
    hand.press("Create")
    hand.is_told("The access point is created. Its applications need a client key.")
    hand.fill("Password of the file", "of-my-own-1")
    hand.choose("Valid for", "1 year")
    hand.press("Create client key")
    assert hand.fact("Valid until").startswith("2027-03-10")
    hand.follow(Own("depot-app"))
    assert not hand.page.get_by_role("heading", name=hand.said("Delete the access point")).count()
    hand.delete("depot-app")
    hand.is_told("The client key is deleted. Whoever has it is refused from now on.")
    hand.delete("depot-app")
    hand.is_told("The access point is deleted.")
