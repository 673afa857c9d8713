"""What the caller's side and the resource's side say together. Source: facts/kms.md 4.6.

In the same account an Allow on either side is enough; towards another account both sides must
allow. An explicit Deny on either side always refuses.

The account itself needs no policy on its side. It can also always read and replace the policies
of its own keys and secrets, whatever these say: otherwise one mistake would lock them for ever.

Whether something exists is decided before, with the answer for "unknown" to every account that
its policy allows nothing (``CompiledPolicy.allowed_accounts``).
"""

from collections.abc import Iterable

from keylease.access.policies.compiled import AccessRequest, CompiledPolicy, Decision, evaluate
from keylease.core.errors import Code, Refusal, ensure

_CANNOT_BE_LOST = frozenset(
    {"kms:GetKeyPolicy", "kms:SetKeyPolicy", "kms:GetSecretPolicy", "kms:SetSecretPolicy"}
)


def require(
    request: AccessRequest,
    identity: Iterable[CompiledPolicy],
    resource: CompiledPolicy | None = None,
    session: CompiledPolicy | None = None,
) -> None:
    """Refuse with Forbidden.NoPermission (403) what is not allowed.

    ``identity`` are the policies of the caller and of its groups, or of its role; ``resource`` is
    the policy of the key or secret, None for what has none. ``session`` was given when the role
    was assumed: nothing is allowed that it does not allow, whoever else does.
    """
    ensure(resource is None or resource.of_resource, "the resource's policy names principals")
    owns = request.caller.account_id == request.owner
    if owns and request.caller.is_root and request.action in _CANNOT_BE_LOST:
        return
    if session is not None and session.decide(request) is not Decision.ALLOW:
        raise _refused(request, "the policy that its role was assumed with does not allow it")
    of_caller = evaluate(identity, request)
    if request.caller.is_root and of_caller is Decision.NEUTRAL:
        of_caller = Decision.ALLOW
    of_resource = Decision.NEUTRAL if resource is None else resource.decide(request)
    sides = (of_caller, of_resource)
    if Decision.DENY not in sides and (any if owns else all)(
        one is Decision.ALLOW for one in sides
    ):
        return
    raise _denial(request, of_caller, of_resource, owns=owns)


def _denial(
    request: AccessRequest, of_caller: Decision, of_resource: Decision, *, owns: bool
) -> Refusal:
    """What to do. Of another account's policy a stranger learns nothing."""
    if of_caller is Decision.DENY:
        return _refused(request, "a policy of the caller denies it explicitly")
    if not owns:
        return _refused(
            request,
            "it belongs to another account, so both a policy of the caller and the resource's own "
            "policy must allow it",
        )
    if of_resource is Decision.DENY:
        return _refused(request, "the resource's own policy denies it explicitly")
    return _refused(request, "allow it in a policy of the caller, or in the resource's own policy")


def _refused(request: AccessRequest, why: str) -> Refusal:
    return Refusal(
        Code.NO_PERMISSION,
        f"{{action}} on {{resource}} is refused to {{caller}}: {why}.",
        action=request.action,
        resource=request.resource,
        caller=request.caller.arn,
    )
