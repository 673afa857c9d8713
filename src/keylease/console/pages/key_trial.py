"""Trying a key: what an application would do with it, once, with the result on the page."""

from base64 import b64decode, b64encode
from contextlib import suppress
from typing import Any

from keylease.console.pages import key_page
from keylease.console.pages.asking import base64_of, text_of
from keylease.console.visit import Page, Visit
from keylease.core.errors import Code, Parameter, Refusal
from keylease.crypto.algorithms import Algorithm, KeyUsage
from keylease.crypto.digests import signed_of

#: The field that a result is filled into, to try the way back.
_FILLS = {"encrypted": "ciphertext", "signed": "signature", "authenticated": "mac"}


def encrypt(visit: Visit) -> Page:
    """Encrypt a text."""
    answer = visit.perform(
        "Encrypt", KeyId=visit.path["key_id"], Plaintext=_text(visit, "plaintext")
    )
    return _shown(visit, "encrypted", answer["CiphertextBlob"], answer)


def decrypt(visit: Visit) -> Page:
    """Decrypt what this key, or another one of the account, encrypted."""
    answer = visit.perform("Decrypt", CiphertextBlob=base64_of(visit, "ciphertext"))
    return _shown(visit, "decrypted", answer["Plaintext"], answer)


def encrypt_for(visit: Visit) -> Page:
    """Encrypt a text with the public half of the primary version."""
    plaintext = _encoded(_text(visit, "plaintext").encode())
    version, _ = _primary(visit, KeyUsage.ENCRYPT_DECRYPT)
    answer = visit.perform("AsymmetricEncrypt", Plaintext=plaintext, **version)
    return _shown(visit, "encrypted", answer["CiphertextBlob"], answer)


def decrypt_with(visit: Visit) -> Page:
    """Decrypt what was encrypted for the primary version; what is no text stays Base64."""
    version, _ = _primary(visit, KeyUsage.ENCRYPT_DECRYPT)
    answer = visit.perform(
        "AsymmetricDecrypt", CiphertextBlob=base64_of(visit, "ciphertext"), **version
    )
    plaintext = answer["Plaintext"]
    with suppress(UnicodeDecodeError):
        plaintext = b64decode(plaintext).decode()
    return _shown(visit, "decrypted", plaintext, answer)


def authenticate(visit: Visit) -> Page:
    """Make the code that authenticates a message."""
    answer = visit.perform("GenerateMac", **_authenticated(visit))
    return _shown(visit, "authenticated", answer["Mac"], answer)


def check(visit: Visit) -> Page:
    """Look whether a code authenticates the message."""
    answer = visit.perform("VerifyMac", Mac=base64_of(visit, "mac"), **_authenticated(visit))
    return _shown(visit, "checked", answer["Value"], answer)


def sign(visit: Visit) -> Page:
    """Sign a message with the primary version."""
    answer = visit.perform("AsymmetricSign", **_about(visit))
    return _shown(visit, "signed", answer["Value"], answer)


def verify(visit: Visit) -> Page:
    """Look whether a signature is one of the message by the primary version."""
    signature = base64_of(visit, "signature")
    answer = visit.perform("AsymmetricVerify", Value=signature, **_about(visit))
    return _shown(visit, "verified", answer["Value"], answer)


def _about(visit: Visit) -> dict[str, str]:
    """Key, version, algorithm, and the digest of the message: only that is sent to sign."""
    message = _text(visit, "message").encode()
    version, public = _primary(visit, KeyUsage.SIGN_VERIFY)
    digest = signed_of(Algorithm(version["Algorithm"]), public, message)
    return {**version, "Digest": _encoded(digest)}


def _authenticated(visit: Visit) -> dict[str, str]:
    return {
        "KeyId": visit.path["key_id"],
        "Algorithm": visit.given("algorithm"),
        "Message": _encoded(_text(visit, "message").encode()),
    }


def _primary(visit: Visit, usage: KeyUsage) -> tuple[dict[str, str], bytes]:
    """The key, its primary version and the algorithm that was chosen; and its public half."""
    algorithm = visit.given("algorithm")
    with visit.transactions.read() as work:
        key = key_page.viewed(visit, work).key
        version = work.keys.version(key.id, key.primary_version)
    offered = key.key_spec.algorithms.get(usage, ())
    if version is None or not version.public or algorithm not in offered:
        raise Refusal(Code.INVALID_PARAMETER, "This key does not work like that.")
    named = {"KeyId": key.id, "KeyVersionId": version.id, "Algorithm": algorithm}
    return named, version.public


def _encoded(data: bytes) -> str:
    return b64encode(data).decode()


def _text(visit: Visit, name: str) -> str:
    """A text as it was typed; Refusal without any."""
    text = text_of(visit, name)
    if not text:
        raise Refusal(Code.INVALID_PARAMETER, "Type a text first.", about=Parameter(name.title()))
    return text


def _shown(visit: Visit, kind: str, value: Any, answer: Any) -> Page:
    if kind in _FILLS:
        visit.form = {**visit.form, _FILLS[kind]: value}
    result = {
        "kind": kind,
        "value": value,
        "key_id": answer["KeyId"],
        "version_id": answer.get("KeyVersionId", ""),
    }
    return key_page.shown_again(visit, result=result)
