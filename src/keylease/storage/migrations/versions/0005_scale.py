"""Long lists: what they are ordered by, and what they leave out, by index."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_accounts_created_at", "accounts", ["created_at", "id"])
    op.create_index("ix_instances_end", "instances", ["end", "id"])
    op.create_index("ix_vouchers_granted_at", "vouchers", ["account_id", "granted_at", "id"])
    op.create_index("ix_letters_state", "letters", ["state", "due_at", "seq"])
    op.create_index("ix_aliases_name", "aliases", ["account_id", "name", "key_id"])
    for table in ("keys", "secrets"):
        name = f"ix_{table}_account_id"
        op.drop_index(name, table)
        order = ["account_id", "region", "created_at", "id"]
        op.create_index(name, table, [*order, "instance_id", "delete_at"])
        for moment in ("rotate_at", "delete_at"):
            planned = f"{moment} is not null"
            _create_partial(f"ix_{table}_{moment}", table, ["account_id", moment], planned)
    op.drop_index("ix_usage_minutes_account_id", "usage_minutes")
    summed = ["account_id", "minute", "instance_id", "region", "requests"]
    op.create_index("ix_usage_minutes_account_id", "usage_minutes", summed)
    _create_partial("ix_agenda_failed", "agenda", ["due", "rank", "id"], "state = 'failed'")
    for name, columns in (
        ("account_id", ["account_id"]),
        ("operation", ["operation"]),
        ("both", ["account_id", "operation"]),
    ):
        by = [*columns, "seq"]
        _create_partial(f"ix_audit_entries_{name}", "audit_entries", by, "writer = 'changes'")


def _create_partial(name: str, table: str, columns: list[str], where: str) -> None:
    fit = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=fit, postgresql_where=fit)
