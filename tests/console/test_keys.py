"""Keys: lists, creation, what a key's page does, and trying keys."""

import base64
import hashlib

import pytest
from alibabacloud_kms20160120.models import CreateKeyRequest, DescribeKeyRequest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from playwright.sync_api import Browser

from console.people import PHONE, Person, at_browser
from product import Customer, Product

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def instance(ada: Customer) -> str:
    """An enabled instance of Ada's."""
    instance_id: str = ada.buy()["InstanceId"]
    ada.enable(instance_id)
    return instance_id


def _press(person: Person, button: str) -> None:
    person.page.click(f"main button:text-is('{button}')")


def _tab(person: Person, name: str) -> None:
    person.page.click(f".tabs a:text-is('{name}')")


def _forgive_refusals(person: Person) -> None:
    """The browser complains of each refused form."""
    assert all("the server responded with a status of 40" in one for one in person.complaints)
    person.complaints.clear()


def test_a_key_is_created_with_its_alias_tags_and_rotation(person: Person, instance: str) -> None:
    page = person.page
    person.visit("/console/keys")
    page.click("text=Create Key")
    person.check_accessible()
    page.select_option("#f-instance", instance)
    page.fill("#f-alias", "orders")
    page.fill("#f-description", "Card numbers at rest")
    page.fill("#f-days", "30")
    page.fill("#f-tags", "team payments")
    _press(person, "Create Key")
    assert person.notice == "Write each tag on a line of its own, like team=payments."
    assert page.input_value("#f-alias") == "orders"
    page.fill("#f-tags", "team=payments\n\nstage = live")
    _press(person, "Create Key")
    assert person.notice == "The key is created."
    key_id = person.heading
    assert "2026-04-09" in page.inner_text("main")
    person.check_accessible()
    _tab(person, "Aliases and tags")
    shown = page.inner_text("main")
    assert all(text in shown for text in ("alias/orders", "payments", "stage", "live"))
    person.visit(f"/console/keys?instance={instance}")
    assert "alias/orders" in page.inner_text("tbody")
    assert key_id in page.inner_text("tbody")
    person.check_accessible()
    person.visit("/console/keys?instance=kst-another")
    assert page.locator("tbody").count() == 0
    _forgive_refusals(person)


def test_an_alias_is_pointed_to_another_key_of_its_usage(
    person: Person, ada: Customer, instance: str
) -> None:
    page, first, second = person.page, ada.create_key(instance), ada.create_key(instance)
    person.visit(f"/console/keys/{first}?tab=names")
    page.fill("#f-alias", "movable")
    _press(person, "Create Alias")
    for other in ("key-nowhere", second):
        page.click("summary:has-text('Point to another key')")
        person.check_accessible()
        page.fill("#other-1", other)
        _press(person, "Point to it")
    assert person.notice == "The alias stands for this key."
    assert person.heading == second
    assert "alias/movable" in page.inner_text("tbody")
    _forgive_refusals(person)


def test_managed_data_keys_are_shown_with_their_versions(
    person: Person, ada: Customer, instance: str
) -> None:
    person.visit("/console/keys?tab=data")
    assert person.page.inner_text(".empty h2") == "No managed data key in this region"
    key = ada.create_key(instance)
    ada.product.cli("data-key", "create", "ada", "shop/orders", "--key", key)
    ada.product.cli("data-key", "rotate", "ada", "shop/orders")
    person.visit("/console/keys?tab=data")
    person.check_accessible()
    person.page.click("tbody a")
    assert person.heading == "shop/orders"
    assert "shop/orders/2" in person.page.inner_text("tbody tr >> nth=0")
    assert person.page.locator("tbody tr").count() == 2


def test_an_alias_in_use_is_refused_before_there_is_a_key(
    person: Person, ada: Customer, instance: str
) -> None:
    first = ada.create_key(instance)
    person.visit(f"/console/keys/{first}?tab=names")
    person.page.fill("#f-alias", "taken")
    _press(person, "Create Alias")
    person.visit("/console/keys")
    before = person.page.locator("tbody tr").count()
    person.visit("/console/keys/create")
    person.page.fill("#f-alias", "taken")
    _press(person, "Create Key")
    assert person.notice == "The alias alias/taken is in use: choose another."
    person.visit("/console/keys")
    assert person.page.locator("tbody tr").count() == before
    _forgive_refusals(person)


def test_a_key_is_deleted_only_after_its_id_was_typed_and_can_be_kept(
    person: Person, ada: Customer, instance: str
) -> None:
    page, key_id = person.page, ada.create_key(instance)
    person.visit(f"/console/keys/{key_id}")
    _press(person, "Disable")
    assert person.notice == "The key is disabled."
    _press(person, "Switch on")
    assert person.notice == "Deletion protection is on."
    assert page.locator("#f-confirm").count() == 0
    _press(person, "Switch off")
    page.fill("#f-days", "30")
    page.fill("#f-confirm", "key-another")
    _press(person, "Schedule the deletion")
    assert person.notice == "Type the id of the key to confirm that it is to be deleted."
    page.fill("#f-confirm", key_id)
    _press(person, "Schedule the deletion")
    assert person.notice == "The deletion of the key is scheduled."
    assert "2026-04-09" in page.inner_text(".notice.bad")
    person.check_accessible()
    _press(person, "Cancel the deletion")
    assert person.notice == "The key is kept."
    assert page.inner_text(".heading .badge") == "Enabled"
    _forgive_refusals(person)


