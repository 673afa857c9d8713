"""The deployment itself: its facts, its clock, its nodes."""

from sqlalchemy import BigInteger, Boolean, Column, Double, Index, Integer, Table, Text

from keylease.storage.schema.columns import Serial, metadata

facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

clock = Table(
    "clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("base", BigInteger, nullable=False),
    Column("since", Double, nullable=False),
    Column("running", Boolean, nullable=False),
    Column("held_until", Double, nullable=False),
)

nodes = Table(
    "nodes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("role", Text, nullable=False),
    Column("started", Double, nullable=False),
    Column("heartbeat", Double, nullable=False),
    Column("adopted", BigInteger, nullable=False),
)

#: What changed, for the memories of all nodes. ``xid`` is PostgreSQL's transaction, 0 on SQLite.
changes = Table(
    "changes",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("xid", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", Double, nullable=False),
    Index("ix_changes_xid", "xid"),
    Index("ix_changes_at", "at"),
    sqlite_autoincrement=True,
)
