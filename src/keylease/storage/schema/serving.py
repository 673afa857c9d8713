"""What serving calls leaves behind: shared rates and the log analysis."""

from sqlalchemy import BigInteger, Column, Double, Index, Integer, Table, Text

from keylease.storage.schema.columns import Serial, metadata

#: What each node was asked for of an instance lately: nodes share the purchased rate by it.
rate_demands = Table(
    "rate_demands",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("node_id", Text, primary_key=True),
    Column("asked", Double, nullable=False),
    Column("at", Double, nullable=False),
    Index("ix_rate_demands_at", "at"),
)

#: The log analysis of an instance: one row for each call. ``entry`` is JSON of documented fields.
log_entries = Table(
    "log_entries",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("instance_id", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("api_name", Text, nullable=False),
    Column("status_code", Integer, nullable=False),
    Column("entry", Text, nullable=False),
    Index("ix_log_entries_instance_id", "instance_id", "at", "seq"),
    sqlite_autoincrement=True,
)

#: What the entries of a day take, so that nobody adds up entries.
log_days = Table(
    "log_days",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("entries", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Index("ix_log_days_day", "day"),
)
