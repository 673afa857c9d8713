"""Webhooks and what they are told, inside a unit of work."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from keylease.notifications.letters import Letter
from keylease.notifications.webhooks import Webhook, event_body, event_id
from keylease.storage import schema

_W, _D = schema.webhooks, schema.webhook_deliveries

WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"
_WEBHOOK = ("id", "account_id", "url", "events", "created_at")


@dataclass(frozen=True, slots=True)
class WrittenDelivery:
    """A delivery and what became of it; ``created_at`` and ``delivered_at`` are instants."""

    seq: int
    webhook_id: str
    event_id: str
    kind: str
    state: str
    attempts: int
    last_error: str
    created_at: int
    delivered_at: int | None


class SqlWebhooks:
    """Who is told, and the deliveries that wait for the sender."""

    def __init__(self, connection: Connection, now: int) -> None:
        self._db = connection
        self._now = now

    def add(self, webhook: Webhook, wrapped_secret: bytes) -> None:
        """Write down a new one."""
        self._db.execute(insert(_W), asdict(webhook) | {"wrapped_secret": wrapped_secret})

    def all(self) -> Sequence[Webhook]:
        """Every webhook, the oldest first."""
        rows = self._db.execute(select(_W).order_by(_W.c.created_at, _W.c.id)).mappings()
        return [webhook_from_row(row) for row in rows]

    def remove(self, webhook_id: str) -> bool:
        """Forget one and all its deliveries; whether it was there."""
        self._db.execute(delete(_D).where(_D.c.webhook_id == webhook_id))
        return self._db.execute(delete(_W).where(_W.c.id == webhook_id)).rowcount == 1

    def tell(self, letters: Sequence[Letter]) -> None:
        """Write down the events of these letters for every webhook that wants them.

        One look for all of them; more only where somebody wants one.
        """
        accounts = sorted({"", *(letter.account_id for letter in letters)})
        rows = self._db.execute(select(_W).where(_W.c.account_id.in_(accounts))).mappings()
        webhooks = [webhook_from_row(row) for row in rows]
        told = [(one, letter) for letter in letters for one in webhooks if one.wants(letter)]
        if not told:
            return
        bodies = {letter.id: event_body(letter, self._now) for _, letter in told}
        make = sqlite_insert if self._db.dialect.name == "sqlite" else postgres_insert
        self._db.execute(
            make(_D).on_conflict_do_nothing(index_elements=["webhook_id", "event_id"]),
            [
                {
                    "webhook_id": one.id,
                    "event_id": event_id(letter),
                    "kind": letter.kind.value,
                    "body": bodies[letter.id],
                    "created_at": self._now,
                    "state": WAITING,
                    "attempts": 0,
                    "not_before": 0.0,
                    "last_error": "",
                }
                for one, letter in told
            ],
        )

    def deliveries(
        self, states: Sequence[str], limit: int
    ) -> tuple[Sequence[WrittenDelivery], int]:
        """The newest deliveries in these states, and how many there are."""
        fit = _D.c.state.in_(states)
        total = self._db.execute(select(func.count()).select_from(_D).where(fit)).scalar_one()
        columns = [_D.c[name] for name in WrittenDelivery.__slots__]
        query = select(*columns).where(fit).order_by(_D.c.seq.desc()).limit(limit)
        return [WrittenDelivery(*row) for row in self._db.execute(query)], total

    def redeliver(self, seq: int) -> bool:
        """Deliver once more, whatever became of it, under the same event id; False if unknown."""
        again = {"state": WAITING, "attempts": 0, "not_before": 0.0, "delivered_at": None}
        return self._db.execute(update(_D).where(_D.c.seq == seq).values(again)).rowcount == 1


def webhook_from_row(row: RowMapping) -> Webhook:
    """A webhook from its row, without its secret."""
    return Webhook(**{name: row[name] for name in _WEBHOOK})


def webhook_context(webhook_id: str) -> tuple[str, ...]:
    """What the wrapping of a webhook's secret is bound to."""
    return ("webhook", webhook_id)
