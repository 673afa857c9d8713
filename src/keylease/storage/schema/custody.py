"""What is kept: instances, keys, secrets, who may use them, and backups."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from keylease.storage.schema.columns import BY_AGE, BY_AGE_IN_REGION, metadata, partial_index

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
    Index("ix_instances_account_id", *BY_AGE, "region", "edition", "product_type", "end"),
    Index("ix_instances_ending", "account_id", "end", "id", "region", "edition", "product_type"),
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
    Index("ix_keys_account_id", *BY_AGE_IN_REGION, "instance_id", "delete_at"),
    Index("ix_keys_instance_id", "instance_id", *BY_AGE_IN_REGION, "delete_at"),
    *(
        partial_index(f"ix_keys_{moment}", "account_id", moment, where=f"{moment} is not null")
        for moment in ("rotate_at", "delete_at")
    ),
    partial_index(
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
    Index("ix_secrets_account_id", *BY_AGE_IN_REGION, "instance_id", "delete_at"),
    *(
        partial_index(f"ix_secrets_{moment}", "account_id", moment, where=f"{moment} is not null")
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
