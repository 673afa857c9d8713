"""Where the audit records of calls are kept: files beside SQLite, a table in PostgreSQL."""

import psycopg

from keylease.app.deployment import Deployment
from keylease.records.ports import Trail
from keylease.storage.audit_file import FileSink, FileTrail
from keylease.storage.audit_postgres import PostgresSink, PostgresTrail
from keylease.storage.engine import POSTGRES_CONNECTION

AUDIT_DIRECTORY = "audit"


def audit_sink(deployment: Deployment, writer: str) -> FileSink | PostgresSink:
    """Where a process writes its own chain."""
    if deployment.store.is_sqlite:
        return FileSink(deployment.settings.data / AUDIT_DIRECTORY, writer)
    return PostgresSink(lambda: _connect(deployment), writer)


def audit_trail(deployment: Deployment) -> Trail:
    """The chains of all processes, to read."""
    if deployment.store.is_sqlite:
        return FileTrail(deployment.settings.data / AUDIT_DIRECTORY)
    return PostgresTrail(lambda: _connect(deployment))


def _connect(deployment: Deployment) -> psycopg.Connection[tuple[object, ...]]:
    """A connection of its own to PostgreSQL that notices a dead server."""
    return psycopg.connect(deployment.store.plain_url, **POSTGRES_CONNECTION)
