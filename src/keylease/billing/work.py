"""What the rules of billing need around them."""

from dataclasses import dataclass
from typing import Protocol

from keylease.billing.bills.ports import Bills, BillViews
from keylease.billing.catalog import BookVersion, PriceBook
from keylease.billing.ledger.ports import Ledger
from keylease.billing.orders.ports import ClientTokens, Orders
from keylease.billing.renewals.model import RenewalSettings
from keylease.billing.tickets.ports import Tickets
from keylease.billing.usage.model import UsageStore
from keylease.billing.wallet.statement import Statements
from keylease.billing.wallet.vouchers import Vouchers
from keylease.core.entropy import Entropy


@dataclass(frozen=True, slots=True)
class InUse:
    """What customers have: currencies of accounts, editions of instances, those by the day."""

    currencies: frozenset[str]
    editions: frozenset[str]
    daily_editions: frozenset[str]


class PriceBooks(Protocol):
    """The versions of the price book."""

    def current(self) -> tuple[int, PriceBook]:
        """The number of the version in force, and the book: the last loaded of those valid now."""
        ...

    def version(self, number: int) -> PriceBook:
        """The book of a version that there is: orders name theirs."""
        ...

    def versions(self) -> list[BookVersion]:
        """All versions, the last loaded first."""
        ...

    def text(self, number: int) -> str:
        """The file that a version was loaded from."""
        ...

    def in_use(self) -> InUse:
        """What customers have, and so every book has to price."""
        ...

    def add(self, text: str) -> int:
        """Load a new version, valid when it says or from now on; its number. PriceBookInvalid."""
        ...


class BillingWork(Protocol):
    """A unit of work, as far as billing sees it."""

    @property
    def now(self) -> int:
        """The one business instant of this unit of work."""
        ...

    @property
    def entropy(self) -> Entropy:
        """The source of chance."""
        ...

    @property
    def orders(self) -> Orders:
        """The orders and their terms."""
        ...

    @property
    def ledger(self) -> Ledger:
        """The ledger."""
        ...

    @property
    def statements(self) -> Statements:
        """The accounts' transactions, read from the ledger."""
        ...

    @property
    def vouchers(self) -> Vouchers:
        """The vouchers."""
        ...

    @property
    def tickets(self) -> Tickets:
        """The tickets."""
        ...

    @property
    def bills(self) -> Bills:
        """The bills."""
        ...

    @property
    def bill_views(self) -> BillViews:
        """The bills, to read."""
        ...

    @property
    def usage(self) -> UsageStore:
        """What was used."""
        ...

    @property
    def client_tokens(self) -> ClientTokens:
        """The first answers to client tokens."""
        ...

    @property
    def price_books(self) -> PriceBooks:
        """The price books."""
        ...

    @property
    def renewal_settings(self) -> RenewalSettings:
        """The renewal settings."""
        ...
