"""Bringing a database to the schema of this release. One node at a time, on both engines."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from keylease.core.errors import Misuse
from keylease.storage.engine import Store

#: The newest revision in ``migrations/versions``; a test holds the two equal.
HEAD = "0008"

_LOCK = 0x6B65796C65617365  # "keylease", as PostgreSQL's advisory lock


def revision(store: Store) -> str | None:
    """The revision of the database's schema; None if it has none yet."""
    with store.reading() as connection:
        return _revision(connection)


def migrate(store: Store) -> None:
    """Bring the schema to `HEAD`; Misuse if a newer release was here before."""
    with store.writing() as connection:
        if not store.is_sqlite:
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _revision(connection)
        if found == HEAD:
            return
        if found is not None and found > HEAD:
            raise Misuse(
                "The database has the schema {found}, this release knows {known}: use the newer "
                "release that was here before.",
                found=found,
                known=HEAD,
            )
        _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        text("select version_num from alembic_version")
    ).scalar_one_or_none()
    return found


def _upgrade(connection: Connection) -> None:
    # Imported late: a start that has nothing to migrate does not pay for it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
