"""What is due, and who is told of it: agenda, letters and webhooks."""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from keylease.storage.schema.columns import Serial, metadata, partial_index

agenda = Table(
    "agenda",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("subject", Text, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("details", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Double, nullable=False),
    Column("lease_until", Double, nullable=False),
    Column("owner", Text, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("finished_at", BigInteger),
    UniqueConstraint("kind", "subject", "due"),
    partial_index("ix_agenda_pending", "due", "rank", "id", where="state = 'pending'"),
    partial_index("ix_agenda_failed", "due", "rank", "id", where="state = 'failed'"),
    Index("ix_agenda_subject", "subject", "kind"),
    sqlite_autoincrement=True,
)

letters = Table(
    "letters",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("account_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("instance_id", Text, nullable=False),
    Column("to", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("dedupe", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("sent_at", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Double, nullable=False),
    Column("last_error", Text, nullable=False),
    Index("ix_letters_account_id", "account_id", "due_at", "seq", "state"),
    Index("ix_letters_due_at", "due_at", "seq"),
    Index("ix_letters_state", "state", "due_at", "seq"),
    partial_index("ix_letters_waiting", "not_before", "seq", where="state = 'waiting'"),
    sqlite_autoincrement=True,
)

#: Who is told of events; an empty ``account_id`` is the operator, who is told of everything.
webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("wrapped_secret", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("webhook_id", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Double, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("delivered_at", BigInteger),
    UniqueConstraint("webhook_id", "event_id"),
    partial_index("ix_webhook_deliveries_waiting", "not_before", "seq", where="state = 'waiting'"),
    sqlite_autoincrement=True,
)
