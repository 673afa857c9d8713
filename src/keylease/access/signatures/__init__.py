"""Request signatures: what is claimed, and whether the claim holds.

    parameters = parse(request)
    claim = read_claim(request, parameters)
    guard.check_timestamp(claim.timestamp)
    secret = …  # of claim.access_key_id
    verify(request, parameters, claim, secret)
    guard.remember(claim.access_key_id, claim.nonce, claim.timestamp)

In this order: until `verify` returned, the sender is a stranger and nothing may be kept for him.
"""

from keylease.access.request import Request
from keylease.access.signatures import acs, rpc
from keylease.access.signatures.claim import ACS3, ACS4, RPC, Claim, read_claim
from keylease.access.signatures.parameters import Parameters, parse

__all__ = ["ACS3", "ACS4", "RPC", "Claim", "Parameters", "parse", "read_claim", "verify"]


def verify(request: Request, parameters: Parameters, claim: Claim, secret: str) -> None:
    """Return if ``secret`` signed ``request`` as ``claim`` says.

    Anything else is Refusal ``SignatureDoesNotMatch`` with the text that we would have signed.
    """
    if claim.algorithm == RPC:
        rpc.verify(request, parameters, claim, secret)
    else:
        acs.verify(request, parameters, claim, secret)
