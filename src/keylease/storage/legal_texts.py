"""The terms of service and the rules of unsubscription in the database."""

from sqlalchemy import Connection, func, select

from keylease.storage import schema

_T = schema.legal_texts


class SqlLegalTexts:
    """Fits `keylease.lifecycle.work.LegalTexts`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def current_version(self, kind: str) -> int:
        """The newest version of a kind of text; 0 if there is none."""
        query = select(func.coalesce(func.max(_T.c.version), 0)).where(_T.c.kind == kind)
        return int(self._db.execute(query).scalar_one())
