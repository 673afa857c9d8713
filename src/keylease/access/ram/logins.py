"""Who of an account's users may sign in to its console: as ``ann@acme``, with a password."""

from typing import Protocol

from keylease.access.accounts import Account, Accounts, User
from keylease.access.sign_in import Failures, SignIns
from keylease.core import ids
from keylease.core.entropy import Entropy


class LoginWork(Protocol):
    """A unit of work, as these rules see it."""

    @property
    def now(self) -> int:
        """The one business instant of this unit of work."""
        ...

    @property
    def entropy(self) -> Entropy:
        """The source of chance."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Where it is written down who may sign in."""
        ...

    @property
    def sign_ins(self) -> SignIns:
        """Who has signed in."""
        ...


def login_name(account: Account, user: str) -> str:
    """The name that a user signs in with."""
    return f"{user}@{account.name}"


def login_of(work: LoginWork, account_id: str, user: str) -> User | None:
    """The sign-in of a user, if it has one."""
    return work.sign_ins.user(_name(work, account_id, user))


def set_login(work: LoginWork, account_id: str, user: str, password_hash: str) -> None:
    """Let a user sign in with a password; what was signed in with another one ends."""
    name = _name(work, account_id, user)
    found = work.sign_ins.user(name)
    if found is None:
        work.accounts.add_user(
            User(ids.uuid(work.entropy), account_id, name, password_hash, work.now)
        )
        return
    work.accounts.set_password(found.id, password_hash)
    work.sign_ins.end_all(found.id)
    work.sign_ins.note_failures(name, Failures())


def remove_login(work: LoginWork, account_id: str, user: str) -> None:
    """Let a user sign in no longer; its sessions end."""
    found = login_of(work, account_id, user)
    if found is not None:
        work.accounts.remove_user(found.id)


def _name(work: LoginWork, account_id: str, user: str) -> str:
    account = work.accounts.find(account_id)
    if account is None:
        raise AssertionError("users are those of an account")
    return login_name(account, user)
