"""Accounts, and who acts for them. Mission K7.

An account is a tenant. A `Principal` is who signed a request: the account itself, one of its
users, a session of one of its roles, or a service that encrypts on the account's behalf with its
default keys. What users and sessions may do is said by their `Grants`.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hmac import compare_digest
from typing import Protocol

from keylease.access.policies.compiled import CompiledPolicy
from keylease.core.errors import Code, Misuse, Refusal
from keylease.core.money import CURRENCIES

LANGUAGES = ("en", "zh")

#: Who signs in as the operator; no account can have this name.
OPERATOR = "operator"

#: The one built-in service: whoever stores data for an account and encrypts it on its behalf.
STORAGE_SERVICE = "storage"

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")


class PrincipalKind(StrEnum):
    """Who can sign a request."""

    ACCOUNT = "account"
    SERVICE = "service"
    USER = "user"
    ROLE_SESSION = "role session"
    ACCESS_POINT = "access point"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts for an account: at most one of ``service``, ``user`` and ``role`` is its name.

    With none of them it is the account itself. ``session`` is what the session of a role is
    called. ``access_point`` is the resource name of the application access point of an
    application that signs with a client key.
    """

    account_id: str
    service: str = ""
    user: str = ""
    role: str = ""
    session: str = ""
    access_point: str = ""

    @property
    def kind(self) -> PrincipalKind:
        """The account itself, or who acts for it."""
        if self.service:
            return PrincipalKind.SERVICE
        if self.user:
            return PrincipalKind.USER
        if self.access_point:
            return PrincipalKind.ACCESS_POINT
        return PrincipalKind.ROLE_SESSION if self.role else PrincipalKind.ACCOUNT

    @property
    def is_root(self) -> bool:
        """Whether it is the account itself, which needs no policies."""
        return not (self.service or self.user or self.role or self.access_point)

    @property
    def arn(self) -> str:
        """The resource name, as ``GetCallerIdentity`` and the audit trail show it."""
        return self.access_point or f"acs:ram::{self.account_id}:{self._name}"

    @property
    def _name(self) -> str:
        if self.service:
            return f"service/{self.service}"
        if self.user:
            return f"user/{self.user}"
        return f"assumed-role/{self.role}/{self.session}" if self.role else "root"


@dataclass(frozen=True, slots=True)
class Grants:
    """What a user or a role's session was given: its policies, ready to decide.

    ``attached`` are those of a user and its groups, or of a role. ``session`` narrows what a
    session of the role may do: what it does not allow too is refused.
    """

    attached: tuple[CompiledPolicy, ...] = ()
    session: CompiledPolicy | None = None


#: Of whoever was given nothing; an account itself needs nothing.
NO_GRANTS = Grants()


@dataclass(frozen=True, slots=True)
class Credential:
    """An access key, ready to verify signatures with.

    Those of a role's session come with a token, of which ``token_digest`` is the SHA-256, and end
    at ``expires`` (machine time).
    """

    access_key_id: str
    secret: str = field(repr=False)
    principal: Principal
    active: bool
    grants: Grants = NO_GRANTS
    token_digest: bytes = field(default=b"", repr=False)
    expires: float | None = None


def require_token(credential: Credential, token: str, machine: float) -> None:
    """Refuse temporary credentials that have ended, or that come without their token.

    ``machine`` is the moment on the machine's clock. Refusals: MissingSecurityToken,
    InvalidSecurityToken.MismatchWithAccessKey, InvalidSecurityToken.Expired. A token with an
    access key that has none is refused too.
    """
    if credential.expires is None:
        if token:
            raise _wrong_token()
        return
    if not token:
        raise Refusal(
            Code.TOKEN_MISSING,
            "SecurityToken is mandatory for this action: send the one that AssumeRole answered.",
        )
    digest = hashlib.sha256(token.encode()).digest()
    if not compare_digest(digest, credential.token_digest):
        raise _wrong_token()
    if machine >= credential.expires:
        raise Refusal(
            Code.TOKEN_EXPIRED, "Specified SecurityToken is expired: call AssumeRole again."
        )


