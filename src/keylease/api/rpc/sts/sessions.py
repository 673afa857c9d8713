"""The Security Token Service: who somebody is, and being a role for a while (2015-04-01)."""

import hashlib

from keylease.access.accounts import PrincipalKind
from keylease.access.ram.assuming import (
    Assumption,
    check_session,
    role_to_assume,
    session_seconds,
)
from keylease.access.ram.model import Session
from keylease.api.rpc.authorization import caller_as_of_now
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.core import ids
from keylease.core.clock import iso
from keylease.custody.credentials import wrap_access_key


def get_caller_identity(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Who the access key belongs to."""
    principal = call.principal
    who = {"AccountId": principal.account_id, "Arn": principal.arn}
    if principal.kind is PrincipalKind.USER:
        user = work.ram.user(principal.account_id, principal.user)
        user_id = user.id if user else ""
        return who | {"IdentityType": "RAMUser", "PrincipalId": user_id, "UserId": user_id}, ""
    if principal.kind is PrincipalKind.ROLE_SESSION:
        role = work.ram.role(principal.account_id, principal.role)
        role_id = role.id if role else ""
        name = f"{role_id}:{principal.session}"
        return who | {"IdentityType": "AssumedRoleUser", "PrincipalId": name, "RoleId": role_id}, ""
    return {
        **who,
        "IdentityType": "Service" if principal.service else "Account",
        "PrincipalId": principal.account_id,
        "UserId": principal.account_id,
    }, ""


def assume_role(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """AssumeRole: an access key with a token, for a while. It ends on the machine's clock."""
    arguments = call.arguments
    asked = Assumption(
        arguments.required("RoleArn"),
        arguments.required("RoleSessionName"),
        arguments.integer("DurationSeconds"),
        arguments.text("Policy"),
    )
    role = role_to_assume(work.ram, caller_as_of_now(call, work), asked, work.now)
    check_session(asked)
    secret, token = ids.access_key_secret(work.entropy), ids.security_token(work.entropy)
    access_key_id = ids.session_key_id(work.entropy)
    session = Session(
        access_key_id=access_key_id,
        account_id=role.account_id,
        role_name=role.name,
        session_name=asked.session_name,
        policy=asked.policy,
        wrapped_secret=wrap_access_key(work, access_key_id, secret),
        token_digest=hashlib.sha256(token.encode()).digest(),
        expires=work.machine + session_seconds(role, asked),
    )
    work.ram.add_session(session)
    return {
        "Credentials": {
            "AccessKeyId": access_key_id,
            "AccessKeySecret": secret,
            "SecurityToken": token,
            "Expiration": iso(int(session.expires)),
        },
        "AssumedRoleUser": {
            "Arn": session.principal.arn,
            "AssumedRoleId": f"{role.id}:{asked.session_name}",
        },
    }, role.arn
