"""``keylease books export``: the ledger as a journal, written line by line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TextIO

from keylease.app.accounts import find_account
from keylease.billing.ledger.journals import FORMATS
from keylease.core.clock import midnight
from keylease.core.errors import Misuse
from keylease.storage.journal import Selection
from keylease.storage.unit_of_work import UnitOfWork


def select_entries(
    work: UnitOfWork, account: str | None, first: date | None, last: date | None
) -> Selection:
    """Which entries are meant: a customer's or all, of the days from ``first`` to ``last``. Misuse.

    Days are those of UTC+8, both included.
    """
    if first is not None and last is not None and last < first:
        raise Misuse("--to is before --from: there is no day between them.")
    return Selection(
        account_id=find_account(work, account).id if account else None,
        start=None if first is None else midnight(first),
        end=None if last is None else midnight(last + timedelta(days=1)),
    )


def write_journal(work: UnitOfWork, form: str, selection: Selection, out: TextIO) -> None:
    """Write the journal of these entries in one of `FORMATS`."""
    lines = FORMATS[form](work.journal.accounts(selection), work.journal.entries(selection))
    out.writelines(f"{line}\n" for line in lines)


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """A file that is there when all of it was written, and not before."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
