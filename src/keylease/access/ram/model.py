"""What an account gives to people and programs besides itself. Source: facts/kms.md 6.4.

Names, their forms and the bounds of a session are the original's (RAM and STS, "Limits").
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from keylease.access.accounts import Principal
from keylease.core.errors import Misuse, Parameter

#: How the access keys of roles' sessions begin.
SESSION_PREFIX = "STS."

SESSION_SECONDS_MIN, SESSION_SECONDS_MAX = 900, 43_200
SESSION_SECONDS_DEFAULT = 3_600

DESCRIPTION_MAX = 1_024

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_POLICY_NAME = re.compile(r"[A-Za-z0-9-]{1,128}")


class TargetKind(StrEnum):
    """What a policy can be attached to."""

    USER = "user"
    GROUP = "group"
    ROLE = "role"


class PolicyType(StrEnum):
    """Who wrote a policy: the account's owner, or we."""

    CUSTOM = "Custom"
    SYSTEM = "System"


@dataclass(frozen=True, slots=True)
class User:
    """A person or a program of an account, with access keys of its own."""

    account_id: str
    name: str
    id: str
    description: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Group:
    """Users that are given the same."""

    account_id: str
    name: str
    description: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody can be for a while, if the JSON text ``trust_policy`` lets him."""

    account_id: str
    name: str
    id: str
    trust_policy: str
    session_seconds_max: int
    description: str
    created_at: int

    @property
    def arn(self) -> str:
        """The resource name, ``acs:ram::<account>:role/<name>``."""
        return f"acs:ram::{self.account_id}:role/{self.name}"


@dataclass(frozen=True, slots=True)
class Policy:
    """An identity policy of an account, ``document`` as it was written."""

    account_id: str
    name: str
    document: str
    description: str
    updated_at: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A policy that a user, group or role of the same account has."""

    account_id: str
    kind: TargetKind
    target: str
    policy_type: PolicyType
    policy_name: str


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is a role until ``expires`` (machine time).

    ``policy`` is the JSON text that narrows it, or empty. ``token_digest`` is the SHA-256 of the
    token that every request must show.
    """

    access_key_id: str
    account_id: str
    role_name: str
    session_name: str
    policy: str
    wrapped_secret: bytes = field(repr=False)
    token_digest: bytes = field(repr=False)
    expires: float

    @property
    def principal(self) -> Principal:
        """Who it is."""
        return Principal(self.account_id, role=self.role_name, session=self.session_name)


def check_name(name: str) -> str:
    """The name, if a user, group or role can have it; Misuse."""
    if not _NAME.fullmatch(name):
        raise Misuse(
            "{name!r} cannot be a name here: use 1 to 64 of A-Z, a-z, 0-9, '.', '_', '-'.",
            about=Parameter("Name"),
            name=name,
        )
    return name


def check_policy_name(name: str) -> str:
    """The name, if a policy can have it; Misuse."""
    if not _POLICY_NAME.fullmatch(name):
        raise Misuse(
            "{name!r} cannot be a policy's name: use 1 to 128 of A-Z, a-z, 0-9 and '-'.",
            about=Parameter("Name"),
            name=name,
        )
    return name


def check_description(text: str) -> str:
    """The text, if it can say what something is for; Misuse."""
    if len(text) > DESCRIPTION_MAX or not text.isprintable():
        raise Misuse(
            "A description takes at most {most:,} characters in one line.",
            about=Parameter("Description"),
            most=DESCRIPTION_MAX,
        )
    return text


def check_session_seconds(seconds: int) -> int:
    """How long a role's sessions may last, if that can be; Misuse."""
    if not SESSION_SECONDS_DEFAULT <= seconds <= SESSION_SECONDS_MAX:
        raise Misuse(
            "A role's sessions last at most {least} to {most} seconds.",
            least=SESSION_SECONDS_DEFAULT,
            most=SESSION_SECONDS_MAX,
        )
    return seconds
