"""Orders, terms, client tokens and renewal settings in the database."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from keylease.billing.catalog import PAY_AS_YOU_GO_PRODUCT_TYPES
from keylease.billing.orders.model import Order, OrderFilter, OrderType, PaidTerm, Subscription
from keylease.billing.orders.ports import FirstAnswer
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.refunds.quote import RefundLine
from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.core.terms import Term
from keylease.storage import schema
from keylease.storage.paging import page_and_total
from keylease.storage.rows import dumps

_O, _T, _R = schema.orders, schema.terms, schema.refund_lines


class SqlOrders:
    """Fits `keylease.billing.orders.ports.Orders`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, order: Order, term: PaidTerm | None = None) -> None:
        """Write down a new order and its term."""
        self._db.execute(insert(_O), _row(order))
        self._add_term(term)

    def update(self, order: Order, term: PaidTerm | None = None) -> None:
        """Replace what is written of an order; the term that it paid for, if it just did."""
        self._db.execute(update(_O).where(_O.c.id == order.id), _row(order))
        self._add_term(term)

    def find(self, order_id: str, *, lock: bool = False) -> Order | None:
        """The order, whoever owns it."""
        query = select(_O).where(_O.c.id == order_id)
        row = self._db.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return None if row is None else _order(row)

    def term(self, order_id: str) -> PaidTerm | None:
        """The term that an order paid for."""
        row = self._db.execute(select(_T).where(_T.c.order_id == order_id)).mappings().one_or_none()
        if row is None:
            return None
        term = Term(row["start"], row["end"], date.fromisoformat(row["anchor"]), row["months"])
        return PaidTerm(row["order_id"], row["instance_id"], term)

    def of_instance(self, instance_id: str) -> Sequence[Order]:
        """All orders of an instance but refunds, in the order in which they were made."""
        return self.of_instances([instance_id])

    def of_instances(self, instance_ids: Collection[str]) -> Sequence[Order]:
        """The same of several instances."""
        rows = self._db.execute(
            select(_O)
            .where(_O.c.instance_id.in_(instance_ids), _O.c.type != OrderType.REFUND.value)
            .order_by(_O.c.created_at, _O.c.id)
        ).mappings()
        return [_order(row) for row in rows]

    def page(
        self, account_id: str | None, chosen: OrderFilter, offset: int, limit: int, now: int
    ) -> tuple[Sequence[Order], int]:
        """A page of an account's orders, newest first, and how many fit in all; None: of all."""
        mine = true() if account_id is None else _O.c.account_id == account_id
        fit = and_(mine, *_conditions(chosen, now))
        total = select(func.count()).select_from(_O).where(fit)
        newest = (_O.c.created_at.desc(), _O.c.id.desc())
        rows, number = page_and_total(
            self._db, select(_O), total, _O.c.id, fit, newest, offset, limit
        )
        return [_order(row) for row in rows], number

    def add_refund(self, order: Order, lines: Sequence[RefundLine]) -> None:
        """Write down a refund order with its lines."""
        self.add(order)
        if lines:
            self._db.execute(
                insert(_R),
                [
                    {
                        **asdict(line),
                        "order_id": order.id,
                        "position": position,
                        "related_order_id": line.order_id,
                        "factor": str(line.factor),
                    }
                    for position, line in enumerate(lines)
                ],
            )

    def refund_lines(self, order_id: str) -> Sequence[RefundLine]:
        """The lines of a refund order."""
        rows = self._db.execute(
            select(_R).where(_R.c.order_id == order_id).order_by(_R.c.position)
        ).mappings()
        return [_refund_line(row) for row in rows]

    def related(self, orders: Sequence[Order]) -> Mapping[str, str]:
        """The order that each of these is about: the one that it refunds alone, or the purchase."""
        later = [one for one in orders if one.type is not OrderType.NEW]
        refunds = [one.id for one in later if one.type is OrderType.REFUND]
        alone = (
            select(_R.c.order_id, func.min(_R.c.related_order_id))
            .where(_R.c.order_id.in_(refunds))
            .group_by(_R.c.order_id)
            .having(func.count() == 1)
        )
        bought = select(_O.c.instance_id, _O.c.id).where(
            _O.c.instance_id.in_({one.instance_id for one in later}),
            _O.c.type == OrderType.NEW.value,
        )
        purchases: dict[str, str] = dict(self._db.execute(bought).all())
        ended: dict[str, str] = dict(self._db.execute(alone).all())
        about = ((one.id, purchases.get(one.instance_id)) for one in later)
        return {order_id: known for order_id, known in about if known} | ended

    def refunded(self, order_ids: Sequence[str]) -> Mapping[str, int]:
        """What came back for these orders so far, in minor units; nothing for the others."""
        rows = self._db.execute(
            select(_R.c.related_order_id, func.sum(_R.c.amount))
            .where(_R.c.related_order_id.in_(order_ids))
            .group_by(_R.c.related_order_id)
        )
        return {order_id: int(amount) for order_id, amount in rows}

    def _add_term(self, term: PaidTerm | None) -> None:
        if term is None:
            return
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


