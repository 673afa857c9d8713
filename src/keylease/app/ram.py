"""Users, groups, roles, policies and access keys of accounts: the operator's side.

Each of these is one transaction that stands in the audit trail. Misuse says what to do instead.
"""

from collections.abc import Callable
from typing import TypeVar

from keylease.access.accounts import Account, StoredAccessKey
from keylease.access.policies.system import SYSTEM_POLICIES
from keylease.access.policies.texts import document_text
from keylease.access.ram import directory
from keylease.access.ram.model import TargetKind
from keylease.app.accounts import find_account
from keylease.app.deployment import Deployment
from keylease.app.operator_audit import audit_operator
from keylease.core.errors import Misuse, Refusal
from keylease.custody import access_keys
from keylease.storage.unit_of_work import UnitOfWork

T = TypeVar("T")


def change(
    deployment: Deployment,
    operation: str,
    account: str,
    name: str,
    do: Callable[[UnitOfWork, str], T],
) -> T:
    """Change something of an account, and write down who did what to which name; Misuse."""
    with deployment.database.begin() as work:
        found = work.accounts.lock(find_account(work, account).id)
        try:
            done = do(work, found.id)
        except Refusal as error:  # a policy that cannot be read
            raise Misuse(error.text, **error.values) from None
        audit_operator(work, operation, name, found.id)
    return done


def create_access_key(deployment: Deployment, account: str, user: str) -> tuple[str, str]:
    """A further access key of a user, or of the account itself for an empty name: id, secret."""
    with deployment.database.begin() as work:
        found = work.accounts.lock(find_account(work, account).id)
        if user:
            directory.find_user(work, found.id, user)
        key_id, secret = access_keys.add_access_key(work, found.id, user=user)
        audit_operator(work, "access-key create", key_id, found.id)
    return key_id, secret


def set_access_key(deployment: Deployment, account: str, key_id: str, *, active: bool) -> None:
    """Enable or disable an access key of an account; it counts from the next call on. Misuse."""
    with deployment.database.begin() as work:
        found = _access_key(work, find_account(work, account), key_id)
        access_keys.set_access_key(work, found, active=active)
        verb = "enable" if active else "disable"
        audit_operator(work, f"access-key {verb}", found.id, found.account_id)


def delete_access_key(deployment: Deployment, account: str, key_id: str) -> None:
    """Remove an access key that is disabled; Misuse."""
    with deployment.database.begin() as work:
        found = _access_key(work, find_account(work, account), key_id)
        access_keys.delete_access_key(work, found)
        audit_operator(work, "access-key delete", found.id, found.account_id)


def policy_text(work: UnitOfWork, account_id: str, name: str) -> str:
    """The text of a system policy, or of one of the account's own; Misuse."""
    if name in SYSTEM_POLICIES:
        return document_text(SYSTEM_POLICIES[name])
    return directory.find_policy(work, account_id, name).document


def target(user: str | None, group: str | None, role: str | None) -> tuple[TargetKind, str]:
    """The one of the three that was named; Misuse."""
    named = [
        (kind, name)
        for kind, name in zip(TargetKind, (user, group, role), strict=True)
        if name is not None
    ]
    if len(named) != 1:
        raise Misuse("Name exactly one of --user, --group and --role.")
    return named[0]


def _access_key(work: UnitOfWork, account: Account, key_id: str) -> StoredAccessKey:
    found = work.accounts.access_key(key_id)
    if found is None or found.account_id != account.id:
        raise Misuse(
            "There is no access key {key!r} of {account}: see `keylease access-key list`.",
            key=key_id,
            account=account.name,
        )
    return found
