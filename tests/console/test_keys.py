"""Keys: lists, creation, what a key's page does, and trying keys."""

import base64
import hashlib

import pytest
from alibabacloud_kms20160120.models import CreateKeyRequest, DescribeKeyRequest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from playwright.sync_api import Browser

from console.hands import Hand, Own
from console.people import PHONE, Person, at_browser
from product import Customer, Product

pytestmark = pytest.mark.long


def test_a_key_is_created_with_its_alias_tags_and_rotation(hand: Hand, place: Own) -> None:
    hand.go("Keys")
    hand.follow("Create Key")
    hand.person.check_accessible()
    hand.choose("Instance", place)
    hand.choose("Usage and key spec", Own(hand.said("Encrypt and decrypt") + ": AES-256"))
    hand.fill("Alias", "orders")
    hand.fill("Description", "Card numbers at rest")
    hand.fill("Rotation period in days", "30")
    hand.fill("Tags", "team payments")
    hand.press("Create Key")
    hand.is_told(
        "{name}: write each tag on a line of its own, like team=payments, not {line!r}.",
        name=f"“{hand.said('Tags')}”",
        line="team payments",
    )
    hand.fill("Tags", "team=payments\n\nstage = live")
    hand.press("Create Key")
    hand.is_told("The key is created.")
    assert hand.heading == "alias/orders"
    key = Own(hand.fact("ID"))
    assert hand.fact("Next rotation").startswith("2026-04-09 10:0")
    hand.person.check_accessible()
    hand.follow("Aliases and tags")
    assert hand.cell("alias/orders", "Created").startswith("2026-03-10 10:0")
    assert hand.cell("team", "Tag value") == "payments"
    assert hand.cell("stage", "Tag value") == "live"
    hand.go("Keys")
    hand.choose_and_see("Instance", place)
    assert hand.cell(key, "Rotates each") == hand.said("{number} days", number=30)
    hand.follow(Own("alias/orders"))
    assert hand.fact("ID") == key


def test_an_id_is_copied_with_a_press(person: Person, adas_instance: str) -> None:
    person.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.visit(f"/console/instances/{adas_instance}")
    shown = person.page.locator("dd", has_text=adas_instance)
    shown.get_by_role("button", name="Copy", exact=True).click()
    shown.get_by_role("button", name="Copied", exact=True).wait_for()
    assert person.page.evaluate("navigator.clipboard.readText()") == adas_instance
    person.check_accessible()


def test_a_filter_for_an_instance_that_is_not_there_finds_nothing(
    person: Person, ada: Customer, adas_instance: str
) -> None:
    ada.create_key(adas_instance)
    person.visit("/console/keys?instance=kst-another")
    assert person.page.locator("tbody").count() == 0


def test_a_key_is_deleted_only_after_its_id_was_typed_and_can_be_kept(
    hand: Hand, walker: Customer, place: Own
) -> None:
    key = Own(walker.create_key(place))
    hand.go("Keys")
    hand.follow(key)
    hand.press("Disable")
    hand.is_told("The key is disabled.")
    hand.press("Switch on", card="Deletion")
    hand.is_told("Deletion protection is on.")
    assert not hand.offers("Schedule the deletion")
    hand.press("Switch off", card="Deletion")
    hand.fill("Days until it is deleted", "30")
    hand.fill("Type the id of the key to confirm", "key-another")
    hand.press("Schedule the deletion")
    hand.is_told("Type the id of the key to confirm that it is to be deleted.")
    hand.fill("Type the id of the key to confirm", key)
    hand.press("Schedule the deletion")
    hand.is_told("The deletion of the key is scheduled.")
    hand.reads("This key will be deleted for good at:")
    hand.reads(Own("2026-04-09 10:0"))
    hand.person.check_accessible()
    hand.press("Cancel the deletion")
    hand.is_told("The key is kept.")
    hand.follow("Try it")
    hand.reads("Encrypt")


def test_what_is_encrypted_on_the_page_is_decrypted_there(
    hand: Hand, walker: Customer, place: Own
) -> None:
    key, text = Own(walker.create_key(place)), "4111 1111\n<b>Ada</b>"
    hand.go("Keys")
    hand.follow(key)
    hand.follow("Try it")
    hand.fill("Text", text)
    hand.press("Encrypt")
    assert walker.decrypt(hand.result("Ciphertext")) == text
    hand.fill("Text", "-")
    hand.press("Decrypt")
    assert hand.result("Decrypted text") == text
    hand.reads(key)
    hand.person.check_accessible()
    hand.fill("Ciphertext", "bm8=")
    hand.press("Decrypt")
    hand.is_refused()


