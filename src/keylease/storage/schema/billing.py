"""What is sold: price books, orders, the books, vouchers, tickets and terms."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from keylease.storage.schema.columns import BY_AGE, Serial, metadata

#: What lists of orders are filtered by.
_ASKED_OF_ORDERS = ("type", "status", "pay_until", "product_type", "start", "end", "ended_at")

price_books = Table(
    "price_books",
    metadata,
    Column("version", Serial, primary_key=True),
    Column("text", Text, nullable=False),
    Column("loaded_at", BigInteger, nullable=False),
    Column("valid_from", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

orders = Table(
    "orders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("product_type", Text, nullable=False),
    Column("instance_id", Text, nullable=False, index=True),
    Column("region", Text, nullable=False),
    Column("months", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("list_amount", BigInteger, nullable=False),
    Column("payable_amount", BigInteger, nullable=False),
    Column("voucher_id", BigInteger),
    Column("voucher_amount", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("pay_until", BigInteger),
    Column("paid_at", BigInteger),
    Column("start", BigInteger),
    Column("end", BigInteger),
    Column("order_days", Integer),
    Column("ended_at", BigInteger),
    Column("configuration", Text, nullable=False),
    Column("original", Text),
    Column("price_book", BigInteger, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("terms_version", Integer, nullable=False),
    Column("details", Text, nullable=False),
    Index("ix_orders_account_id", *BY_AGE, *_ASKED_OF_ORDERS),
)

#: The suborders of refund orders: one for each order that money comes back for.
refund_lines = Table(
    "refund_lines",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("related_order_id", Text, nullable=False, index=True),
    Column("list_amount", BigInteger, nullable=False),
    Column("cash", BigInteger, nullable=False),
    Column("refunded_before", BigInteger, nullable=False),
    Column("voucher_amount", BigInteger, nullable=False),
    Column("order_days", Integer, nullable=False),
    Column("used_days", Integer, nullable=False),
    Column("factor", Text, nullable=False),
    Column("consumed", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
)

terms = Table(
    "terms",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("instance_id", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("anchor", Text, nullable=False),
    Column("months", Integer, nullable=False),
    Index("ix_terms_instance_id", "instance_id", "start"),
)

renewal_settings = Table(
    "renewal_settings",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("mode", Text, nullable=False),
    Column("months", Integer, nullable=False),
    Index("ix_renewal_settings_mode", "instance_id", "mode"),
)

client_tokens = Table(
    "client_tokens",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("token", Text, primary_key=True),
    Column("operation", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

#: ``seq`` is the order in which they were written: that of an account's statement.
ledger_transactions = Table(
    "ledger_transactions",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("reference", Text, nullable=False, index=True),
    Column("note", Text, nullable=False),
    sqlite_autoincrement=True,
)

#: ``seq`` is the transaction's: an account's are paged in its order. `books check` compares.
ledger_postings = Table(
    "ledger_postings",
    metadata,
    Column("transaction_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("account", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Index("ix_ledger_postings_account", "account", "currency", "seq", "amount"),
)

vouchers = Table(
    "vouchers",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("account_id", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("nominal", BigInteger, nullable=False),
    Column("scope", Text, nullable=False),
    Column("threshold", BigInteger, nullable=False),
    Column("granted_at", BigInteger, nullable=False),
    Column("effective_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("description", Text, nullable=False),
    Column("cancelled_at", BigInteger),
    Index("ix_vouchers_account_id", "account_id", "expires_at", "id"),
    Index("ix_vouchers_granted_at", "account_id", "granted_at", "id"),
    sqlite_autoincrement=True,
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("instance_id", Text, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("refund_order_id", Text, nullable=False),
    Index("ix_tickets_account_id", "account_id", "created_at", "id", "state"),
    Index("ix_tickets_created_at", "created_at", "id", "state"),
)

ticket_messages = Table(
    "ticket_messages",
    metadata,
    Column("ticket_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

#: The terms of service and the rules of unsubscription, as the operator worded them.
legal_texts = Table(
    "legal_texts",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("language", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("loaded_at", BigInteger, nullable=False),
)
