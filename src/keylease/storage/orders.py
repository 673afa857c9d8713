"""Orders, terms, client tokens and renewal settings in the database."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, insert, select, update

from keylease.billing.orders.model import (
    Order,
    OrderFilter,
    OrderType,
    PaidTerm,
    PaymentStatus,
)
from keylease.billing.orders.ports import FirstAnswer
from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.core.terms import Term
from keylease.storage import schema
from keylease.storage.rows import dumps

_O, _T = schema.orders, schema.terms


class SqlOrders:
    """Fits `keylease.billing.orders.ports.Orders`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, order: Order, term: PaidTerm | None) -> None:
        """Write down a paid order and its term."""
        row = asdict(order)
        row["configuration"] = dumps(order.configuration)
        row["original"] = None if order.original is None else dumps(order.original)
        self._db.execute(insert(_O), row)
        if term is not None:
            self._db.execute(
                insert(_T),
                {
                    "order_id": term.order_id,
                    "instance_id": term.instance_id,
                    "start": term.term.start,
                    "end": term.term.end,
                    "anchor": term.term.anchor.isoformat(),
                    "months": term.term.months,
                },
            )

    def find(self, order_id: str) -> Order | None:
        """The order, whoever owns it."""
        row = self._db.execute(select(_O).where(_O.c.id == order_id)).mappings().one_or_none()
        return None if row is None else _order(row)

    def term(self, order_id: str) -> PaidTerm | None:
        """The term that an order paid for."""
        row = self._db.execute(select(_T).where(_T.c.order_id == order_id)).mappings().one_or_none()
        if row is None:
            return None
        term = Term(row["start"], row["end"], date.fromisoformat(row["anchor"]), row["months"])
        return PaidTerm(row["order_id"], row["instance_id"], term)

    def page(
        self, account_id: str, chosen: OrderFilter, offset: int, limit: int
    ) -> tuple[Sequence[Order], int]:
        """A page of an account's orders, newest first, and how many fit in all."""
        fit = [_O.c.account_id == account_id]
        if chosen.created_from is not None:
            fit.append(_O.c.created_at >= chosen.created_from)
        if chosen.created_until is not None:
            fit.append(_O.c.created_at <= chosen.created_until)
        for column, value in (
            (_O.c.type, chosen.type),
            (_O.c.status, chosen.status),
            (_O.c.product_type, chosen.product_type),
        ):
            if value is not None:
                fit.append(column == value)
        total = self._db.execute(
            select(func.count()).select_from(_O).where(and_(*fit))
        ).scalar_one()
        rows = self._db.execute(
            select(_O)
            .where(and_(*fit))
            .order_by(_O.c.created_at.desc(), _O.c.id.desc())
            .offset(offset)
            .limit(limit)
        ).mappings()
        return [_order(row) for row in rows], total


def _order(row: RowMapping) -> Order:
    values: dict[str, Any] = dict(row)
    values["type"] = OrderType(values["type"])
    values["status"] = PaymentStatus(values["status"])
    values["configuration"] = json.loads(values["configuration"])
    values["original"] = None if values["original"] is None else json.loads(values["original"])
    return Order(**values)


class SqlClientTokens:
    """Fits `keylease.billing.orders.ports.ClientTokens`."""

    def __init__(self, connection: Connection, now: int) -> None:
        self._db = connection
        self._now = now

    def find(self, account_id: str, token: str) -> FirstAnswer | None:
        """The first answer to this token of this account."""
        t = schema.client_tokens
        row = self._db.execute(
            select(t).where(t.c.account_id == account_id, t.c.token == token)
        ).one_or_none()
        if row is None:
            return None
        return FirstAnswer(row.operation, row.fingerprint, json.loads(row.answer))

    def add(self, account_id: str, token: str, first: FirstAnswer) -> None:
        """Remember it."""
        self._db.execute(
            insert(schema.client_tokens),
            {
                "account_id": account_id,
                "token": token,
                "operation": first.operation,
                "fingerprint": first.fingerprint,
                "answer": dumps(first.answer),
                "created_at": self._now,
            },
        )


class SqlRenewalSettings:
    """Fits `keylease.billing.renewals.model.RenewalSettings`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def find_many(self, instance_ids: list[str]) -> dict[str, RenewalSetting]:
        """The settings of these instances; ManualRenewal where none was set."""
        t = schema.renewal_settings
        rows = self._db.execute(select(t).where(t.c.instance_id.in_(instance_ids)))
        found = {row.instance_id: RenewalSetting(RenewalMode(row.mode), row.months) for row in rows}
        return {one: found.get(one, RenewalSetting()) for one in instance_ids}

    def put(self, instance_id: str, setting: RenewalSetting) -> None:
        """Set it."""
        t = schema.renewal_settings
        values = {"mode": setting.mode.value, "months": setting.months}
        changed = self._db.execute(update(t).where(t.c.instance_id == instance_id), values)
        if changed.rowcount == 0:
            self._db.execute(insert(t), {"instance_id": instance_id, **values})
