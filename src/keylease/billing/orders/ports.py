"""What orders need remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from keylease.billing.orders.model import Order, OrderFilter, PaidTerm


class Orders(Protocol):
    """Orders and the terms they paid for: only ever added."""

    def add(self, order: Order, term: PaidTerm | None) -> None:
        """Write down a paid order and its term."""
        ...

    def find(self, order_id: str) -> Order | None:
        """The order, whoever owns it."""
        ...

    def term(self, order_id: str) -> PaidTerm | None:
        """The term that an order paid for."""
        ...

    def page(
        self, account_id: str, chosen: OrderFilter, offset: int, limit: int
    ) -> tuple[Sequence[Order], int]:
        """A page of an account's orders, newest first, and how many fit in all."""
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
