"""Assuming a role: who may, for how long, and with which narrower policy. STS, "AssumeRole".

The role's trust policy must let the caller in, and the caller's own policies must allow
``sts:AssumeRole`` on the role. The account itself can always assume its own roles. The original
refuses that to accounts; here it is how an operator tries a role out.
"""

import re
from dataclasses import dataclass

from keylease.access.accounts import PrincipalKind
from keylease.access.admission import Caller, conditions
from keylease.access.policies.compiled import AccessRequest, Decision, caller, evaluate
from keylease.access.policies.texts import identity_policy, trust_policy
from keylease.access.ram.model import (
    SESSION_SECONDS_DEFAULT,
    SESSION_SECONDS_MIN,
    Role,
)
from keylease.access.ram.ports import Directory
from keylease.core.errors import Code, Refusal

ACTION = "sts:AssumeRole"

#: Of the policy that narrows a session.
POLICY_CHARACTERS_MAX = 2_048

_ROLE_ARN = re.compile(r"acs:ram::([0-9]{16}):role/([A-Za-z0-9._-]{1,64})")
_SESSION_NAME = re.compile(r"[A-Za-z0-9.@_-]{2,64}")


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a caller asks to be: ``seconds`` is None for as long as is usual."""

    role_arn: str
    session_name: str
    seconds: int | None = None
    policy: str = ""


def role_to_assume(directory: Directory, who: Caller, asked: Assumption, now: int) -> Role:
    """The role, if the caller may be it; Refusals of STS.

    Somebody else's role that does not trust the caller answers like one that does not exist.
    """
    found = _ROLE_ARN.fullmatch(asked.role_arn)
    if found is None:
        raise Refusal(
            Code.STS_ROLE_ARN, "RoleArn takes a role's name like acs:ram::<account>:role/<name>."
        )
    account_id, name = found.groups()
    role = directory.role(account_id, name, lock=True)
    is_own = account_id == who.principal.account_id
    if role is None and is_own:
        raise Refusal(Code.STS_ROLE_NOT_FOUND, "The role does not exist: {name}.", name=name)
    if role is None or not ((is_own and who.principal.is_root) or _may(who, role, now)):
        raise Refusal(
            Code.STS_NO_PERMISSION,
            "{caller} may not assume {role}: the role's trust policy must name the caller, and a "
            "policy of the caller must allow {action} on it.",
            caller=who.principal.arn,
            role=asked.role_arn,
            action=ACTION,
        )
    return role


def session_seconds(role: Role, asked: Assumption) -> int:
    """How long the session lasts; Refusal InvalidParameter.DurationSeconds."""
    if asked.seconds is None:
        return SESSION_SECONDS_DEFAULT
    if not SESSION_SECONDS_MIN <= asked.seconds <= role.session_seconds_max:
        raise Refusal(
            Code.STS_DURATION,
            "DurationSeconds takes {least} to {most} for the role {role}.",
            least=SESSION_SECONDS_MIN,
            most=role.session_seconds_max,
            role=role.name,
        )
    return asked.seconds


def check_session(asked: Assumption) -> None:
    """Refuse a name or a policy that a session cannot have, with the codes of STS."""
    if not _SESSION_NAME.fullmatch(asked.session_name):
        raise Refusal(
            Code.STS_SESSION_NAME,
            "RoleSessionName takes 2 to 64 letters, digits and '.', '@', '_', '-'.",
        )
    if len(asked.policy) > POLICY_CHARACTERS_MAX:
        raise Refusal(
            Code.STS_POLICY_SIZE,
            "Policy takes at most {most:,} characters.",
            most=POLICY_CHARACTERS_MAX,
        )
    if asked.policy:
        try:
            identity_policy(asked.policy)
        except Refusal as error:
            raise Refusal(Code.STS_POLICY_GRAMMAR, error.text, **error.values) from None


def _may(who: Caller, role: Role, now: int) -> bool:
    """Whether both sides allow it. Everybody's own policies count, also in the role's account."""
    if who.principal.kind is PrincipalKind.SERVICE:
        return False
    # No owner: a trust policy that names the whole account lets in each of its users.
    asked = AccessRequest(ACTION, role.arn, "", caller(who.principal.arn), conditions(who, now))
    of_caller = evaluate(who.grants.attached, asked)
    if who.principal.is_root and of_caller is Decision.NEUTRAL:
        of_caller = Decision.ALLOW
    session = who.grants.session
    sides = [of_caller, trust_policy(role.trust_policy).decide(asked)]
    if session is not None:
        sides.append(session.decide(asked))
    return all(one is Decision.ALLOW for one in sides)
