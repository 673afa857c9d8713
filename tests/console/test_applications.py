"""Applications: from a network rule to a client key, and away again."""

import json
from base64 import b64decode

import pytest
from alibabacloud_kms20160120 import models
from cryptography.hazmat.primitives.serialization import pkcs12
from playwright.sync_api import Browser

from console.people import PHONE, Person, at_browser
from product import Customer, Product

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def instance_id(ada: Customer) -> str:
    bought: str = ada.buy()["InstanceId"]
    ada.enable(bought)
    return bought


@pytest.fixture(scope="module")
def point(ada: Customer, instance_id: str) -> str:
    """An access point with a policy."""
    ada.kms.create_policy(
        models.CreatePolicyRequest(
            name="stock",
            kms_instance=instance_id,
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


def make_rule(person: Person, name: str) -> None:
    person.visit("/console/network-rules")
    person.page.fill("#f-Name", name)
    person.page.fill("#f-SourcePrivateIp", "10.0.0.0/8\n192.168.1.7")
    person.page.click("#create button")
    assert person.notice == "The network rule is created."


def make_policy(person: Person, name: str, rule: str) -> None:
    person.visit("/console/policies")
    person.page.fill("#f-Name", name)
    person.page.check("#permission-1")
    person.page.check(f"#f-NetworkRules-{rule}")
    person.page.click("#create button")
    assert person.notice == "The permission policy is created."


def make_point(person: Person, name: str, policy: str) -> None:
    person.visit("/console/access-points")
    person.page.fill("#f-Name", name)
    person.page.check(f"#f-Policies-{policy}")
    person.page.click("#create button")
    assert person.heading == name


def delete_row(person: Person, name: str) -> str:
    """Open what deletes, type the name, confirm; what the page says then."""
    person.page.click(f"summary:has-text('Delete {name}')")
    person.page.fill(f"#typed-{name}", name)
    person.page.click("details[open].confirm button")
    return person.notice


def test_pages_without_rows_teach(person: Person) -> None:
    for path in ("network-rules", "policies", "access-points"):
        person.visit(f"/console/{path}")
        assert person.page.locator(".empty").count() == 1
        person.check_accessible()
    person.page.click("text=Create a permission policy first")
    assert person.heading == "Permission policies"


def test_an_application_gets_a_client_key_that_opens_with_its_password(
    person: Person, instance_id: str
) -> None:
    make_rule(person, "office")
    person.check_accessible()
    make_policy(person, "shop", "office")
    assert instance_id in person.page.inner_text("tbody")
    person.check_accessible()
    make_point(person, "shop-app", "shop")
    person.page.click("#create button")
    person.check_accessible()
    password = person.page.inner_text("#password")
    with person.page.expect_download() as download:
        person.page.click("text=(JSON)")
    kept = json.loads(download.value.path().read_text())
    assert download.value.suggested_filename == f"clientKey_{kept['KeyId']}.json"
    file = b64decode(kept["PrivateKeyData"])
    assert pkcs12.load_pkcs12(file, password.encode()).key is not None

    person.page.click("text=shop-app")
    assert kept["KeyId"] in person.page.inner_text("main")
    assert password not in person.page.content()
    person.check_accessible()


@pytest.mark.usefixtures("instance_id")
def test_what_is_in_use_stays_and_goes_once_it_is_not(person: Person) -> None:
    make_rule(person, "lab")
    make_policy(person, "test", "lab")
    person.visit("/console/network-rules/lab")
    assert "once no permission policy names it" in person.page.inner_text("main")
    person.page.click("dl >> text=test")
    assert delete_row(person, "test") == "The permission policy is deleted."
    person.visit("/console/network-rules/lab")
    assert delete_row(person, "lab") == "The network rule is deleted."


def test_rules_and_policies_are_changed(person: Person, ada: Customer, instance_id: str) -> None:
    make_rule(person, "plant")
    make_policy(person, "robots", "plant")
    page = person.page
    person.visit("/console/network-rules/plant")
    page.fill("#f-SourcePrivateIp", "no address")
    page.click("button:text-is('Save')")
    assert page.input_value("#f-SourcePrivateIp") == "no address"
    page.fill("#f-SourcePrivateIp", "10.9.0.0/16")
    page.click("button:text-is('Save')")
    assert person.notice.startswith("The network rule is saved")
    person.check_accessible()
    page.click("dl >> text=robots")
    assert page.is_checked("#permission-1")
    assert page.is_checked("#f-NetworkRules-plant")
    page.uncheck("#f-NetworkRules-plant")
    page.fill("#f-Resources", "")
    page.evaluate("document.querySelector('#f-Resources').required = false")
    page.click("button:text-is('Save')")
    assert not page.is_checked("#f-NetworkRules-plant")
    page.fill("#f-Resources", "key/*")
    page.click("button:text-is('Save')")
    assert person.notice.startswith("The permission policy is saved")
    person.check_accessible()
    asked = models.DescribePolicyRequest(name="robots")
    saved = ada.kms.describe_policy(asked).body
    assert json.loads(saved.access_control_rules) == {"NetworkRules": []}
    assert saved.resources == ["key/*"]
    assert saved.kms_instance == instance_id
    person.complaints.clear()  # of the forms that were refused


def test_the_pages_fit_a_phone_in_chinese(
    browser: Browser, product: Product, ada: Customer, point: str
) -> None:
    with at_browser(browser, product, viewport=PHONE) as somebody:
        somebody.sign_in("ada", ada.made["console_password"])
        somebody.visit(f"/console/access-points/{point}")
        somebody.page.click("#create button")
        somebody.check_fits()
        cookie = {"name": "keylease-language", "value": "zh", "url": product.url}
        somebody.page.context.add_cookies([cookie])
        for path in ("network-rules", "policies", "access-points", f"access-points/{point}"):
            somebody.visit(f"/console/{path}")
            somebody.check_fits()
        somebody.check_accessible()
        assert "有效" in somebody.page.inner_text("tbody")


def test_a_client_key_is_deleted_by_the_name_of_its_access_point(
    person: Person, ada: Customer, point: str
) -> None:
    held = ada.kms.list_client_keys(models.ListClientKeysRequest(aap_name=point)).body.client_keys
    for one in held:
        ada.kms.delete_client_key(models.DeleteClientKeyRequest(client_key_id=one.client_key_id))
    person.visit(f"/console/access-points/{point}")
    person.page.fill("#f-Password", "of-my-own-1")
    person.page.select_option("#f-years", "1")
    person.page.click("#create button")
    assert "2027-03-10" in person.page.inner_text("dl")
    person.page.click(f"text={point}")
    assert person.page.locator("text=Delete the access point").count() == 0
    person.page.click("td summary")
    person.page.fill("[name=typed]", point)
    person.page.click("td button")
    assert person.notice.startswith("The client key is deleted.")
    assert delete_row(person, point) == "The access point is deleted."
