"""RSA_PKCS1_SHA_256: a request to the instance gateway, signed with a client key.

    claim = read_claim(request)
    require_fresh(claim, machine.wall())
    public_key = …  # of claim.client_key_id, else raise unknown_client_key()
    verify(request, claim, public_key)

What is signed are the method, the type and the hash of the body, the date, and every header
``x-kms-…``; so is all that an answer depends on. Path, query and host are not, and are not looked
at. There is no nonce, and two requests of one second may well be the same: a request can be sent
again for as long as its date is fresh. Source: facts/kms-api.md C.

Official clients recognise two of these refusals by the whole of their text, so those say nothing
of their own.
"""

import base64
import binascii
import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from hmac import compare_digest

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from keylease.access.request import Request
from keylease.core.errors import Code, Refusal

METHOD = "RSA_PKCS1_SHA_256"

#: How far the date of a request may be from machine time, in either direction.
WINDOW_SECONDS = 900

_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")
_BEARER = "Bearer "

#: Of a client key's id; ours have 41 characters.
_ID_CHARACTERS_MAX = 128


@dataclass(frozen=True, slots=True)
class ClientKeyClaim:
    """Which client key is said to have signed a request, when, and what for; nothing is proven."""

    client_key_id: str
    signature: bytes = field(repr=False)
    timestamp: int  # seconds since 1970; to be held against machine time
    api_name: str
    api_version: str


def read_claim(request: Request) -> ClientKeyClaim:
    """The claim that a request makes.

    Refusals: ``UnsupportedHTTPMethod``, ``InvalidParam`` for another signature method and for a
    date or an authorization that cannot be read, ``MissingParameter`` without a client key or the
    hash of the body, ``Unauthorized`` for what cannot be the id of a client key.
    """
    headers = request.headers
    if request.method != "POST":
        raise Refusal(Code.METHOD_UNSUPPORTED, "Use POST.")
    if headers.get("x-kms-signaturemethod") != METHOD:
        raise Refusal(
            Code.INVALID_PARAM,
            "The Param x-kms-signaturemethod is invalid. Use {method}.",
            method=METHOD,
        )
    if not headers.get("content-sha256"):
        raise _missing("content-sha256")
    return ClientKeyClaim(
        _client_key_id(headers.get("x-kms-acccesskeyid", "")),  # three times c: so it is sent
        _signature(headers.get("authorization", "")),
        _timestamp(headers.get("date", "")),
        headers.get("x-kms-apiname", ""),
        headers.get("x-kms-apiversion", ""),
    )


def require_fresh(claim: ClientKeyClaim, machine_now: float) -> None:
    """Refusal ``RequestTimeTooSkewed`` unless it was signed within 15 minutes of machine time."""
    if abs(machine_now - claim.timestamp) > WINDOW_SECONDS:
        raise Refusal(
            Code.TIME_SKEWED,
            "Request time exceeds server time more than 15 minutes. Set your clock.",
        )


def verify(request: Request, claim: ClientKeyClaim, public_key: RSAPublicKey) -> None:
    """Return if the client key signed this request; else Refusal ``SignatureNotMatch``.

    The hash of the body must be that of the body which arrived: the body is signed through it.
    """
    stated = request.headers["content-sha256"].upper().encode()
    digest = hashlib.sha256(request.body).hexdigest().upper().encode()
    if not compare_digest(stated, digest):
        raise _mismatch("content-sha256 is not the SHA-256 of the body that arrived.")
    signed = string_to_sign(request).encode()
    try:
        public_key.verify(claim.signature, signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        raise _mismatch("Sign with the private key of this client key.") from None


def string_to_sign(request: Request) -> str:
    """What a client key signs of a request.

    No part can hold a line break and no header's name a colon, so two requests that differ in
    what is signed never have the same text.
    """
    headers = request.headers
    names = sorted(name for name in headers if name.startswith("x-kms-"))
    block = "".join([f"{name}:{headers[name].strip()}\n" for name in names])
    first = [headers.get(name, "") for name in ("content-sha256", "content-type", "date")]
    return "\n".join([request.method, *first, f"{block}/"])


def unknown_client_key() -> Refusal:
    """The one answer for a client key that does not exist, is not valid now, or is not here."""
    return Refusal(
        Code.UNAUTHORIZED,
        "The AccessKey ID does not exist in our records: use a client key of an application "
        "access point of this instance that is valid now.",
    )


def _client_key_id(text: str) -> str:
    if not text:
        raise _missing("x-kms-acccesskeyid")
    # It is kept of strangers too, so it is bounded, and printable for every database.
    if len(text) > _ID_CHARACTERS_MAX or not (text.isascii() and text.isprintable()):
        raise unknown_client_key()
    return text


def _signature(authorization: str) -> bytes:
    if authorization.startswith(_BEARER):
        with suppress(binascii.Error, ValueError):
            return base64.b64decode(authorization.removeprefix(_BEARER), validate=True)
    raise Refusal(Code.INVALID_PARAM, "The Param Authorization is invalid.")


def _timestamp(date: str) -> int:
    instant = _parsed(date) if _DATE.fullmatch(date) else None
    if instant is None:
        raise Refusal(Code.INVALID_PARAM, "The Param Date is invalid.")
    return instant


@lru_cache(maxsize=1024)  # most requests of one second carry the same text
def _parsed(date: str) -> int | None:
    with suppress(ValueError):  # of the right form, but no such day
        moment = parsedate_to_datetime(date)
        if format_datetime(moment, usegmt=True) == date:
            return int(moment.timestamp())
    return None


def _missing(name: str) -> Refusal:
    return Refusal(
        Code.MISSING_PARAMETER, "Parameter {name} does not exist in http header or body.", name=name
    )


def _mismatch(advice: str) -> Refusal:
    return Refusal(Code.SIGNATURE_NOT_MATCHED, "Signature is not matched. {advice}", advice=advice)
