"""Lists with filters by index, and an account's postings in the order of the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ASKED_OF_ORDERS = ["type", "status", "pay_until", "product_type", "start", "end", "ended_at"]

#: What each index is made anew of.
_INDEXES = {
    "ix_instances_account_id": (
        "instances",
        ["account_id", "created_at", "id", "region", "edition", "product_type", "end"],
    ),
    "ix_keys_instance_id": (
        "keys",
        ["instance_id", "account_id", "region", "created_at", "id", "delete_at"],
    ),
    "ix_orders_account_id": (
        "orders",
        ["account_id", "created_at", "id", *_ASKED_OF_ORDERS],
    ),
    "ix_tickets_account_id": ("tickets", ["account_id", "created_at", "id", "state"]),
    "ix_letters_account_id": ("letters", ["account_id", "due_at", "seq", "state"]),
}


def upgrade() -> None:
    _number_postings()
    for name, (table, columns) in _INDEXES.items():
        op.drop_index(name, table)
        op.create_index(name, table, columns)
    op.create_index("ix_renewal_settings_mode", "renewal_settings", ["instance_id", "mode"])
    op.drop_index("ix_tickets_state", "tickets")
    op.create_index("ix_tickets_created_at", "tickets", ["created_at", "id", "state"])


def _number_postings() -> None:
    """Give each posting the number of its transaction; one that has none gets 0."""
    name = "ix_ledger_postings_account"
    op.drop_index(name, "ledger_postings")
    op.add_column("ledger_postings", sa.Column("seq", sa.BigInteger))
    op.execute(
        "update ledger_postings set seq = coalesce((select seq from ledger_transactions "
        "where ledger_transactions.id = ledger_postings.transaction_id), 0)"
    )
    with op.batch_alter_table("ledger_postings") as table:
        table.alter_column("seq", existing_type=sa.BigInteger, nullable=False)
    op.create_index(name, "ledger_postings", ["account", "currency", "seq", "amount"])
