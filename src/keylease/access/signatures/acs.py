"""ACS3-HMAC-SHA256 and ACS4-HMAC-SHA256: a signature in the header ``Authorization``.

Both sign the same canonical request; ACS4 signs it with a key derived for a day, a region and a
product. Sources: facts/kms-api.md B.1, B.3, B.4.
"""

import hashlib
from hmac import compare_digest

from keylease.access.request import Request
from keylease.access.signatures import parameters as params
from keylease.access.signatures.claim import ACS4, Claim
from keylease.access.signatures.hmac import hmac_sha256
from keylease.access.signatures.mismatch import mismatch


def verify(request: Request, parameters: params.Parameters, claim: Claim, secret: str) -> None:
    """Return if ``secret`` signed ``request``; else Refusal ``SignatureDoesNotMatch``.

    The hash of the body is that of the body which arrived. Where ``x-acs-content-sha256`` says
    something else, the request is refused the same way: a signature over a wrong hash is none.
    """
    payload = hashlib.sha256(request.body).hexdigest()
    to_sign = string_to_sign(request, parameters, claim, payload)
    signature = hmac_sha256(_signing_key(claim, secret), to_sign.encode()).hex()
    stated = request.headers.get("x-acs-content-sha256", payload)
    if stated != payload or not compare_digest(signature.encode(), claim.signature.encode()):
        raise mismatch(to_sign)


def string_to_sign(
    request: Request, parameters: params.Parameters, claim: Claim, payload: str
) -> str:
    """The algorithm and the hash of the canonical request; ``payload`` is the body's hash.

    No part of the canonical request can hold a line break except the block of headers, whose
    names are repeated below it, so two different requests never have the same text.
    """
    headers = request.headers
    signed = claim.signed_headers
    block = "".join([f"{name}:{headers[name].strip()}\n" for name in signed.split(";")])
    canonical = (
        f"{request.method}\n{request.path or '/'}\n{params.join(parameters.query)}\n"
        f"{block}\n{signed}\n{payload}"
    )
    return f"{claim.algorithm}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def _signing_key(claim: Claim, secret: str) -> bytes:
    if claim.algorithm != ACS4:
        return secret.encode()
    key = f"aliyun_v4{secret}".encode()
    for part in claim.scope:
        key = hmac_sha256(key, part.encode())
    return key
