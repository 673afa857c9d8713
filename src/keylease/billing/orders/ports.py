"""What orders need remembered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from keylease.billing.orders.model import Order, OrderFilter, PaidTerm
from keylease.billing.refunds.quote import RefundLine


class Orders(Protocol):
    """Orders, the terms they paid for, and the lines of refunds."""

    def add(self, order: Order, term: PaidTerm | None = None) -> None:
        """Write down a new order and its term."""
        ...

    def update(self, order: Order, term: PaidTerm | None = None) -> None:
        """Replace what is written of an order; the term that it paid for, if it just did."""
        ...

    def find(self, order_id: str, *, lock: bool = False) -> Order | None:
        """The order, whoever owns it."""
        ...

    def term(self, order_id: str) -> PaidTerm | None:
        """The term that an order paid for."""
        ...

    def of_instance(self, instance_id: str) -> Sequence[Order]:
        """All orders of an instance but refunds, in the order in which they were made."""
        ...

    def of_instances(self, instance_ids: Collection[str]) -> Sequence[Order]:
        """The same of several instances."""
        ...

    def page(
        self, account_id: str | None, chosen: OrderFilter, offset: int, limit: int, now: int
    ) -> tuple[Sequence[Order], int]:
        """A page of an account's orders, newest first, and how many fit in all; None: of all.

        ``now`` decides whether an order that nobody paid can still be paid.
        """
        ...

    def add_refund(self, order: Order, lines: Sequence[RefundLine]) -> None:
        """Write down a refund order with its lines."""
        ...

    def refund_lines(self, order_id: str) -> Sequence[RefundLine]:
        """The lines of a refund order."""
        ...

    def related(self, orders: Sequence[Order]) -> Mapping[str, str]:
        """The order that each of these is about; nothing for purchases.

        Of a refund of one order it is that order; of other refunds, of renewals and of upgrades the
        purchase of the instance.
        """
        ...

    def refunded(self, order_ids: Sequence[str]) -> Mapping[str, int]:
        """What came back for these orders so far, in minor units; nothing for the others."""
        ...


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """What the first call with a token asked and was answered."""

    operation: str
    fingerprint: str
    answer: Mapping[str, Any]


class ClientTokens(Protocol):
    """The answers that client tokens stand for, for ever after."""

    def find(self, account_id: str, token: str) -> FirstAnswer | None:
        """The first answer to this token of this account."""
        ...

    def add(self, account_id: str, token: str, first: FirstAnswer) -> None:
        """Remember it."""
        ...
