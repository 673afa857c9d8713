"""What the rules of a subscription's life need around them: all that custody and billing need."""

from collections.abc import Sequence
from typing import Protocol

from keylease.access.accounts import Accounts
from keylease.billing.legal.model import LegalTexts
from keylease.billing.work import BillingWork
from keylease.custody.work import CustodyWork
from keylease.notifications.letters import Letter
from keylease.records.call_log import CallLogStore


class Letters(Protocol):
    """Where letters are written, inside a unit of work."""

    def add(self, letters: Sequence[Letter]) -> None:
        """Write them down; one that was written before is left alone."""
        ...


class Work(CustodyWork, BillingWork, Protocol):
    """A unit of work, as the lifecycle sees it."""

    @property
    def accounts(self) -> Accounts:
        """The accounts."""
        ...

    @property
    def letters(self) -> Letters:
        """The letters."""
        ...

    @property
    def call_log(self) -> CallLogStore:
        """The entries of log analysis."""
        ...

    @property
    def legal_texts(self) -> LegalTexts:
        """The terms of service and the like."""
        ...

    @property
    def hardware_available(self) -> bool:
        """Whether hardware instances can be sold."""
        ...

    @property
    def reminder_hour(self) -> int:
        """The hour, UTC+8, of reminders."""
        ...

    @property
    def renewal_hour(self) -> int:
        """The hour, UTC+8, of attempts to renew automatically."""
        ...

    @property
    def mail_domain(self) -> str:
        """The right side of the Message-IDs of letters."""
        ...
