"""The deliveries that wait, for the sender: each step is a transaction of its own."""

from collections.abc import Sequence

from sqlalchemy import case, func, literal_column, or_, select, update

from keylease.custody.vault import CREDENTIALS_SCOPE
from keylease.notifications.webhooks import Delivery, Undelivered, attempts_max
from keylease.storage import schema
from keylease.storage.database import Database
from keylease.storage.webhooks import DELIVERED, FAILED, WAITING, webhook_context

_W, _D = schema.webhooks, schema.webhook_deliveries

# A literal, not a parameter: only so does a query use the partial index.
_WAITING = _D.c.state == literal_column("'waiting'")


class SqlDeliveries:
    """Fits `keylease.notifications.webhooks.Deliveries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, machine_now: float) -> Sequence[str]:
        """The webhooks that something waits for, first those that wait longest."""
        query = (
            select(_D.c.webhook_id)
            .where(_WAITING, _D.c.not_before <= machine_now)
            .group_by(_D.c.webhook_id)
            .order_by(func.min(_D.c.not_before), func.min(_D.c.seq))
        )
        with self._database.read() as work:
            return work.connection.execute(query).scalars().all()

    def claim(self, webhook_id: str, machine_now: float, lease_s: float) -> Delivery | None:
        """Take the oldest one of a webhook that is due, for a while."""
        query = (
            select(_D, _W.c.url, _W.c.wrapped_secret)
            .join(_W, _W.c.id == _D.c.webhook_id)
            .where(_WAITING, _D.c.webhook_id == webhook_id, _D.c.not_before <= machine_now)
            .order_by(_D.c.seq)
            .limit(1)
            .with_for_update(skip_locked=True, of=_D)
        )
        with self._database.begin() as work:
            row = work.connection.execute(query).mappings().one_or_none()
            if row is None:
                return None
            work.connection.execute(
                update(_D).where(_D.c.seq == row["seq"]).values(not_before=machine_now + lease_s)
            )
            wrapping = work.vault.scope(work.wrapping_keys, CREDENTIALS_SCOPE)
            secret = wrapping.unwrap(row["wrapped_secret"], webhook_context(webhook_id))
        names = ("seq", "webhook_id", "event_id", "url", "body", "attempts")
        return Delivery(**{name: row[name] for name in names}, secret=secret)

    def delivered(self, seq: int) -> None:
        """It was taken."""
        with self._database.begin() as work:
            work.connection.execute(
                update(_D)
                .where(_D.c.seq == seq)
                .values(state=DELIVERED, delivered_at=work.now, last_error="")
            )

    def failed(self, delivery: Delivery, failure: Undelivered, now: float, again: float) -> None:
        """Count a failure: of this one, or of all that is due where the receiver is away."""
        mine = _D.c.seq == delivery.seq
        if failure.away:
            theirs = (_D.c.webhook_id == delivery.webhook_id) & (_D.c.not_before <= now)
            mine = or_(mine, theirs)
        last = _D.c.attempts + 1 >= attempts_max()
        with self._database.begin() as work:
            work.connection.execute(
                update(_D)
                .where(_WAITING, mine)
                .values(
                    attempts=_D.c.attempts + 1,
                    not_before=again,
                    last_error=failure.reason,
                    state=case((last, FAILED), else_=WAITING),
                )
            )
