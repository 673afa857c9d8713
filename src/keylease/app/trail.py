"""Reading and checking the whole audit trail: the chain of changes, and one for each process."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from keylease.app.audit_place import audit_trail
from keylease.app.deployment import Deployment
from keylease.records.audit import AuditRecord, decode
from keylease.records.chain import Entry
from keylease.records.verify import Finding, verify
from keylease.storage.audit_trail import CHANGES_WRITER

_PAGE = 1_000

#: How many records of each chain `recent_uses` looks through, and how many it finds at most.
USES_LOOKED_THROUGH = 2_000
USES_MAX = 200


def verify_trail(deployment: Deployment, each: Callable[[], None] = lambda: None) -> list[Finding]:
    """Everything that is wrong with any chain; an empty list when nothing is.

    ``each`` is called for each entry, to tell how far it is or to stop it by an exception.
    """

    def counted(entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in entries:
            each()
            yield entry

    with deployment.database.read() as work:
        anchors = work.audit.anchors()
        head = work.audit.head()
    findings = verify(CHANGES_WRITER, counted(_changes(deployment, head.seq)), head)
    trail = audit_trail(deployment)
    writers = (set(trail.writers()) | anchors.keys()) - {CHANGES_WRITER}
    for writer in sorted(writers):
        findings += verify(writer, counted(trail.read(writer)), anchors.get(writer))
    return findings


def newest_records(deployment: Deployment, account_id: str | None, limit: int) -> list[AuditRecord]:
    """The newest records, of one account or of all, oldest of them first."""
    with deployment.database.read() as work:
        until = work.audit.head().seq
    trail = audit_trail(deployment)
    # Without an account the newest of a chain are its last; with one they may be anywhere.
    start = 1 if account_id else max(1, until - limit + 1)
    chains = [_changes(deployment, until, start)]
    for writer in trail.writers():
        if writer != CHANGES_WRITER:
            last = trail.head(writer)
            start = 1 if account_id or last is None else max(1, last.seq - limit + 1)
            chains.append(trail.read(writer, start))
    found: list[AuditRecord] = []
    for chain in chains:
        mine = (entry for entry in chain if account_id in {None, entry.account_id})
        found += [decode(entry.record) for entry in deque(mine, maxlen=limit)]
        found.sort(key=lambda record: (record.machine, record.request_id))
        del found[:-limit]
    return found


def recent_uses(deployment: Deployment, account_id: str, operation: str = "") -> list[AuditRecord]:
    """An account's newest calls that changed nothing, the newest first, at most `USES_MAX`.

    Only the last `USES_LOOKED_THROUGH` of each process's chain are looked through: there is no
    index by account, since it would cost at each call.
    """
    trail = audit_trail(deployment)
    found: list[AuditRecord] = []
    for writer in trail.writers():
        last = trail.head(writer)
        if writer == CHANGES_WRITER or last is None:
            continue
        entries = trail.read(writer, max(1, last.seq - USES_LOOKED_THROUGH + 1))
        found += [
            decode(entry.record)
            for entry in entries
            if entry.account_id == account_id and operation in {"", entry.operation}
        ]
        found.sort(key=lambda record: (record.machine, record.request_id), reverse=True)
        del found[USES_MAX:]
    return found


def _changes(deployment: Deployment, until: int, start: int = 1) -> Iterator[Entry]:
    seq = start
    while seq <= until:
        with deployment.database.read() as work:
            page = work.audit.entries(seq, _PAGE)
        if not page:
            return
        yield from (entry for entry in page if entry.seq <= until)
        seq = page[-1].seq + 1
