"""The audit trail's chains."""

from sqlalchemy import BigInteger, Column, Double, LargeBinary, Table, Text

from keylease.storage.schema.columns import metadata, partial_index

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
        partial_index(f"ix_audit_entries_{name}", *columns, "seq", where="writer = 'changes'")
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
