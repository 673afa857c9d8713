"""Who there is: accounts, their users and roles, sessions, and keys of access."""

from sqlalchemy import BigInteger, Boolean, Column, Double, Index, Integer, LargeBinary, Table, Text

from keylease.storage.schema.columns import metadata

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
