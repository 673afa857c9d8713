"""What the consoles need around them."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from keylease.access.accounts import Account, User
from keylease.access.ram.ports import Directory
from keylease.access.sign_in import Session, SignIns
from keylease.core.clock import ClockState
from keylease.custody.data_keys import DataKeys
from keylease.lifecycle.listing import Subscriptions
from keylease.lifecycle.work import Work
from keylease.records.audit import AuditRecord


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who has signed in; ``account`` is None for the operator."""

    session: Session
    user: User
    account: Account | None


class AuditTrail(Protocol):
    """The audit chain of changes."""

    def append(self, records: list[AuditRecord]) -> None:
        """Link the records to the chain."""
        ...


class ConsoleWork(Work, Protocol):
    """A unit of work, as pages see it."""

    @property
    def machine(self) -> float:
        """Machine time."""
        ...

    @property
    def clock_state(self) -> ClockState:
        """The deployment's clock."""
        ...

    @property
    def sign_ins(self) -> SignIns:
        """Who has signed in."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The audit chain."""
        ...

    @property
    def subscriptions(self) -> Subscriptions:
        """The lists of subscriptions."""
        ...

    @property
    def data_keys(self) -> DataKeys:
        """The managed data keys."""
        ...

    @property
    def ram(self) -> Directory:
        """Users, groups, roles and policies."""
        ...

    @property
    def ca_chain_pem(self) -> str:
        """The chain of the private CA, or empty."""
        ...

    @property
    def hardware_is_there(self) -> bool:
        """Whether the hardware module is there."""
        ...


@dataclass(frozen=True, slots=True)
class Transactions:
    """Begins units of work."""

    begin: Callable[[], AbstractContextManager[ConsoleWork]]
    read: Callable[[], AbstractContextManager[ConsoleWork]]


class Perform(Protocol):
    """Carries out an operation of the API for an account; Refusal. For worker threads."""

    def __call__(
        self,
        account_id: str,
        region: str,
        peer: str,
        operation: str,
        values: Mapping[str, str],
        *,
        is_secure: bool,
    ) -> Mapping[str, Any]:
        """What it answers."""
        ...
