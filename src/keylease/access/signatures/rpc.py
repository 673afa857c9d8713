"""RPC HMAC-SHA1 (SignatureVersion 1.0): a signature among the parameters.

Old, but all that the core SDKs, npm and terraform speak. HMAC needs no collision resistance of its
hash, so SHA-1 is still good enough here. Source: facts/kms-api.md B.2.
"""

import base64
from hmac import compare_digest

from keylease.access.request import Request
from keylease.access.signatures.claim import Claim
from keylease.access.signatures.hmac import hmac_sha1
from keylease.access.signatures.mismatch import mismatch
from keylease.access.signatures.parameters import Parameters, encode, join


def verify(request: Request, parameters: Parameters, claim: Claim, secret: str) -> None:
    """Return if ``secret`` signed ``request``; else Refusal ``SignatureDoesNotMatch``."""
    to_sign = string_to_sign(request, parameters)
    digest = hmac_sha1(f"{secret}&".encode(), to_sign.encode())
    if not compare_digest(base64.b64encode(digest), claim.signature.encode()):
        raise mismatch(to_sign)


def string_to_sign(request: Request, parameters: Parameters) -> str:
    """Method, path and all parameters except ``Signature``, from query and form body.

    Encoding the joined pairs a second time touches only the three characters that a canonical
    pair can hold besides the unescaped ones, the percent sign first.
    """
    pairs = {**parameters.query, **parameters.form}
    del pairs["Signature"]
    twice = join(pairs).replace("%", "%25").replace("&", "%26").replace("=", "%3D")
    path = "%2F" if request.path == "/" else encode(request.path or "/")
    return f"{request.method}&{path}&{twice}"