def test_rotation_description_names_and_policy_are_changed(
    person: Person, ada: Customer, instance: str
) -> None:
    page, key_id = person.page, ada.create_key(instance)
    person.visit(f"/console/keys/{key_id}")
    page.fill("#f-Description", "Orders")
    _press(person, "Save")
    page.fill("#f-Description", "")
    _press(person, "Save")
    assert person.notice == "The description is changed."
    _tab(person, "Versions and rotation")
    page.fill("#f-days", "90")
    _press(person, "Switch on")
    assert "2026-06-08" in page.inner_text("main")
    _press(person, "Rotate now")
    assert person.notice == "The key has a new version."
    assert page.locator("tbody tr").count() == 2
    assert page.locator("tbody .badge").count() == 1
    person.check_accessible()
    _press(person, "Switch off automatic rotation")
    _tab(person, "Aliases and tags")
    page.fill("#f-TagKey", "<script>alert(1)</script>")
    _press(person, "Add Tag")
    assert "<script>alert(1)</script>" in page.inner_text("tbody")
    person.check_accessible()
    _press(person, "Remove <script>alert(1)</script>")
    assert person.notice == "The tag is removed."
    _tab(person, "Key policy")
    policy = page.input_value("#f-Policy")
    page.fill("#f-Policy", policy.replace("kms:*", "kms:Describe*"))
    _press(person, "Save")
    assert "kms:Describe*" in page.input_value("#f-Policy")
    page.fill("#f-Policy", "{}")
    _press(person, "Save")
    assert page.input_value("#f-Policy") == "{}"
    person.check_accessible()
    _forgive_refusals(person)


def test_what_is_encrypted_on_the_page_is_decrypted_there(
    person: Person, ada: Customer, instance: str
) -> None:
    page, key_id = person.page, ada.create_key(instance)
    person.visit(f"/console/keys/{key_id}?tab=try")
    page.fill("#f-plaintext", "4111 1111\n<b>Ada</b>")
    _press(person, "Encrypt")
    assert ada.decrypt(page.inner_text("main pre")) == "4111 1111\n<b>Ada</b>"
    page.fill("#f-plaintext", "-")
    _press(person, "Decrypt")
    assert page.inner_text("main pre") == "4111 1111\n<b>Ada</b>"
    assert key_id in page.inner_text("main .card >> nth=0")
    person.check_accessible()
    page.fill("#f-ciphertext", "bm8=")
    _press(person, "Decrypt")
    assert page.locator(".notice.bad").count() == 1
    _forgive_refusals(person)


def test_a_message_is_signed_so_that_the_public_key_verifies_it(
    person: Person, instance: str
) -> None:
    page = person.page
    person.visit(f"/console/keys/create?instance={instance}")
    page.select_option("#f-kind", "EC_P256 SIGN/VERIFY")
    _press(person, "Create Key")
    public = load_pem_public_key(page.inner_text("main pre").encode())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    _tab(person, "Try it")
    page.fill("#f-message", "Pay 5.00\nto Bob")
    _press(person, "Sign")
    signature = base64.b64decode(page.inner_text("main pre"))
    digest = hashlib.sha256(b"Pay 5.00\nto Bob").digest()
    public.verify(signature, digest, ec.ECDSA(Prehashed(SHA256())))
    _press(person, "Verify")
    assert page.inner_text("main .badge >> nth=1") == "The signature fits"
    page.fill("#f-message", "Pay 5,000.00\nto Bob")
    _press(person, "Verify")
    assert page.inner_text("main .badge >> nth=1") == "The signature does not fit"
    person.check_accessible()


def test_the_default_master_key_is_created_and_a_service_s_key_only_shown(
    person: Person, ada: Customer
) -> None:
    page = person.page
    ada.kms.describe_key(DescribeKeyRequest(key_id="alias/acs/kms"))
    person.visit("/console/keys?tab=default")
    person.check_accessible()
    _press(person, "Create the default master key")
    assert person.notice == "The default master key is created."
    person.visit("/console/keys?tab=default")
    assert page.locator("tbody tr").count() == 2
    page.click("text=alias/acs/kms")
    assert "The service kms" in page.inner_text("main")
    assert page.locator("main form").count() == 0


def test_another_account_s_key_is_not_found(person: Person, product: Product) -> None:
    bob = product.customer("bob")
    key_id = bob.kms.create_key(CreateKeyRequest()).body.key_metadata.key_id
    said = []
    for name in (key_id, "key-hzzunknown"):
        assert person.visit(f"/console/keys/{name}").status == 404
        said.append(person.page.inner_text("main").replace(name, ""))
    assert said[0] == said[1]
    _forgive_refusals(person)


def test_every_page_of_keys_fits_a_phone_in_chinese(
    browser: Browser, product: Product, ada: Customer, instance: str
) -> None:
    key_id = ada.create_key(instance)
    with at_browser(browser, product, viewport=PHONE) as somebody:
        somebody.sign_in("ada", ada.made["console_password"])
        cookie = {"name": "keylease-language", "value": "zh", "url": product.url}
        somebody.page.context.add_cookies([cookie])
        tabs = ("details", "versions", "names", "policy", "try")
        pages = ["/keys", "/keys?tab=default", "/keys/create"]
        for path in pages + [f"/keys/{key_id}?tab={tab}" for tab in tabs]:
            assert somebody.visit(f"/console{path}").ok
            assert "密钥" in somebody.page.inner_text("main")
            somebody.check_fits()
        somebody.check_accessible()
        assert somebody.complaints == []
