"""An account's instances by their end, by index."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = ["account_id", "end", "id", "region", "edition", "product_type"]
    op.create_index("ix_instances_ending", "instances", columns)
