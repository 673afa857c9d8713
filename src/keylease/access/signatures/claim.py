"""What a request claims about its signer, read before anything is verified.

A claim exists only if the request could be verified at all: every part is there, in its form, and
whatever the answer will depend on is covered by the signature. In particular:

* With a signed ``Authorization`` (ACS3, ACS4), ``host`` and every ``x-acs-…`` header that is in
  the request must be signed, and ``content-type`` too if there is a body, because it decides
  whether the body holds parameters.
* With RPC parameters (HMAC-SHA1) no header is signed. So action and version are the signed
  parameters; the headers ``x-acs-action`` and ``x-acs-version`` are ignored, whatever they say.
* Should an ACS request carry both the header and the parameter ``Action``, both are signed, and
  the header decides.

Sources: facts/kms-api.md B.1 to B.3, B.5, D.1 (gateway).
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

from keylease.access.request import Request
from keylease.access.signatures.parameters import Parameters
from keylease.core.clock import parse_iso
from keylease.core.errors import Code, Refusal

ACS3 = "ACS3-HMAC-SHA256"
ACS4 = "ACS4-HMAC-SHA256"
RPC = "HMAC-SHA1"
SUPPORTED = f"Supported are {ACS3}, {ACS4} and {RPC} with SignatureVersion 1.0."

_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_ACS4_TAIL = "aliyun_v4_request"

_TIMESTAMP_CHARACTERS = 20

#: Clients sign about ten headers; the bound keeps what strangers send out of the cache below.
_SIGNED_HEADERS_CHARACTERS_MAX = 2_048

#: Of an AccessKey ID and of a nonce; clients send 20 to 40 characters.
_TEXT_CHARACTERS_MAX = 128


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says to have signed a request, when, and what for; nothing here is proven yet."""

    algorithm: str  # ACS3, ACS4 or RPC
    access_key_id: str
    signature: str = field(repr=False)
    timestamp: int  # of the signature, seconds since 1970; to be held against machine time
    nonce: str
    action: str
    version: str
    security_token: str = field(repr=False)  # of temporary credentials, else ""
    signed_headers: str = ""  # ACS only: names as sent, with ";" between them
    scope: tuple[str, ...] = ()  # ACS4 only: date, region, product, "aliyun_v4_request"


def read_claim(request: Request, parameters: Parameters) -> Claim:
    """The claim that a request makes.

    Refusals: ``MissingAccessKeyId`` without any credentials, ``IncompleteSignature`` for a part
    that is missing, malformed, unsupported or unsigned, ``MissingTimestamp`` and
    ``InvalidTimeStamp.Format``, ``MissingSignatureNonce``, ``MissingAction``, ``MissingVersion``.
    """
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return _acs(request, parameters, authorization)
    values = parameters.values
    if not values.get("AccessKeyId"):
        raise _missing_access_key_id()
    return _rpc(values)


def _acs(request: Request, parameters: Parameters, authorization: str) -> Claim:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm not in (ACS3, ACS4):
        raise _incomplete(f"The algorithm in Authorization is not supported. {SUPPORTED}")
    credential, signed_headers, signature = _authorization_fields(rest)
    headers, values = request.headers, parameters.values
    _check_coverage(request, signed_headers)
    date = headers.get("x-acs-date", "")
    access_key_id, scope = _credential(algorithm, credential, date)
    return Claim(
        algorithm,
        access_key_id,
        signature,
        _timestamp("The header x-acs-date", date),
        _nonce("the header x-acs-signature-nonce", headers.get("x-acs-signature-nonce")),
        _action(headers.get("x-acs-action") or values.get("Action")),
        _version(headers.get("x-acs-version") or values.get("Version")),
        headers.get("x-acs-security-token", ""),
        signed_headers,
        scope,
    )


def _rpc(values: dict[str, str]) -> Claim:
    method, version = values.get("SignatureMethod"), values.get("SignatureVersion")
    if method != RPC or version != "1.0":
        raise _incomplete(f"SignatureMethod or SignatureVersion is not supported. {SUPPORTED}")
    signature = values.get("Signature")
    if not signature:
        raise _incomplete("Add the parameter Signature.")
    return Claim(
        RPC,
        _short("the AccessKey ID", values["AccessKeyId"]),
        signature,
        _timestamp("The parameter Timestamp", values.get("Timestamp")),
        _nonce("the parameter SignatureNonce", values.get("SignatureNonce")),
        _action(values.get("Action")),
        _version(values.get("Version")),
        values.get("SecurityToken", ""),
    )


