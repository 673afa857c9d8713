"""The terms of service and the rules of unsubscription in the database."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Row, func, insert, select

from keylease.billing.legal.model import LegalKind, LegalText, require_whole
from keylease.storage import schema

_T = schema.legal_texts


class SqlLegalTexts:
    """Fits `keylease.billing.legal.model.LegalTexts`."""

    def __init__(self, connection: Connection, now: int) -> None:
        self._db = connection
        self._now = now

    def current_version(self, kind: str) -> int:
        """The newest version of a kind of text; 0 if there is none."""
        query = select(func.coalesce(func.max(_T.c.version), 0)).where(_T.c.kind == kind)
        return int(self._db.execute(query).scalar_one())

    def add(self, kind: LegalKind, texts: Mapping[str, str]) -> int:
        """Put a new version in force; its number. Misuse unless both languages are there."""
        require_whole(texts)
        version = self.current_version(kind) + 1
        rows = [
            {
                "kind": kind.value,
                "version": version,
                "language": language,
                "text": text,
                "loaded_at": self._now,
            }
            for language, text in texts.items()
        ]
        self._db.execute(insert(_T), rows)
        return version

    def find(self, kind: LegalKind, version: int, language: str) -> LegalText | None:
        """A version in a language, also an old one."""
        query = select(_T).where(
            _T.c.kind == kind.value, _T.c.version == version, _T.c.language == language
        )
        row = self._db.execute(query).one_or_none()
        return None if row is None else _text(row)

    def versions(self, language: str) -> Sequence[LegalText]:
        """All versions of all kinds in a language, oldest first."""
        query = select(_T).where(_T.c.language == language).order_by(_T.c.kind, _T.c.version)
        return [_text(row) for row in self._db.execute(query)]


def _text(row: Row[tuple[object, ...]]) -> LegalText:
    return LegalText(LegalKind(row.kind), row.version, row.language, row.text, row.loaded_at)