def _row(order: Order) -> dict[str, Any]:
    row = asdict(order)
    row["configuration"] = dumps(order.configuration)
    row["original"] = None if order.original is None else dumps(order.original)
    row["details"] = dumps(order.details)
    return row


def _conditions(chosen: OrderFilter, now: int) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.created_from is not None:
        conditions.append(_O.c.created_at >= chosen.created_from)
    if chosen.created_until is not None:
        conditions.append(_O.c.created_at <= chosen.created_until)
    for column, value in (
        (_O.c.type, chosen.type),
        (_O.c.product_type, chosen.product_type),
    ):
        if value is not None:
            conditions.append(column == value)
    if chosen.status is not None:
        conditions.append(_has_status(chosen.status, now))
    if chosen.pending_at is not None:
        paid = _O.c.status == PaymentStatus.PAID.value
        conditions.append(and_(paid, _O.c.start > chosen.pending_at, _O.c.ended_at.is_(None)))
    if chosen.subscription is not None:
        paid_by_use = _O.c.product_type.in_(PAY_AS_YOU_GO_PRODUCT_TYPES)
        by_use = chosen.subscription == Subscription.PAY_AS_YOU_GO.value
        known = chosen.subscription in set(Subscription)
        conditions.append(and_(literal(known), paid_by_use if by_use else ~paid_by_use))
    return conditions


def _has_status(status: str, now: int) -> ColumnElement[bool]:
    """As `Order.status_at` answers it; a refund has none. facts/billing.md 1."""
    payable = and_(_O.c.status == PaymentStatus.UNPAID.value, _O.c.pay_until > now)
    if status == PaymentStatus.UNPAID.value:
        return payable
    lapsed = and_(_O.c.status == PaymentStatus.UNPAID.value, _O.c.pay_until <= now)
    stored = and_(_O.c.status == status, _O.c.type != OrderType.REFUND.value)
    return or_(stored, lapsed) if status == PaymentStatus.CANCELLED.value else stored


def _order(row: RowMapping) -> Order:
    values: dict[str, Any] = {column.name: row[column.name] for column in _O.c}
    values["type"] = OrderType(values["type"])
    values["status"] = PaymentStatus(values["status"])
    values["configuration"] = json.loads(values["configuration"])
    values["original"] = None if values["original"] is None else json.loads(values["original"])
    values["details"] = json.loads(values["details"])
    return Order(**values)


def _refund_line(row: RowMapping) -> RefundLine:
    return RefundLine(
        order_id=row["related_order_id"],
        list_amount=row["list_amount"],
        cash=row["cash"],
        refunded_before=row["refunded_before"],
        voucher_amount=row["voucher_amount"],
        order_days=row["order_days"],
        used_days=row["used_days"],
        factor=Fraction(row["factor"]),
        consumed=row["consumed"],
        amount=row["amount"],
    )


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
