"""Access keys of accounts, their users and services: made, disabled and deleted.

Each change counts from the next call on, on every node.
"""

from typing import Protocol

from keylease.access.accounts import Accounts, StoredAccessKey
from keylease.access.ram.ports import Directory
from keylease.core import ids
from keylease.core.errors import Misuse
from keylease.custody.credentials import wrap_access_key
from keylease.custody.work import CustodyWork


class AccessKeyWork(CustodyWork, Protocol):
    """A unit of work, as these rules see it."""

    @property
    def accounts(self) -> Accounts:
        """Where access keys are written down."""
        ...

    @property
    def ram(self) -> Directory:
        """Where they are changed."""
        ...


def add_access_key(
    work: AccessKeyWork, account_id: str, *, service: str = "", user: str = ""
) -> tuple[str, str]:
    """A new access key of the account itself, of a user or of a service: id and secret."""
    key_id = ids.access_key_id(work.entropy)
    secret = ids.access_key_secret(work.entropy)
    keep_access_key(work, account_id, key_id, secret, service=service, user=user)
    return key_id, secret


def keep_access_key(
    work: AccessKeyWork,
    account_id: str,
    key_id: str,
    secret: str,
    *,
    service: str = "",
    user: str = "",
) -> None:
    """Keep an access key whose id and secret were chosen, usable at once on every node."""
    work.accounts.add_access_key(
        StoredAccessKey(
            id=key_id,
            account_id=account_id,
            service=service,
            wrapped_secret=wrap_access_key(work, key_id, secret),
            active=True,
            created_at=work.now,
            user_name=user,
        )
    )
    work.changed("credential", key_id)


def set_access_key(work: AccessKeyWork, key: StoredAccessKey, *, active: bool) -> None:
    """Enable or disable it."""
    work.ram.set_access_key(key.id, active=active)
    work.changed("credential", key.id)


def delete_access_key(work: AccessKeyWork, key: StoredAccessKey) -> None:
    """Remove it, for ever, once it is disabled; Misuse."""
    if key.active:
        raise Misuse(
            "The access key {key} is in use: disable it first, and delete it when nobody "
            "misses it.",
            key=key.id,
        )
    work.ram.remove_access_key(key.id)
    work.changed("credential", key.id)
