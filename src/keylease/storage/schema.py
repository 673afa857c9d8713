"""Every table, once, for both engines. Business instants are whole seconds in BigInteger.

Changes to this file need a migration in ``migrations/versions``; a test holds the two equal.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only counts up by itself in a column declared INTEGER.
_Serial = BigInteger().with_variant(Integer, "sqlite")

# --- the deployment -------------------------------------------------------------------------

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
    Column("seq", _Serial, primary_key=True),
    Column("xid", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", Double, nullable=False),
    Index("ix_changes_xid", "xid"),
    Index("ix_changes_at", "at"),
    sqlite_autoincrement=True,
)

# --- who ------------------------------------------------------------------------------------

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("email", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("kms_opened_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("name", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

access_keys = Table(
    "access_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("service", Text, nullable=False),
    Column("wrapped_secret", LargeBinary, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

nonces = Table(
    "nonces",
    metadata,
    Column("access_key_id", Text, primary_key=True),
    Column("nonce", Text, primary_key=True),
    Column("expires", Double, nullable=False, index=True),
)

# --- custody --------------------------------------------------------------------------------

wrapping_keys = Table(
    "wrapping_keys",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("blob", LargeBinary, nullable=False),
)

instances = Table(
    "instances",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("product_type", Text, nullable=False),
    Column("qps", Integer, nullable=False),
    Column("keys", Integer, nullable=False),
    Column("secrets", Integer, nullable=False),
    Column("access_units", Integer, nullable=False),
    Column("log", Boolean, nullable=False),
    Column("log_storage", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("term_start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("anchor", Text, nullable=False),
    Column("months", Integer, nullable=False),
    Column("network", Text, nullable=False),
    Column("deletion_protection", Boolean, nullable=False),
    Column("deletion_protection_description", Text, nullable=False),
    Index("ix_instances_account_id", "account_id", "created_at", "id"),
)

keys = Table(
    "keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("instance_id", Text, nullable=False, index=True),
    Column("spec", Text, nullable=False),
    Column("usage", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("protection_level", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("creator", Text, nullable=False),
    Column("primary_version", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("deletion_protection", Boolean, nullable=False),
    Index("ix_keys_account_id", "account_id", "region", "created_at", "id"),
    Index(
        "uq_keys_default",
        "account_id",
        "region",
        unique=True,
        sqlite_where=text("instance_id = ''"),
        postgresql_where=text("instance_id = ''"),
    ),
)

key_versions = Table(
    "key_versions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("scope", Text, nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Index("ix_key_versions_key_id", "key_id", "created_at", "id"),
)

key_tags = Table(
    "key_tags",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# --- billing --------------------------------------------------------------------------------

price_books = Table(
    "price_books",
    metadata,
    Column("version", _Serial, primary_key=True),
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
    Column("created_at", BigInteger, nullable=False),
    Column("paid_at", BigInteger, nullable=False),
    Column("configuration", Text, nullable=False),
    Column("original", Text),
    Column("price_book", BigInteger, nullable=False),
    Index("ix_orders_account_id", "account_id", "created_at", "id"),
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

ledger_transactions = Table(
    "ledger_transactions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("reference", Text, nullable=False, index=True),
    Column("note", Text, nullable=False),
)

ledger_postings = Table(
    "ledger_postings",
    metadata,
    Column("transaction_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("account", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Index("ix_ledger_postings_account", "account", "currency", "amount"),
)

# --- time and letters -----------------------------------------------------------------------

agenda = Table(
    "agenda",
    metadata,
    Column("id", _Serial, primary_key=True),
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
    Index(
        "ix_agenda_pending",
        "due",
        "rank",
        "id",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index("ix_agenda_subject", "subject", "kind"),
    sqlite_autoincrement=True,
)

letters = Table(
    "letters",
    metadata,
    Column("seq", _Serial, primary_key=True),
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
    Index("ix_letters_account_id", "account_id", "due_at", "seq"),
    Index("ix_letters_due_at", "due_at", "seq"),
    Index(
        "ix_letters_waiting",
        "not_before",
        "seq",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    sqlite_autoincrement=True,
)

# --- audit ----------------------------------------------------------------------------------

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("writer", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("writer", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

#: The newest known place in the chain of each process that writes its own.
audit_anchors = Table(
    "audit_anchors",
    metadata,
    Column("writer", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("at", Double, nullable=False),
)