def test_an_alias_is_pointed_to_another_key_of_its_usage(
    hand: Hand, walker: Customer, place: Own
) -> None:
    first, second = (Own(walker.create_key(place)) for _ in range(2))
    hand.go("Keys")
    hand.follow(first)
    hand.follow("Aliases and tags")
    hand.fill("Alias", "movable")
    hand.press("Create Alias")
    for other in ("key-nowhere", second):
        hand.unfold("Point to another key")
        hand.person.check_accessible()
        hand.fill("Id of the other key", other)
        hand.press("Point to it")
    hand.is_told("The alias stands for this key.")
    assert hand.heading == "alias/movable"
    hand.reads(second)
    assert hand.lists("alias/movable")
    hand.press(Own(hand.said("Delete {name}", name="alias/movable")))
    hand.reads("It has no alias.")


def test_managed_data_keys_are_shown_with_their_versions(
    hand: Hand, walker: Customer, place: Own
) -> None:
    hand.go("Keys")
    hand.follow("Managed data keys")
    hand.reads("No managed data key in this region")
    key = walker.create_key(place)
    cli = walker.product.cli
    cli("data-key", "create", walker.name, "shop/orders", "--key", key)
    cli("data-key", "rotate", walker.name, "shop/orders")
    hand.reload()
    hand.person.check_accessible()
    hand.follow(Own("shop/orders"))
    assert hand.heading == "shop/orders"
    newest, _ = hand.rows()
    assert "shop/orders/2" in newest


def test_an_alias_in_use_is_refused_before_there_is_a_key(
    hand: Hand, walker: Customer, place: Own
) -> None:
    first = Own(walker.create_key(place))
    hand.go("Keys")
    hand.follow(first)
    hand.follow("Aliases and tags")
    hand.fill("Alias", "taken")
    hand.press("Create Alias")
    hand.go("Keys")
    before = len(hand.rows())
    hand.follow("Create Key")
    hand.choose("Instance", place)
    hand.fill("Alias", "taken")
    hand.press("Create Key")
    hand.is_told("The alias {name} is in use: choose another.", name="alias/taken")
    hand.go("Keys")
    assert len(hand.rows()) == before


def test_description_rotation_and_tags_are_changed(
    hand: Hand, walker: Customer, place: Own
) -> None:
    key = Own(walker.create_key(place))
    hand.go("Keys")
    hand.follow(key)
    for text in ("Orders", ""):
        hand.fill("Description", text)
        hand.press("Save")
        hand.is_told("The description is changed.")
        assert hand.written("Description") == text
    hand.follow("Versions and rotation")
    hand.fill("Rotation period in days", "90")
    hand.press("Switch on")
    hand.reads(Own("2026-06-08"))
    hand.press("Rotate now")
    hand.is_told("The key has a new version.")
    assert len(hand.rows()) == 2
    primary = hand.said("Primary")
    assert [primary in row for row in hand.rows()].count(True) == 1
    hand.person.check_accessible()
    hand.press("Switch off automatic rotation")
    hand.reads(
        "The key does not rotate by itself. "
        "Versions made before stay, and decrypt what they encrypted."
    )
    hand.follow("Aliases and tags")
    tag = "<script>alert(1)</script>"
    hand.fill("Tag key", tag)
    hand.press("Add Tag")
    assert hand.lists(tag)
    hand.person.check_accessible()
    hand.press(Own(hand.said("Remove {name}", name=tag)))
    hand.is_told("The tag is removed.")


def test_a_key_policy_is_changed_and_stays_on_the_page_when_refused(
    hand: Hand, walker: Customer, place: Own
) -> None:
    key = Own(walker.create_key(place))
    hand.go("Keys")
    hand.follow(key)
    hand.follow("Key policy")
    policy = hand.written("Policy in JSON")
    hand.fill("Policy in JSON", policy.replace("kms:*", "kms:Describe*"))
    hand.press("Save")
    assert "kms:Describe*" in hand.written("Policy in JSON")
    hand.fill("Policy in JSON", "{}")
    hand.press("Save")
    hand.is_refused()
    assert hand.written("Policy in JSON") == "{}"
    hand.person.check_accessible()


def test_a_message_is_signed_so_that_the_public_key_verifies_it(hand: Hand, place: Own) -> None:
    hand.go("Keys")
    hand.follow("Create Key")
    hand.choose("Instance", place)
    hand.choose("Usage and key spec", Own(hand.said("Sign and verify") + ": EC P-256"))
    hand.press("Create Key")
    public = load_pem_public_key(hand.result("Public key").encode())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    hand.follow("Try it")
    hand.fill("Message", "Pay 5.00\nto Bob")
    hand.press("Sign")
    signature = base64.b64decode(hand.result("Signature"))
    digest = hashlib.sha256(b"Pay 5.00\nto Bob").digest()
    public.verify(signature, digest, ec.ECDSA(Prehashed(SHA256())))
    hand.press("Verify")
    hand.reads("The signature fits")
    hand.fill("Message", "Pay 5,000.00\nto Bob")
    hand.press("Verify")
    hand.reads("The signature does not fit")
    hand.person.check_accessible()


