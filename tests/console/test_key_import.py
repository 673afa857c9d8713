"""Bringing one's own key: parameters, the import, what is refused, and the material's end."""

import base64
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from console.hands import Hand, Own
from product import Customer

pytestmark = pytest.mark.long

IMPORTED = "The material is imported: the key can be used."
OAEP = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)


def _import(hand: Hand, material: bytes, expires: str = "", way: str = "pasted") -> None:
    """Wrap the material as the page says, and import it: pasted, or as a file of one kind."""
    hand.press("Get parameters")
    public = load_pem_public_key(hand.download("Public key (PEM)").path().read_bytes())
    assert isinstance(public, rsa.RSAPublicKey)
    token = hand.download("Import token (Base64)").path().read_text()
    assert hand.written("Import token (Base64)") == token
    wrapped = public.encrypt(material, OAEP)
    encoded = base64.encodebytes(wrapped)
    if way == "pasted":
        hand.fill("Encrypted material (Base64)", encoded.decode())
    else:
        hand.fill("Import token (Base64)", "")
        content = encoded if way == "encoded" else wrapped
        hand.attach("Or the file with the encrypted material", content)
        hand.attach("Or the file with the import token", token.encode())
    if expires:
        hand.fill("Expires (UTC+8)", expires)
    hand.press("Import")


def test_a_key_gets_its_material_loses_it_and_takes_only_the_same_again(
    hand: Hand, walker: Customer, place: Own
) -> None:
    material = secrets.token_bytes(32)
    hand.go("Keys")
    hand.follow("Create Key")
    hand.choose("Instance", place)
    hand.tick("Imported by you")
    hand.press("Create Key")
    hand.is_told("The key is created. Import its material.")
    key = Own(hand.heading)
    hand.reads("Waits for its material")
    hand.press("Get parameters")
    hand.reads(Own(f"openssl rand -out material.bin {len(material)}"))
    hand.person.check_accessible()
    hand.person.check_fits()
    _import(hand, material)
    hand.is_told(IMPORTED)
    hand.reads("It does not expire.")
    blob = walker.encrypt(key, "aGVsbG8=")

    hand.delete(key)
    hand.is_told("The material is deleted: the key waits until it is imported again.")
    hand.reads(
        "The material of this key is gone: it was deleted, or has expired. "
        "Import the same material again to use the key."
    )
    _import(hand, secrets.token_bytes(32), way="encoded")
    hand.is_told(
        "key material is invalid: only the material that was imported first fits this key."
    )
    _import(hand, material, "2026-03-11T10:00", way="raw")
    hand.is_told(IMPORTED)
    hand.reads(Own("2026-03-11 10:00:00"))
    assert walker.decrypt(blob) == "aGVsbG8="


def test_only_keys_that_take_material_ask_for_it(hand: Hand, walker: Customer, place: Own) -> None:
    key = Own(walker.create_key(place))
    hand.go("Keys")
    hand.follow(key)
    assert hand.offers("Versions and rotation")
    assert not hand.offers("Import material")
    hand.person.visit(f"/console/keys/{key}?tab=import")
    assert not hand.offers("Get parameters")
