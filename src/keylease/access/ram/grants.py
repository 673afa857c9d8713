"""What somebody was given, as it stands in the directory now."""

from collections.abc import Sequence

from keylease.access.accounts import NO_GRANTS, Grants, Principal, PrincipalKind
from keylease.access.policies.compiled import CompiledPolicy, compile_policy
from keylease.access.policies.system import SYSTEM_POLICIES
from keylease.access.policies.texts import identity_policy
from keylease.access.ram.model import Attachment, PolicyType, TargetKind
from keylease.access.ram.ports import Directory

_SYSTEM = {name: compile_policy(document) for name, document in SYSTEM_POLICIES.items()}


def grants_of(directory: Directory, principal: Principal, access_key_id: str) -> Grants:
    """The policies of a user and its groups, or of a role's session; of others none."""
    account = principal.account_id
    if principal.kind is PrincipalKind.USER:
        attached = _given(directory, account, TargetKind.USER, [principal.user])
        groups = directory.groups_of(account, principal.user)
        if groups:
            attached += _given(directory, account, TargetKind.GROUP, groups)
        return Grants(attached)
    if principal.kind is PrincipalKind.ROLE_SESSION:
        session = directory.session(access_key_id)
        narrowed = identity_policy(session.policy) if session and session.policy else None
        return Grants(_given(directory, account, TargetKind.ROLE, [principal.role]), narrowed)
    return NO_GRANTS


def _given(
    directory: Directory, account: str, kind: TargetKind, targets: Sequence[str]
) -> tuple[CompiledPolicy, ...]:
    found = directory.attached(account, kind, targets)
    own = {one.policy_name for one in found if one.policy_type is PolicyType.CUSTOM}
    written = {one.name: one.document for one in directory.policies(account, own)} if own else {}
    return tuple(_compiled(one, written) for one in found)


def _compiled(one: Attachment, written: dict[str, str]) -> CompiledPolicy:
    if one.policy_type is PolicyType.SYSTEM:
        return _SYSTEM[one.policy_name]
    return identity_policy(written[one.policy_name])