def test_what_is_encrypted_for_a_public_key_is_decrypted_there(
    hand: Hand, walker: Customer, place: Own
) -> None:
    asked = CreateKeyRequest(
        dkmsinstance_id=place, key_spec="RSA_2048", key_usage="ENCRYPT/DECRYPT"
    )
    key = Own(walker.kms.create_key(asked).body.key_metadata.key_id)
    hand.go("Keys")
    hand.follow(key)
    public = load_pem_public_key(hand.result("Public key").encode())
    assert isinstance(public, rsa.RSAPublicKey)
    hand.follow("Try it")
    oaep = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)
    hand.choose("Algorithm", Own("RSAES_OAEP_SHA_256"))
    for sent, shown in ((b"from elsewhere", "from elsewhere"), (b"\xff", "/w==")):
        hand.fill("Ciphertext", base64.encodebytes(public.encrypt(sent, oaep)).decode())
        hand.press("Decrypt")
        assert hand.result("Decrypted text") == shown
    hand.choose("Algorithm", Own("RSAES_OAEP_SHA_1"))
    hand.fill("Text", "4111 1111\n中")
    hand.press("Encrypt")
    hand.person.check_accessible()
    hand.fill("Text", "")
    hand.press("Decrypt")
    assert hand.result("Decrypted text") == "4111 1111\n中"
    hand.press("Encrypt")
    hand.is_told("Type a text first.")


def test_a_message_is_authenticated_by_a_code(hand: Hand, walker: Customer, place: Own) -> None:
    asked = CreateKeyRequest(
        dkmsinstance_id=place, key_spec="HMAC_SHA_256", key_usage="GENERATE_VERIFY_MAC"
    )
    key = Own(walker.kms.create_key(asked).body.key_metadata.key_id)
    hand.go("Keys")
    hand.follow(key)
    hand.follow("Try it")
    hand.fill("Message", "Pay 5.00\nto Bob")
    hand.press("Make the MAC")
    assert len(base64.b64decode(hand.result("MAC"))) == 32
    hand.press("Verify the MAC")
    hand.reads("The MAC fits")
    hand.person.check_accessible()
    hand.fill("Message", "Pay 5,000.00\nto Bob")
    hand.press("Verify the MAC")
    hand.reads("The MAC does not fit")
    hand.fill("MAC", "")
    hand.press("Verify the MAC")
    hand.is_refused()


def test_the_default_master_key_is_created_and_a_service_s_key_only_shown(
    hand: Hand, walker: Customer
) -> None:
    walker.kms.describe_key(DescribeKeyRequest(key_id="alias/acs/kms"))
    hand.go("Keys")
    hand.follow("Default Keys")
    hand.person.check_accessible()
    hand.press("Create the default master key")
    hand.is_told("The default master key is created.")
    hand.go("Keys")
    hand.follow("Default Keys")
    assert len(hand.rows()) == 2
    hand.follow(Own("alias/acs/kms"))
    hand.reads(Own(hand.said("The service {name}", name="kms")))
    assert hand.page.locator("main form").count() == 0


def test_another_account_s_key_is_not_found(person: Person, product: Product) -> None:
    bob = product.customer("bob")
    key_id = bob.kms.create_key(CreateKeyRequest()).body.key_metadata.key_id
    said = []
    for name in (key_id, "key-hzzunknown"):
        assert person.visit(f"/console/keys/{name}").status == 404
        said.append(person.page.inner_text("main").replace(name, ""))
    assert said[0] == said[1]
    person.forgive_refusals()


def test_every_page_of_keys_fits_a_phone_in_chinese(
    browser: Browser, product: Product, ada: Customer, adas_instance: str
) -> None:
    key_id = ada.create_key(adas_instance)
    with at_browser(browser, product, viewport=PHONE) as somebody:
        somebody.sign_in("ada", ada.made["console_password"])
        somebody.prefer(language="zh")
        tabs = ("details", "versions", "names", "policy", "try")
        pages = ["/keys", "/keys?tab=default", "/keys/create"]
        for path in pages + [f"/keys/{key_id}?tab={tab}" for tab in tabs]:
            assert somebody.visit(f"/console{path}").ok
            assert "密钥" in somebody.page.inner_text("main")
            somebody.check_fits()
        somebody.check_accessible()
        assert somebody.complaints == []
