"""Trying a key: what an application would do with it, once, with the result on the page."""

from base64 import b64encode
from typing import Any

from keylease.console.pages import key_page
from keylease.console.pages.asking import text_of
from keylease.console.visit import Page, Visit
from keylease.core.errors import Code, Refusal
from keylease.crypto.algorithms import Algorithm, KeyUsage
from keylease.crypto.digests import signed_of

#: The field that a result is filled into, to try the way back.
_FILLS = {"encrypted": "ciphertext", "signed": "signature"}


def encrypt(visit: Visit) -> Page:
    """Encrypt a text."""
    answer = visit.perform(
        "Encrypt", KeyId=visit.path["key_id"], Plaintext=_text(visit, "plaintext")
    )
    return _shown(visit, "encrypted", answer["CiphertextBlob"], answer)


def decrypt(visit: Visit) -> Page:
    """Decrypt what this key, or another one of the account, encrypted."""
    answer = visit.perform("Decrypt", CiphertextBlob="".join(visit.given("ciphertext").split()))
    return _shown(visit, "decrypted", answer["Plaintext"], answer)


def sign(visit: Visit) -> Page:
    """Sign a message with the primary version."""
    answer = visit.perform("AsymmetricSign", **_about(visit))
    return _shown(visit, "signed", answer["Value"], answer)


def verify(visit: Visit) -> Page:
    """Look whether a signature is one of the message by the primary version."""
    signature = "".join(visit.given("signature").split())
    answer = visit.perform("AsymmetricVerify", Value=signature, **_about(visit))
    return _shown(visit, "verified", answer["Value"], answer)


def _about(visit: Visit) -> dict[str, str]:
    """Key, version, algorithm, and the digest of the message: only that is sent to sign."""
    algorithm, message = visit.given("algorithm"), _text(visit, "message")
    with visit.transactions.read() as work:
        key = key_page.viewed(visit, work).key
        version = work.keys.version(key.id, key.primary_version)
    offered = key.key_spec.algorithms.get(KeyUsage.SIGN_VERIFY, ())
    if version is None or not version.public or algorithm not in offered:
        raise Refusal(Code.INVALID_PARAMETER, "This key does not sign like that.")
    digest = signed_of(Algorithm(algorithm), version.public, message.encode())
    return {
        "KeyId": key.id,
        "KeyVersionId": version.id,
        "Algorithm": algorithm,
        "Digest": b64encode(digest).decode(),
    }


def _text(visit: Visit, name: str) -> str:
    """A text as it was typed; Refusal without any."""
    text = text_of(visit, name)
    if not text:
        raise Refusal(Code.INVALID_PARAMETER, "Type a text first.")
    return text


def _shown(visit: Visit, kind: str, value: Any, answer: Any) -> Page:
    if kind in _FILLS:
        visit.form = {**visit.form, _FILLS[kind]: value}
    result = {
        "kind": kind,
        "value": value,
        "key_id": answer["KeyId"],
        "version_id": answer["KeyVersionId"],
    }
    return key_page.shown_again(visit, result=result)