def _wrong_token() -> Refusal:
    return Refusal(
        Code.TOKEN_WRONG, "Specified SecurityToken mismatch with the AccessKey: send its own."
    )


@dataclass(frozen=True, slots=True)
class StoredAccessKey:
    """An access key as it is kept: its secret is wrapped.

    It belongs to the account itself, to one of its users, or to a service that acts for it.
    """

    id: str
    account_id: str
    service: str
    wrapped_secret: bytes = field(repr=False)
    active: bool
    created_at: int
    user_name: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A tenant. ``kms_opened_at`` is None until the service is opened for it.

    ``alert_below`` is the balance, in minor units, below which its owner wants to be told;
    ``debt_since`` the moment from which a pay-as-you-go bill is not covered.
    """

    id: str
    name: str
    email: str
    language: str
    currency: str
    kms_opened_at: int | None
    created_at: int
    alert_below: int | None = None
    debt_since: int | None = None


@dataclass(frozen=True, slots=True)
class User:
    """Who signs in to the console; ``account_id`` is empty for the operator.

    Accounts have no ``@`` in their names: a name like ``ann@acme`` is a user's of the account.
    """

    id: str
    account_id: str
    name: str
    password_hash: str = field(repr=False)
    created_at: int

    @property
    def acts_as(self) -> str:
        """The user of the account that ``ann@acme`` is; empty for the account itself."""
        return self.name.rpartition("@")[0]


class Accounts(Protocol):
    """Accounts, users and access keys, inside a unit of work."""

    def add(self, account: Account) -> None:
        """Write down a new account."""
        ...

    def find(self, account_id: str) -> Account | None:
        """The account with this id."""
        ...

    def find_many(self, account_ids: Sequence[str]) -> dict[str, Account]:
        """The accounts with these ids, by id."""
        ...

    def by_name(self, name: str) -> Account | None:
        """The account with this name."""
        ...

    def lock(self, account_id: str) -> Account:
        """The account, with everybody else kept from buying with its money until the end."""
        ...

    def update(self, account: Account) -> None:
        """Replace what is written of it."""
        ...

    def open_kms(self, account_id: str, at: int) -> None:
        """Open the service for it."""
        ...

    def page(self, offset: int, limit: int) -> tuple[Sequence[Account], int]:
        """A page of all accounts, oldest first, and how many there are."""
        ...

    def add_user(self, user: User) -> None:
        """Write down who may sign in."""
        ...

    def set_password(self, user_id: str, password_hash: str) -> None:
        """Replace somebody's password."""
        ...

    def remove_user(self, user_id: str) -> None:
        """Forget who may sign in, with the sessions."""
        ...

    def add_access_key(self, key: StoredAccessKey) -> None:
        """Write down an access key."""
        ...


def check_account_name(name: str) -> str:
    """The name, if it can be one; Misuse."""
    if not _NAME.fullmatch(name):
        raise Misuse(
            "{name!r} cannot be an account's name: use 1 to 63 of a-z, 0-9, '.', '_' and '-', "
            "starting with a letter or digit.",
            name=name,
        )
    if name == OPERATOR:
        raise Misuse("{name!r} is the operator's own name: choose another.", name=name)
    if name.isdigit() and len(name) == 16:
        raise Misuse("{name!r} looks like an account id: choose another name.", name=name)
    return name


def check_email(email: str) -> str:
    """The address, if letters can be sent to it; Misuse. Empty means none."""
    if email and not (_EMAIL.fullmatch(email) and email.isprintable() and len(email) <= 254):
        raise Misuse("{email!r} is not an e-mail address.", email=email)
    return email


def check_currency(currency: str) -> str:
    """The currency, if accounts can have it; Misuse."""
    if currency not in CURRENCIES:
        raise Misuse(
            "{currency!r} is not a currency offered: use {offered}.",
            currency=currency,
            offered=" or ".join(CURRENCIES),
        )
    return currency
