"""Bringing one's own key: parameters, the import, what is refused, and the material's end."""

import base64
import secrets
from urllib.parse import unquote

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from console.people import PHONE, Person
from product import Customer

pytestmark = pytest.mark.long

OAEP = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)


@pytest.fixture(scope="module")
def instance(ada: Customer) -> str:
    """An enabled instance of Ada's."""
    instance_id: str = ada.buy()["InstanceId"]
    ada.enable(instance_id)
    return instance_id


def _press(person: Person, button: str) -> None:
    person.page.click(f"main button:text-is('{button}')")


def _downloaded(person: Person, link: str) -> str:
    address = person.page.get_attribute(f"a:text-is('{link}')", "href") or ""
    return base64.b64decode(unquote(address.partition("base64,")[2])).decode()


def _import(person: Person, material: bytes, expires: str = "") -> None:
    """Wrap the material as the page says, and import it."""
    _press(person, "Get parameters")
    public = load_pem_public_key(_downloaded(person, "Public key (PEM)").encode())
    assert isinstance(public, rsa.RSAPublicKey)
    token = _downloaded(person, "Import token (Base64)")
    assert person.page.input_value("#f-ImportToken") == token
    wrapped = base64.encodebytes(public.encrypt(material, OAEP)).decode()
    person.page.fill("#f-EncryptedKeyMaterial", wrapped)
    person.page.fill("#f-expires", expires)
    _press(person, "Import")


def test_a_key_gets_its_material_loses_it_and_takes_only_the_same_again(
    person: Person, ada: Customer, instance: str
) -> None:
    page, material = person.page, secrets.token_bytes(32)
    person.visit(f"/console/keys/create?instance={instance}")
    page.check("text=Imported by you")
    _press(person, "Create Key")
    assert person.notice == "The key is created. Import its material."
    key_id = person.heading
    assert "Waits for its material" in page.inner_text("main")
    _press(person, "Get parameters")
    assert f"openssl rand -out material.bin {len(material)}" in page.inner_text("main")
    person.check_accessible()
    page.set_viewport_size(PHONE)
    person.check_fits()
    _import(person, material)
    assert person.notice == "The material is imported: the key can be used."
    assert "It does not expire." in page.inner_text("main")
    blob = ada.encrypt(key_id, "aGVsbG8=")

    page.click("summary:has-text('Delete')")
    page.fill("#typed-material", key_id)
    _press(person, "Delete")
    assert "waits until it is imported again" in person.notice
    assert "Import the same material again" in page.inner_text("main")
    _import(person, secrets.token_bytes(32))
    assert "only the material that was imported first fits this key" in person.notice
    _import(person, material, "2026-03-11T10:00")
    assert person.notice == "The material is imported: the key can be used."
    assert "2026-03-11 10:00:00" in page.inner_text("main")
    assert ada.decrypt(blob) == "aGVsbG8="
    person.complaints.clear()  # of the form that was refused


def test_only_keys_that_take_material_ask_for_it(
    person: Person, ada: Customer, instance: str
) -> None:
    key_id = ada.create_key(instance)
    person.visit(f"/console/keys/{key_id}?tab=import")
    assert person.page.locator(".tabs a:has-text('Import material')").count() == 0