def _authorization_fields(text: str) -> tuple[str, str, str]:
    """Credential, SignedHeaders and Signature, each exactly once and nothing else."""
    fields: dict[str, str] = {}
    parts = text.split(",")
    for part in parts:
        name, _, value = part.strip().partition("=")
        fields[name] = value
    try:
        found = fields["Credential"], fields["SignedHeaders"], fields["Signature"]
    except KeyError:
        found = "", "", ""
    if len(parts) != 3 or not found[1] or not found[2]:
        raise _incomplete(
            "Write Authorization as: ALGORITHM Credential=…,SignedHeaders=a;b;c,Signature=…"
        )
    return found


def _credential(algorithm: str, credential: str, date: str) -> tuple[str, tuple[str, ...]]:
    """The access key id and, for ACS4, the scope that its signing key is derived for."""
    access_key_id, *scope = credential.split("/")
    if not access_key_id:
        raise _missing_access_key_id()
    _short("the AccessKey ID", access_key_id)
    if algorithm == ACS3:
        if scope:
            raise _incomplete("The Credential of ACS3 is the AccessKey ID alone.")
        return access_key_id, ()
    if len(scope) != 4 or scope[3] != _ACS4_TAIL or not all(scope):
        raise _incomplete(
            f"Write the Credential of ACS4 as ID/yyyymmdd/region/product/{_ACS4_TAIL}."
        )
    # A derived signing key that leaks must not outlive its day.
    if date and scope[0] != date[:10].replace("-", ""):
        raise _incomplete("The date in the Credential must be that of the header x-acs-date.")
    return access_key_id, tuple(scope)


def _check_coverage(request: Request, signed_headers: str) -> None:
    """Refuse unless what the answer depends on is signed; see the top of this file."""
    if len(signed_headers) > _SIGNED_HEADERS_CHARACTERS_MAX:
        raise _incomplete("Sign fewer headers.")
    signed = _names(signed_headers)
    headers = request.headers
    for name in headers:
        if name not in signed and (name.startswith("x-acs-") or name == "host"):
            raise _incomplete(f"Sign the header {name}: add it to SignedHeaders.")
    if request.body and "content-type" not in signed:
        raise _incomplete("A request with a body must send and sign the header content-type.")
    if not signed <= headers.keys():
        raise _incomplete("Send every header that SignedHeaders names, in lower case.")


@lru_cache(maxsize=1024)  # a client sends the same list each time
def _names(signed_headers: str) -> frozenset[str]:
    return frozenset(signed_headers.split(";"))


def _timestamp(what: str, text: str | None) -> int:
    if not text:
        raise Refusal(
            Code.MISSING_TIMESTAMP, "{what} is mandatory: when the request was signed.", what=what
        )
    instant = _parsed(text) if len(text) == _TIMESTAMP_CHARACTERS else None
    if instant is None:
        raise Refusal(
            Code.TIMESTAMP_FORMAT, "{what} must be UTC in the form 2026-11-23T03:20:19Z.", what=what
        )
    return instant


@lru_cache(maxsize=1024)  # most requests of one second carry the same text
def _parsed(text: str) -> int | None:
    with suppress(ValueError):  # of the right form, but a 13th month
        if _TIMESTAMP.fullmatch(text):
            return parse_iso(text)
    return None


def _nonce(what: str, text: str | None) -> str:
    if not text:
        raise Refusal(
            Code.MISSING_SIGNATURE_NONCE,
            "Add {what}: a text that is new for each request.",
            what=what,
        )
    return _short(what, text)


def _action(text: str | None) -> str:
    if not text:
        raise Refusal(
            Code.MISSING_ACTION,
            "Name the operation in what is signed: the header x-acs-action for ACS signatures, "
            "the parameter Action for HMAC-SHA1.",
        )
    return text


def _version(text: str | None) -> str:
    if not text:
        raise Refusal(
            Code.MISSING_VERSION,
            "Name the API version in what is signed: the header x-acs-version for ACS signatures, "
            "the parameter Version for HMAC-SHA1.",
        )
    return text


def _short(what: str, text: str) -> str:
    """What is kept of strangers too, so it is bounded, and printable for every database."""
    if len(text) > _TEXT_CHARACTERS_MAX or not (text.isascii() and text.isprintable()):
        raise _incomplete(
            f"Write {what} with at most {_TEXT_CHARACTERS_MAX} printable ASCII characters."
        )
    return text


def _missing_access_key_id() -> Refusal:
    return Refusal(
        Code.MISSING_ACCESS_KEY_ID,
        "AccessKeyId is mandatory: sign the request with the AccessKey of your account.",
    )


def _incomplete(advice: str) -> Refusal:
    return Refusal(
        Code.INCOMPLETE_SIGNATURE,
        "The request signature does not conform to the standards. {advice}",
        advice=advice,
    )
