"""What a month comes to: bill lines and their sums, files, and use."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from keylease.storage.schema.columns import Serial, metadata, partial_index

#: A line of a month's bill: an order, an order that money came back for, or an instance's day.
#: ``items`` says how its amount is made up, by billable item.
bill_lines = Table(
    "bill_lines",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("subscription", Text, nullable=False),
    Column("product_type", Text, nullable=False),
    Column("record_id", Text, nullable=False, index=True),
    Column("sub_order_id", Text, nullable=False),
    Column("related_record_id", Text, nullable=False),
    Column("order_type", Text, nullable=False),
    Column("instance_id", Text, nullable=False),
    Column("instance_name", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("gross", BigInteger, nullable=False),
    Column("discount", BigInteger, nullable=False),
    Column("pretax", BigInteger, nullable=False),
    Column("voucher", BigInteger, nullable=False),
    Column("cash", BigInteger, nullable=False),
    Column("outstanding", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("usage_start", BigInteger, nullable=False),
    Column("usage_end", BigInteger, nullable=False),
    Column("items", Text, nullable=False),
    Column("item_count", Integer, nullable=False),
    Index("ix_bill_lines_account_id", "account_id", "month", "seq"),
    Index("ix_bill_lines_instance_id", "account_id", "month", "instance_id", "seq"),
    Index("ix_bill_lines_day", "account_id", "day", "instance_id", "seq"),
    sqlite_autoincrement=True,
)

#: What the lines of a month add up to, kept with each line; `books check` compares.
bill_totals = Table(
    "bill_totals",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("subscription", Text, primary_key=True),
    Column("product_type", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("lines", BigInteger, nullable=False),
    Column("items", BigInteger, nullable=False),
    Column("gross", BigInteger, nullable=False),
    Column("discount", BigInteger, nullable=False),
    Column("pretax", BigInteger, nullable=False),
    Column("voucher", BigInteger, nullable=False),
    Column("cash", BigInteger, nullable=False),
    Column("outstanding", BigInteger, nullable=False),
)

#: Months that are closed: nothing is added to them any more.
bill_months = Table(
    "bill_months",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("closed_at", BigInteger, nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("pretax", BigInteger, nullable=False),
    Column("opening", BigInteger, nullable=False),
    Column("closing", BigInteger, nullable=False),
)

#: Where an account's bills are written to on a schedule.
bill_exports = Table(
    "bill_exports",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("type", Text, primary_key=True),
    Column("bucket", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("rows_per_file", Integer, nullable=False),
    Column("begin_month", Text, nullable=False),
    Column("subscribed_at", BigInteger, nullable=False),
)

#: Requests to an instance in the minute that begins at ``minute``.
usage_minutes = Table(
    "usage_minutes",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("minute", BigInteger, primary_key=True, autoincrement=False),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("requests", BigInteger, nullable=False),
    Index(
        "ix_usage_minutes_account_id", "account_id", "minute", "instance_id", "region", "requests"
    ),
    Index("ix_usage_minutes_minute", "minute"),
)

#: What a pay-as-you-go instance held at the end of a day, and the bill that it is in.
usage_days = Table(
    "usage_days",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("product_type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("key_versions", Integer, nullable=False),
    Column("secrets", Integer, nullable=False),
    Column("peak_qps", Integer),
    Column("free", Boolean, nullable=False),
    Column("record_id", Text, nullable=False),
    Index("ix_usage_days_account_id", "account_id", "day", "instance_id"),
    partial_index(
        "ix_usage_days_unbilled", "account_id", "day", "instance_id", where="record_id = ''"
    ),
)
