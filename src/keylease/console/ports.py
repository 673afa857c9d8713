"""What the consoles need around them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, BinaryIO, Protocol

from keylease.access.accounts import Account, User
from keylease.access.admission import Caller
from keylease.access.calendar_feeds import CalendarFeeds
from keylease.access.permissions import Permission
from keylease.access.ram.ports import Directory
from keylease.access.sign_in import Session, SignIns
from keylease.billing.bills.subscriptions import BillSubscriptions
from keylease.billing.ledger.check import Books
from keylease.core.agenda import Agenda, AgendaRow
from keylease.core.clock import ClockState
from keylease.core.nodes import Node
from keylease.custody.data_keys import DataKeys
from keylease.lifecycle.calendar import Plans
from keylease.lifecycle.listing import Subscriptions
from keylease.lifecycle.searching import Search
from keylease.lifecycle.totals import Totals
from keylease.lifecycle.work import Letters, Work
from keylease.notifications.letters import LetterFilter, WrittenLetter
from keylease.records.audit import AuditRecord
from keylease.records.chain import Entry, Head
from keylease.records.ports import Facts, TrailFilter


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who has signed in; ``account`` is None for the operator."""

    session: Session
    user: User
    account: Account | None


class MoveClock(Protocol):
    """Moves a test clock; for worker threads."""

    def __call__(self, target: int) -> int:
        """What it shows when all that is due until ``target`` has happened; Misuse."""
        ...


class RecentUses(Protocol):
    """Reads the newest records of calls that changed nothing: uses of keys and secrets."""

    def __call__(self, account_id: str, operation: str) -> list[AuditRecord]:
        """Those of an account, the newest first; an empty operation means any."""
        ...


class ExportState(StrEnum):
    """How far an export is."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Export:
    """A file that is made, or was: what is in it, and how many of its lines are written."""

    name: str
    kind: str
    month: str
    total: int
    done: int
    state: ExportState


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: ``total`` rows below the names of the columns, in batches.

    ``read`` is how many rows of the books they are made of, where each is made of several.
    """

    columns: tuple[str, ...]
    total: int
    batches: Iterator[list[list[object]]]
    read: int = 0


class Exports(Protocol):
    """Large files, made in the background: one at a time for each account. For worker threads."""

    def begin(
        self, account_id: str, export: Export, make: Callable[["ConsoleWork"], Table]
    ) -> bool:
        """Make a file in place of the last one, unless that is being made.

        ``make`` is given a unit of work of its own.
        """
        ...

    def find(self, account_id: str) -> Export | None:
        """The account's last one of this day."""
        ...

    def open(self, account_id: str) -> BinaryIO | None:
        """Its file, if it is ready."""
        ...


class RequirePermission(Protocol):
    """Decides what somebody may see and do, by the policies that decide the API's calls."""

    def __call__(
        self, caller: Caller, permissions: Sequence[Permission], work: "ConsoleWork"
    ) -> None:
        """Refusal Forbidden.NoPermission, or what the API answers for what does not exist."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """What pages do besides units of work and operations."""

    move_clock: MoveClock
    recent_uses: RecentUses
    exports: Exports
    require: RequirePermission
    check_trail: Callable[[], None]


class LetterStore(Letters, Protocol):
    """The letters, to write and to read."""

    def newest(
        self, chosen: LetterFilter, offset: int, limit: int
    ) -> tuple[Sequence[WrittenLetter], int]:
        """A page, the last that were due first, and how many fit in all."""
        ...


class AgendaStore(Agenda, Protocol):
    """The agenda, to write and to read."""

    def page(
        self, states: Collection[str], limit: int, offset: int = 0, until: int | None = None
    ) -> tuple[Sequence[AgendaRow], int]:
        """A page of those in these states, by moment, and how many there are."""
        ...


class Nodes(Protocol):
    """The processes that serve."""

    def all(self) -> Sequence[Node]:
        """Every node that is written down."""
        ...


class AuditTrail(Protocol):
    """The audit chain of changes."""

    def head(self) -> Head:
        """How far it goes."""
        ...

    def newest(self, chosen: TrailFilter, before: int, limit: int) -> tuple[list[Entry], int]:
        """Entries below ``before``, the newest first; the next ``before``, 0 at the end."""
        ...

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
    def calendar_feeds(self) -> CalendarFeeds:
        """With what calendar programs read calendars."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The audit chain."""
        ...

    @property
    def letters(self) -> LetterStore:
        """The letters."""
        ...

    @property
    def agenda(self) -> AgendaStore:
        """The agenda."""
        ...

    @property
    def nodes(self) -> Nodes:
        """The processes that serve."""
        ...

    @property
    def facts(self) -> Facts:
        """Small facts about the deployment."""
        ...

    @property
    def books(self) -> Books:
        """The questions of the books' check."""
        ...

    @property
    def search(self) -> Search:
        """Resources by id or name."""
        ...

    @property
    def plans(self) -> Plans:
        """What is planned for keys and secrets."""
        ...

    @property
    def totals(self) -> Totals:
        """The counts on the operator's overview."""
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
    def bill_subscriptions(self) -> BillSubscriptions:
        """Who has bills written as files."""
        ...

    @property
    def exports_bills(self) -> bool:
        """Whether there is a place for them."""
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
    """Carries out an operation of the API for a caller; Refusal. For worker threads."""

    def __call__(
        self, caller: Caller, operation: str, values: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """What it answers."""
        ...
