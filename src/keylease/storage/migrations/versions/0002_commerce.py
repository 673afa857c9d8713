"""The whole commerce: order lives, refunds, vouchers, tickets, bills, usage, webhooks.

Three tables are made anew, because a column that may not be empty cannot be added on both engines
without a default that would stay: their rows are set aside, and put back with what is new of them.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DAY = 86_400
_UTC8 = 8 * 3_600


def upgrade() -> None:
    _add_columns()
    _add_tables()
    _remake("ledger_transactions", _ledger_transactions, "at, id", lambda row: row)
    _remake("price_books", _price_books, "version", lambda row: row | {"valid_from": 0})
    _remake("orders", _orders, "created_at, id", _order)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "select setval(pg_get_serial_sequence('price_books', 'version'), "
            "(select coalesce(max(version), 0) + 1 from price_books), false)"
        )
    _bill_what_was_paid()


def _remake(
    name: str,
    create: Callable[[], None],
    order: str,
    renew: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """Make a table anew with the rows that it had."""
    bind = op.get_bind()
    kept = f"{name}_before"
    op.execute(f"create table {kept} as select * from {name}")  # noqa: S608 - our own names
    op.drop_table(name)
    create()
    table = sa.Table(name, sa.MetaData(), autoload_with=bind)
    query = f"select * from {kept} order by {order}"  # noqa: S608 - our own names
    rows = bind.execute(sa.text(query)).mappings()
    while batch := rows.fetchmany(1_000):
        bind.execute(sa.insert(table), [renew(dict(row)) for row in batch])
    op.drop_table(kept)


def _order(row: dict[str, Any]) -> dict[str, Any]:
    bind = op.get_bind()
    found = bind.execute(sa.text("select * from terms where order_id = :id"), {"id": row["id"]})
    term = found.mappings().one_or_none()
    new: dict[str, Any] = {
        "voucher_id": None,
        "voucher_amount": 0,
        "pay_until": None,
        "start": None,
        "end": None,
        "order_days": None,
        "ended_at": None,
        "automatic": False,
        "terms_version": 0,
        "details": "{}",
    }
    if term is not None:
        new |= {"start": term["start"], "end": term["end"], "order_days": _order_days(row, term)}
    return row | new


def _order_days(row: dict[str, Any], term: Any) -> int:
    """From the anchor to E where the order began a chain of terms, else from start to end."""
    if term["start"] != row["paid_at"]:
        return int((term["end"] - term["start"]) // _DAY)
    last_day = datetime.fromtimestamp(term["end"] - 1 + _UTC8, UTC).date()
    return (last_day - date.fromisoformat(term["anchor"])).days


def _bill_what_was_paid() -> None:
    """The bill lines of the orders that there are, and what they add up to."""
    bind = op.get_bind()
    lines = sa.Table("bill_lines", sa.MetaData(), autoload_with=bind)
    orders = bind.execute(
        sa.text(
            "select o.*, coalesce(i.name, o.instance_id) as instance_name from orders o "
            "left join instances i on i.id = o.instance_id order by o.created_at, o.id"
        )
    ).mappings()
    while batch := orders.fetchmany(1_000):
        bind.execute(sa.insert(lines), [_line(dict(row)) for row in batch])
    sums = ", ".join(f"sum({name})" for name in _SUMS)
    key = "account_id, month, subscription, product_type, item, currency"
    op.execute(  # our own names, all of them
        f"insert into bill_totals ({key}, lines, items, {', '.join(_SUMS)}) "  # noqa: S608 - see above
        f"select {key}, count(*), sum(item_count), {sums} from bill_lines group by {key}"
    )


_SUMS = ("gross", "discount", "pretax", "voucher", "cash", "outstanding")


def _line(order: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromtimestamp(order["paid_at"], UTC) + timedelta(seconds=_UTC8)
    return {
        "account_id": order["account_id"],
        "month": f"{at:%Y-%m}",
        "day": f"{at:%Y-%m-%d}",
        "item": "SubscriptionOrder",
        "subscription": "Subscription",
        "product_type": order["product_type"],
        "record_id": order["id"],
        "sub_order_id": f"{order['id']}1",
        "related_record_id": "",
        "order_type": order["type"],
        "instance_id": order["instance_id"],
        "instance_name": order["instance_name"],
        "region": order["region"],
        "edition": json.loads(order["configuration"])["edition"],
        "currency": order["currency"],
        "gross": order["list_amount"],
        "discount": order["list_amount"] - order["payable_amount"],
        "pretax": order["payable_amount"],
        "voucher": 0,
        "cash": order["payable_amount"],
        "outstanding": 0,
        "at": order["paid_at"],
        "usage_start": order["start"],
        "usage_end": order["end"],
        "items": "[]",
        "item_count": 1,
    }


def _add_columns() -> None:
    op.add_column("accounts", sa.Column("alert_below", sa.BigInteger(), nullable=True))
    op.add_column("accounts", sa.Column("debt_since", sa.BigInteger(), nullable=True))
    op.add_column("instances", sa.Column("planned", sa.Text(), nullable=True))
    op.add_column("instances", sa.Column("planned_from", sa.BigInteger(), nullable=True))
    op.add_column("instances", sa.Column("trial_until", sa.BigInteger(), nullable=True))


def _ledger_transactions() -> None:
    op.create_table(
        "ledger_transactions",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger_transactions")),
        sa.UniqueConstraint("id", name=op.f("uq_ledger_transactions_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_ledger_transactions_reference"), "ledger_transactions", ["reference"], unique=False
    )


def _price_books() -> None:
    op.create_table(
        "price_books",
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_price_books")),
        sqlite_autoincrement=True,
    )


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("product_type", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("list_amount", sa.BigInteger(), nullable=False),
        sa.Column("payable_amount", sa.BigInteger(), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=True),
        sa.Column("voucher_amount", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("pay_until", sa.BigInteger(), nullable=True),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.Column("start", sa.BigInteger(), nullable=True),
        sa.Column("end", sa.BigInteger(), nullable=True),
        sa.Column("order_days", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("configuration", sa.Text(), nullable=False),
        sa.Column("original", sa.Text(), nullable=True),
        sa.Column("price_book", sa.BigInteger(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("terms_version", sa.Integer(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )
    op.create_index(
        "ix_orders_account_id", "orders", ["account_id", "created_at", "id"], unique=False
    )
    op.create_index(op.f("ix_orders_instance_id"), "orders", ["instance_id"], unique=False)


def _add_tables() -> None:
    op.create_table(
        "bill_exports",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("rows_per_file", sa.Integer(), nullable=False),
        sa.Column("begin_month", sa.Text(), nullable=False),
        sa.Column("subscribed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "type", name=op.f("pk_bill_exports")),
    )
    op.create_table(
        "bill_lines",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("product_type", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("sub_order_id", sa.Text(), nullable=False),
        sa.Column("related_record_id", sa.Text(), nullable=False),
        sa.Column("order_type", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("instance_name", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("pretax", sa.BigInteger(), nullable=False),
        sa.Column("voucher", sa.BigInteger(), nullable=False),
        sa.Column("cash", sa.BigInteger(), nullable=False),
        sa.Column("outstanding", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("usage_start", sa.BigInteger(), nullable=False),
        sa.Column("usage_end", sa.BigInteger(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_bill_lines")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_bill_lines_account_id", "bill_lines", ["account_id", "month", "seq"], unique=False
    )
    op.create_index(
        "ix_bill_lines_day", "bill_lines", ["account_id", "day", "instance_id", "seq"], unique=False
    )
    op.create_index(
        "ix_bill_lines_instance_id",
        "bill_lines",
        ["account_id", "month", "instance_id", "seq"],
        unique=False,
    )
    op.create_index(op.f("ix_bill_lines_record_id"), "bill_lines", ["record_id"], unique=False)
    op.create_table(
        "bill_months",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("pretax", sa.BigInteger(), nullable=False),
        sa.Column("opening", sa.BigInteger(), nullable=False),
        sa.Column("closing", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "month", name=op.f("pk_bill_months")),
    )
    op.create_table(
        "bill_totals",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("product_type", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("items", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("pretax", sa.BigInteger(), nullable=False),
        sa.Column("voucher", sa.BigInteger(), nullable=False),
        sa.Column("cash", sa.BigInteger(), nullable=False),
        sa.Column("outstanding", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account_id",
            "month",
            "subscription",
            "product_type",
            "item",
            "currency",
            name=op.f("pk_bill_totals"),
        ),
    )
    op.create_table(
        "legal_texts",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "version", "language", name=op.f("pk_legal_texts")),
    )
    op.create_table(
        "refund_lines",
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("related_order_id", sa.Text(), nullable=False),
        sa.Column("list_amount", sa.BigInteger(), nullable=False),
        sa.Column("cash", sa.BigInteger(), nullable=False),
        sa.Column("refunded_before", sa.BigInteger(), nullable=False),
        sa.Column("voucher_amount", sa.BigInteger(), nullable=False),
        sa.Column("order_days", sa.Integer(), nullable=False),
        sa.Column("used_days", sa.Integer(), nullable=False),
        sa.Column("factor", sa.Text(), nullable=False),
        sa.Column("consumed", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_refund_lines")),
    )
    op.create_index(
        op.f("ix_refund_lines_related_order_id"), "refund_lines", ["related_order_id"], unique=False
    )
    op.create_table(
        "ticket_messages",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "position", name=op.f("pk_ticket_messages")),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("refund_order_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
    )
    op.create_index(
        "ix_tickets_account_id", "tickets", ["account_id", "created_at", "id"], unique=False
    )
    op.create_index("ix_tickets_state", "tickets", ["state", "created_at", "id"], unique=False)
    op.create_table(
        "usage_days",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("product_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_versions", sa.Integer(), nullable=False),
        sa.Column("secrets", sa.Integer(), nullable=False),
        sa.Column("peak_qps", sa.Integer(), nullable=True),
        sa.Column("free", sa.Boolean(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "day", name=op.f("pk_usage_days")),
    )
    op.create_index(
        "ix_usage_days_account_id", "usage_days", ["account_id", "day", "instance_id"], unique=False
    )
    op.create_index(
        "ix_usage_days_unbilled",
        "usage_days",
        ["account_id", "day", "instance_id"],
        unique=False,
        sqlite_where=sa.text("record_id = ''"),
        postgresql_where=sa.text("record_id = ''"),
    )
    op.create_table(
        "usage_minutes",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("minute", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "minute", name=op.f("pk_usage_minutes")),
    )
    op.create_index(
        "ix_usage_minutes_account_id",
        "usage_minutes",
        ["account_id", "minute", "instance_id"],
        unique=False,
    )
    op.create_index("ix_usage_minutes_minute", "usage_minutes", ["minute"], unique=False)
    op.create_table(
        "vouchers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("nominal", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchers")),
        sa.UniqueConstraint("number", name=op.f("uq_vouchers_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_vouchers_account_id", "vouchers", ["account_id", "expires_at", "id"], unique=False
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Double(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint(
            "webhook_id", "event_id", name=op.f("uq_webhook_deliveries_webhook_id_event_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_webhook_deliveries_waiting",
        "webhook_deliveries",
        ["not_before", "seq"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("wrapped_secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_account_id"), "webhooks", ["account_id"], unique=False)
