"""The signatures straight from their definition: slow, plain, the oracle of the tests.

Nothing serves requests with this. The property tests hold the quick versions in `acs` and `rpc`
against it, so it shares no code with them. Source: facts/kms-api.md B.1 to B.4.
"""

import base64
import hashlib
import hmac
from urllib.parse import parse_qsl, quote

from keylease.access.request import Request
from keylease.access.signatures.claim import ACS4, RPC, Claim


def signature(request: Request, claim: Claim, secret: str) -> str:
    """The signature that ``request`` should carry, by the algorithm that ``claim`` names."""
    to_sign = string_to_sign(request, claim).encode()
    if claim.algorithm == RPC:
        digest = hmac.new((secret + "&").encode(), to_sign, hashlib.sha1).digest()
        return base64.b64encode(digest).decode()
    key = secret.encode()
    if claim.algorithm == ACS4:
        key = b"aliyun_v4" + key
        for part in claim.scope:
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign, hashlib.sha256).hexdigest()


def string_to_sign(request: Request, claim: Claim) -> str:
    """What is signed, by the algorithm that ``claim`` names."""
    if claim.algorithm == RPC:
        return _rpc_string_to_sign(request)
    hashed = hashlib.sha256(canonical_request(request, claim).encode()).hexdigest()
    return f"{claim.algorithm}\n{hashed}"


def canonical_request(request: Request, claim: Claim) -> str:
    """The text that ACS3 and ACS4 hash."""
    names = claim.signed_headers.split(";")
    return "\n".join(
        [
            request.method,
            request.path or "/",
            _canonical(_pairs(request.query)),
            "".join(f"{name}:{request.headers[name].strip()}\n" for name in names),
            claim.signed_headers,
            hashlib.sha256(request.body).hexdigest(),
        ]
    )


def _rpc_string_to_sign(request: Request) -> str:
    pairs = _pairs(request.query)
    content_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if content_type == "application/x-www-form-urlencoded":
        pairs += _pairs(request.body.decode())
    canonical = _canonical([pair for pair in pairs if pair[0] != "Signature"])
    return "&".join([request.method, _encode(request.path or "/"), _encode(canonical)])


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, strict_parsing=False)


def _canonical(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{_encode(name)}={_encode(value)}" for name, value in sorted(pairs))


def _encode(text: str) -> str:
    return quote(text, safe="-_.~")
