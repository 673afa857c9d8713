"""The whole key management service: keys of every kind, secrets, access, backups, log analysis.

Three tables are made anew, because a column that may not be empty cannot be added on both engines
without a default that would stay: their rows are set aside, and put back with what is new of them.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_tables()
    _move_tags()
    instances = _instances_of_keys()
    _remake("access_keys", _access_keys, "created_at, id", lambda row: row | {"user_name": ""})
    _remake("keys", _keys, "created_at, id", _key)
    _remake(
        "key_versions",
        _key_versions,
        "created_at, id",
        lambda row: row | {"instance_id": instances.get(row["key_id"], ""), "public": b""},
    )


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


def _instances_of_keys() -> dict[str, str]:
    rows = op.get_bind().execute(sa.text("select id, instance_id from keys"))
    return {row.id: row.instance_id for row in rows}


def _key(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "storage": "",
        "service": "" if row["instance_id"] else "kms",
        "rotated_at": row["created_at"],
        "deletion_protection_description": "",
        "policy": "",
    }


def _move_tags() -> None:
    op.execute(
        "insert into resource_tags (kind, resource_id, name, value, account_id, region) "
        "select 'key', t.key_id, t.name, t.value, k.account_id, k.region "
        "from key_tags t join keys k on k.id = t.key_id"
    )
    op.drop_table("key_tags")


def _access_keys() -> None:
    op.create_table(
        "access_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("wrapped_secret", sa.LargeBinary(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_keys")),
    )
    op.create_index(op.f("ix_access_keys_account_id"), "access_keys", ["account_id"], unique=False)


def _keys() -> None:
    op.create_table(
        "keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("usage", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("protection_level", sa.Text(), nullable=False),
        sa.Column("storage", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("creator", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("primary_version", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("rotated_at", sa.BigInteger(), nullable=False),
        sa.Column("rotation_interval", sa.BigInteger(), nullable=True),
        sa.Column("rotate_at", sa.BigInteger(), nullable=True),
        sa.Column("delete_at", sa.BigInteger(), nullable=True),
        sa.Column("material_expires_at", sa.BigInteger(), nullable=True),
        sa.Column("material_digest", sa.LargeBinary(), nullable=True),
        sa.Column("deletion_protection", sa.Boolean(), nullable=False),
        sa.Column("deletion_protection_description", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
    )
    op.create_index(
        "ix_keys_account_id", "keys", ["account_id", "region", "created_at", "id"], unique=False
    )
    op.create_index(op.f("ix_keys_instance_id"), "keys", ["instance_id"], unique=False)
    op.create_index(
        "uq_keys_default",
        "keys",
        ["account_id", "region", "service"],
        unique=True,
        sqlite_where=sa.text("instance_id = ''"),
        postgresql_where=sa.text("instance_id = ''"),
    )


def _key_versions() -> None:
    op.create_table(
        "key_versions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_versions")),
    )
    op.create_index(
        op.f("ix_key_versions_instance_id"), "key_versions", ["instance_id"], unique=False
    )
    op.create_index(
        "ix_key_versions_key_id", "key_versions", ["key_id", "created_at", "id"], unique=False
    )


def _add_tables() -> None:
    op.create_table(
        "access_points",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("authentication_method", sa.Text(), nullable=False),
        sa.Column("policies", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "region", "name", name=op.f("pk_access_points")),
    )
    op.create_table(
        "aliases",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "region", "name", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_key_id"), "aliases", ["key_id"], unique=False)
    op.create_table(
        "backup_parts",
        sa.Column("backup_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("backup_id", "number", name=op.f("pk_backup_parts")),
    )
    op.create_table(
        "backups",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("instance_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("keys", sa.Integer(), nullable=False),
        sa.Column("secrets", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backups")),
    )
    op.create_index(
        "ix_backups_account_id", "backups", ["account_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_backups_instance_id", "backups", ["instance_id", "created_at"], unique=False
    )
    op.create_table(
        "client_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("access_point", sa.Text(), nullable=False),
        sa.Column("key_algorithm", sa.Text(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("not_after", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_keys")),
    )
    op.create_index(
        "ix_client_keys_access_point",
        "client_keys",
        ["account_id", "region", "access_point", "created_at"],
        unique=False,
    )
    op.create_table(
        "log_days",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "day", name=op.f("pk_log_days")),
    )
    op.create_index("ix_log_days_day", "log_days", ["day"], unique=False)
    op.create_table(
        "log_entries",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("api_name", sa.Text(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_entries")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_log_entries_instance_id", "log_entries", ["instance_id", "at", "seq"], unique=False
    )
    op.create_table(
        "managed_data_keys",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("ciphertext", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account_id", "region", "name", "version_id", name=op.f("pk_managed_data_keys")
        ),
    )
    op.create_index(
        op.f("ix_managed_data_keys_key_id"), "managed_data_keys", ["key_id"], unique=False
    )
    op.create_table(
        "network_rules",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("source_ips", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "region", "name", name=op.f("pk_network_rules")),
    )
    op.create_table(
        "permission_policies",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("permissions", sa.Text(), nullable=False),
        sa.Column("resources", sa.Text(), nullable=False),
        sa.Column("network_rules", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account_id", "region", "name", name=op.f("pk_permission_policies")
        ),
    )
    op.create_table(
        "ram_attachments",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("policy_type", sa.Text(), nullable=False),
        sa.Column("policy_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account_id",
            "kind",
            "target",
            "policy_type",
            "policy_name",
            name=op.f("pk_ram_attachments"),
        ),
    )
    op.create_index(
        "ix_ram_attachments_policy_name",
        "ram_attachments",
        ["account_id", "policy_type", "policy_name"],
        unique=False,
    )
    op.create_table(
        "ram_group_members",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("group_name", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account_id", "group_name", "user_name", name=op.f("pk_ram_group_members")
        ),
    )
    op.create_index(
        "ix_ram_group_members_user_name",
        "ram_group_members",
        ["account_id", "user_name"],
        unique=False,
    )
    op.create_table(
        "ram_groups",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_ram_groups")),
    )
    op.create_table(
        "ram_policies",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_ram_policies")),
    )
    op.create_table(
        "ram_roles",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("trust_policy", sa.Text(), nullable=False),
        sa.Column("session_seconds_max", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_ram_roles")),
        sa.UniqueConstraint("id", name=op.f("uq_ram_roles_id")),
    )
    op.create_table(
        "ram_users",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_ram_users")),
        sa.UniqueConstraint("id", name=op.f("uq_ram_users_id")),
    )
    op.create_table(
        "rate_demands",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("asked", sa.Double(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "node_id", name=op.f("pk_rate_demands")),
    )
    op.create_index("ix_rate_demands_at", "rate_demands", ["at"], unique=False)
    op.create_table(
        "resource_tags",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "resource_id", "name", name=op.f("pk_resource_tags")),
    )
    op.create_index(
        "ix_resource_tags_account_id",
        "resource_tags",
        ["account_id", "region", "kind", "resource_id", "name"],
        unique=False,
    )
    op.create_table(
        "rotation_targets",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("wrapped_config", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_rotation_targets")),
    )
    op.create_table(
        "secret_versions",
        sa.Column("secret_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data_type", sa.Text(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("stages", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("secret_id", "id", name=op.f("pk_secret_versions")),
        sa.UniqueConstraint(
            "secret_id", "number", name=op.f("uq_secret_versions_secret_id_number")
        ),
    )
    op.create_table(
        "secrets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("encryption_key_id", sa.Text(), nullable=False),
        sa.Column("extended_config", sa.Text(), nullable=False),
        sa.Column("creator", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("rotation", sa.Text(), nullable=False),
        sa.Column("rotation_interval", sa.BigInteger(), nullable=True),
        sa.Column("rotated_at", sa.BigInteger(), nullable=True),
        sa.Column("rotate_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("delete_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secrets")),
        sa.UniqueConstraint(
            "account_id", "region", "name", name=op.f("uq_secrets_account_id_region_name")
        ),
    )
    op.create_index(
        "ix_secrets_account_id",
        "secrets",
        ["account_id", "region", "created_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_secrets_instance_id"), "secrets", ["instance_id"], unique=False)
    op.create_table(
        "shared_access",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "resource_id", "account_id", name=op.f("pk_shared_access")),
    )
    op.create_index(
        "ix_shared_access_instance_id", "shared_access", ["instance_id", "account_id"], unique=False
    )
    op.create_table(
        "sts_sessions",
        sa.Column("access_key_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("role_name", sa.Text(), nullable=False),
        sa.Column("session_name", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("wrapped_secret", sa.LargeBinary(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("access_key_id", name=op.f("pk_sts_sessions")),
    )
    op.create_index(op.f("ix_sts_sessions_expires"), "sts_sessions", ["expires"], unique=False)
    op.create_index(
        "ix_sts_sessions_role_name", "sts_sessions", ["account_id", "role_name"], unique=False
    )
