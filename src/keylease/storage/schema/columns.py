"""What the tables share: their metadata, and the forms of columns and indexes."""

from sqlalchemy import BigInteger, Index, Integer, MetaData, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only counts up by itself in a column declared INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")

#: How lists are ordered; behind that, indexes hold what lists are filtered by.
BY_AGE = ("account_id", "created_at", "id")
BY_AGE_IN_REGION = ("account_id", "region", "created_at", "id")


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that fit a condition; a query uses it that says the same, literally."""
    fit = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=fit, postgresql_where=fit)
