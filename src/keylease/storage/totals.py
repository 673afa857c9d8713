"""How much there is. Fits `keylease.lifecycle.totals.Totals`."""

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Table, func, literal_column, select

from keylease.billing.tickets.states import TicketState
from keylease.core.terms import RETENTION
from keylease.lifecycle.totals import TotalsNow
from keylease.storage import schema
from keylease.storage.agenda import FAILED
from keylease.storage.instances import SERVICES

_I, _L, _A, _T = schema.instances, schema.letters, schema.agenda, schema.tickets


class SqlTotals:
    """One statement."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def at(self, now: int) -> TotalsNow:
        """All of them."""
        # Literals, not parameters: only so does a query use the partial indexes.
        waiting = _L.c.state == literal_column("'waiting'")
        pending = _A.c.state == literal_column("'pending'")
        counts = (
            _count(schema.accounts),
            _count(_I, _I.c.end > now - RETENTION, _I.c.edition.not_in(SERVICES)),
            _count(_T, _T.c.state == TicketState.OPEN.value),
            _count(_L, waiting),
            _count(_A, pending, _A.c.due <= now),
            _count(_A, _A.c.state == FAILED),
        )
        return TotalsNow(*self._db.execute(select(*counts)).one())


def _count(table: Table, *fit: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*fit).scalar_subquery()
