"""Making deleted bytes leave the files of the database. Source: design.md 4, rules.md 2.

SQLite overwrites what is deleted (``secure_delete``), but pages that were split or joined can
keep stale copies of rows, and the log of writes keeps the pages as they were. ``VACUUM`` writes
the file anew, a truncating checkpoint empties the log. That costs what exists, so releases are
erased in batches. On PostgreSQL old row versions leave by ``VACUUM``; its own log and its dumps
only become useless with a new root key: ``keylease seal rotate``.
"""

import sqlite3
import time

from keylease.storage.engine import Store

_CHECKPOINT_ATTEMPTS = 100
_CHECKPOINT_PAUSE = 0.05


def erase_deleted(store: Store) -> None:
    """Rewrite the database so that nothing deleted is left in its files."""
    with store.alone() as driver:
        if store.is_sqlite:
            driver.execute("VACUUM").close()
            _truncate_log(driver)
        else:
            driver.execute("VACUUM wrapping_keys, key_versions, secret_versions, backup_parts")


def _truncate_log(connection: sqlite3.Connection) -> None:
    """Empty the log of writes; readers that are just looking make it wait a moment."""
    for _ in range(_CHECKPOINT_ATTEMPTS):
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return
        time.sleep(_CHECKPOINT_PAUSE)
    raise TimeoutError("the log of writes could not be emptied: something reads without end")
