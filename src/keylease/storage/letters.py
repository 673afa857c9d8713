"""Letters in the database: written with the fact that causes them, then taken by the sender."""

from collections.abc import Callable, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from keylease.notifications.letters import Kind, Letter, LetterFilter, WrittenLetter
from keylease.storage import schema
from keylease.storage.paging import page_of

_L = schema.letters
_COLUMNS = (
    "id",
    "account_id",
    "kind",
    "instance_id",
    "to",
    "language",
    "subject",
    "text",
    "due_at",
    "message_id",
    "dedupe",
)


class SqlLetters:
    """Writing and listing letters inside a unit of work; ``tell`` is told what was written."""

    def __init__(
        self, connection: Connection, tell: Callable[[Sequence[Letter]], None] = lambda _: None
    ) -> None:
        self._db = connection
        self._tell = tell

    def add(self, letters: Sequence[Letter]) -> None:
        """Write them down; those that were written before are left alone."""
        if not letters:
            return
        make = sqlite_insert if self._db.dialect.name == "sqlite" else postgres_insert
        self._db.execute(
            make(_L).on_conflict_do_nothing(),
            [
                {
                    **{name: getattr(letter, name) for name in _COLUMNS},
                    "state": "waiting" if letter.to else "kept",
                    "attempts": 0,
                    "not_before": 0.0,
                    "last_error": "",
                }
                for letter in letters
            ],
        )
        self._tell(letters)

    def page(
        self, account_id: str | None, offset: int, limit: int
    ) -> tuple[Sequence[WrittenLetter], int]:
        """A page of the letters, by the moment they were due, and how many there are."""
        mine = _L.c.account_id == account_id if account_id else literal_column("1") == 1
        total = self._db.execute(select(func.count()).select_from(_L).where(mine)).scalar_one()
        page = page_of(select(_L), _L.c.seq, mine, (_L.c.due_at, _L.c.seq), offset, limit)
        return [_written(row) for row in self._db.execute(page).mappings()], total

    def newest(
        self, chosen: LetterFilter, offset: int, limit: int
    ) -> tuple[Sequence[WrittenLetter], int]:
        """A page of the letters, the last that were due first, and how many fit in all."""
        fit = and_(true(), *_conditions(chosen))
        total = self._db.execute(select(func.count()).select_from(_L).where(fit)).scalar_one()
        newest = (_L.c.due_at.desc(), _L.c.seq.desc())
        rows = self._db.execute(
            page_of(select(_L), _L.c.seq, fit, newest, offset, limit)
        ).mappings()
        return [_written(row) for row in rows], total


def _conditions(chosen: LetterFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.account_id is not None:
        conditions.append(_L.c.account_id == chosen.account_id)
    if chosen.state is not None:
        conditions.append(_L.c.state == chosen.state)
    return conditions


def _written(row: RowMapping) -> WrittenLetter:
    kept = (row["state"], row["sent_at"], row["attempts"], row["last_error"])
    return WrittenLetter(letter_from_row(row), *kept)


def letter_from_row(row: RowMapping) -> Letter:
    """A letter from its row."""
    values = {name: row[name] for name in _COLUMNS}
    return Letter(**{**values, "kind": Kind(values["kind"])})
