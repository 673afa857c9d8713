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

#: How lists are ordered; behind that, indexes hold what lists are filtered by.
_BY_AGE = ("account_id", "created_at", "id")
_BY_AGE_IN_REGION = ("account_id", "region", "created_at", "id")
_ASKED_OF_ORDERS = ("type", "status", "pay_until", "product_type", "start", "end", "ended_at")


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that fit a condition; a query uses it that says the same, literally."""
    fit = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=fit, postgresql_where=fit)


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
    Column("alert_below", BigInteger),
    Column("debt_since", BigInteger),
    Index("ix_accounts_created_at", "created_at", "id"),
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

#: Who has signed in to a console; of what the browser shows only the digest is kept. Machine time.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("user_id", Text, nullable=False, index=True),
    Column("form_token", Text, nullable=False),
    Column("began", Double, nullable=False),
    Column("seen", Double, nullable=False, index=True),
)

#: Names with which signing in failed lately, whether or not somebody has them. Machine time.
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("name", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last", Double, nullable=False, index=True),
)

#: With what calendar programs read an account's calendar: the digest of a password.
calendar_feeds = Table(
    "calendar_feeds",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

access_keys = Table(
    "access_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("service", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("wrapped_secret", LargeBinary, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

#: Users, groups and roles of an account, and the policies that say what they may do.
ram_users = Table(
    "ram_users",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("description", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

ram_groups = Table(
    "ram_groups",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("description", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

ram_group_members = Table(
    "ram_group_members",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("group_name", Text, primary_key=True),
    Column("user_name", Text, primary_key=True),
    Index("ix_ram_group_members_user_name", "account_id", "user_name"),
)

ram_roles = Table(
    "ram_roles",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("trust_policy", Text, nullable=False),
    Column("session_seconds_max", Integer, nullable=False),
    Column("description", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

ram_policies = Table(
    "ram_policies",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("document", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

#: ``kind`` is user, group or role; ``policy_type`` Custom, or System for a built-in policy.
ram_attachments = Table(
    "ram_attachments",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("target", Text, primary_key=True),
    Column("policy_type", Text, primary_key=True),
    Column("policy_name", Text, primary_key=True),
    Index("ix_ram_attachments_policy_name", "account_id", "policy_type", "policy_name"),
)

#: Temporary credentials of a role; they expire on the machine's clock.
sts_sessions = Table(
    "sts_sessions",
    metadata,
    Column("access_key_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("role_name", Text, nullable=False),
    Column("session_name", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("wrapped_secret", LargeBinary, nullable=False),
    Column("token_digest", LargeBinary, nullable=False),
    Column("expires", Double, nullable=False, index=True),
    Index("ix_sts_sessions_role_name", "account_id", "role_name"),
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
    Column("planned", Text),
    Column("planned_from", BigInteger),
    Column("trial_until", BigInteger),
    Index("ix_instances_account_id", *_BY_AGE, "region", "edition", "product_type", "end"),
    Index("ix_instances_end", "end", "id"),
)

keys = Table(
    "keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("instance_id", Text, nullable=False),
    Column("spec", Text, nullable=False),
    Column("usage", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("protection_level", Text, nullable=False),
    Column("storage", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("creator", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("primary_version", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("rotated_at", BigInteger, nullable=False),
    Column("rotation_interval", BigInteger),
    Column("rotate_at", BigInteger),
    Column("delete_at", BigInteger),
    Column("material_expires_at", BigInteger),
    Column("material_digest", LargeBinary),
    Column("deletion_protection", Boolean, nullable=False),
    Column("deletion_protection_description", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Index("ix_keys_account_id", *_BY_AGE_IN_REGION, "instance_id", "delete_at"),
    Index("ix_keys_instance_id", "instance_id", *_BY_AGE_IN_REGION, "delete_at"),
    *(
        _partial(f"ix_keys_{moment}", "account_id", moment, where=f"{moment} is not null")
        for moment in ("rotate_at", "delete_at")
    ),
    _partial(
        "uq_keys_default", "account_id", "region", "service", unique=True, where="instance_id = ''"
    ),
)

#: ``wrapped`` is empty while a version has no material; ``public`` where there is no public half.
key_versions = Table(
    "key_versions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("instance_id", Text, nullable=False, index=True),
    Column("scope", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("public", LargeBinary, nullable=False),
    Index("ix_key_versions_key_id", "key_id", "created_at", "id"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("region", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("key_id", Text, nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_aliases_name", "account_id", "name", "key_id"),
)

#: ``kind`` is key, secret or instance; ``resource_id`` that of the resource, of a secret its own.
resource_tags = Table(
    "resource_tags",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("resource_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Index("ix_resource_tags_account_id", "account_id", "region", "kind", "resource_id", "name"),
)

#: Whom the policies of an instance's keys and secrets let in from other accounts: access units.
shared_access = Table(
    "shared_access",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("resource_id", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("instance_id", Text, nullable=False),
    Index("ix_shared_access_instance_id", "instance_id", "account_id"),
)

#: ``id`` never changes and is never given out again; ``encryption_key_id`` is empty where the
#: instance itself protects the secret.
secrets = Table(
    "secrets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("instance_id", Text, nullable=False, index=True),
    Column("type", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("encryption_key_id", Text, nullable=False),
    Column("extended_config", Text, nullable=False),
    Column("creator", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("rotation", Text, nullable=False),
    Column("rotation_interval", BigInteger),
    Column("rotated_at", BigInteger),
    Column("rotate_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("delete_at", BigInteger),
    UniqueConstraint("account_id", "region", "name"),
    Index("ix_secrets_account_id", *_BY_AGE_IN_REGION, "instance_id", "delete_at"),
    *(
        _partial(f"ix_secrets_{moment}", "account_id", moment, where=f"{moment} is not null")
        for moment in ("rotate_at", "delete_at")
    ),
)

#: ``data_key`` is the wrapped key that ``sealed`` was encrypted with; ``stages`` a JSON array.
secret_versions = Table(
    "secret_versions",
    metadata,
    Column("secret_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("data_type", Text, nullable=False),
    Column("data_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("stages", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("secret_id", "number"),
)

#: What the operator told of the databases and accounts whose secrets are rotated.
rotation_targets = Table(
    "rotation_targets",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("wrapped_config", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

managed_data_keys = Table(
    "managed_data_keys",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("region", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("version_id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("key_id", Text, nullable=False, index=True),
    Column("ciphertext", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

network_rules = Table(
    "network_rules",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("region", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("source_ips", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

permission_policies = Table(
    "permission_policies",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("region", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("instance_id", Text, nullable=False),
    Column("permissions", Text, nullable=False),
    Column("resources", Text, nullable=False),
    Column("network_rules", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

access_points = Table(
    "access_points",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("region", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("authentication_method", Text, nullable=False),
    Column("policies", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

client_keys = Table(
    "client_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("access_point", Text, nullable=False),
    Column("key_algorithm", Text, nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("not_after", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_client_keys_access_point", "account_id", "region", "access_point", "created_at"),
)

#: ``instance_id`` may be that of a released instance; ``expires_at`` is None while it lives.
backups = Table(
    "backups",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("instance_id", Text, nullable=False),
    Column("instance_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("checked_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("keys", Integer, nullable=False),
    Column("secrets", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Index("ix_backups_account_id", "account_id", "created_at", "id"),
    Index("ix_backups_instance_id", "instance_id", "created_at"),
)

backup_parts = Table(
    "backup_parts",
    metadata,
    Column("backup_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
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
    Index("ix_orders_account_id", *_BY_AGE, *_ASKED_OF_ORDERS),
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
    Column("seq", _Serial, primary_key=True),
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
    Column("id", _Serial, primary_key=True),
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

# --- bills and usage ------------------------------------------------------------------------

#: A line of a month's bill: an order, an order that money came back for, or an instance's day.
#: ``items`` says how its amount is made up, by billable item.
bill_lines = Table(
    "bill_lines",
    metadata,
    Column("seq", _Serial, primary_key=True),
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
    _partial("ix_usage_days_unbilled", "account_id", "day", "instance_id", where="record_id = ''"),
)

# --- serving --------------------------------------------------------------------------------

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
    Column("seq", _Serial, primary_key=True),
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
    _partial("ix_agenda_pending", "due", "rank", "id", where="state = 'pending'"),
    _partial("ix_agenda_failed", "due", "rank", "id", where="state = 'failed'"),
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
    Index("ix_letters_account_id", "account_id", "due_at", "seq", "state"),
    Index("ix_letters_due_at", "due_at", "seq"),
    Index("ix_letters_state", "state", "due_at", "seq"),
    _partial("ix_letters_waiting", "not_before", "seq", where="state = 'waiting'"),
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
    Column("seq", _Serial, primary_key=True),
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
    _partial("ix_webhook_deliveries_waiting", "not_before", "seq", where="state = 'waiting'"),
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

#: Lists go by changes alone; uses, which PostgreSQL keeps here too, are in no index of theirs.
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
    *(
        _partial(f"ix_audit_entries_{name}", *columns, "seq", where="writer = 'changes'")
        for name, columns in (
            ("account_id", ("account_id",)),
            ("operation", ("operation",)),
            ("both", ("account_id", "operation")),
        )
    ),
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
