"""Webhooks: the events that letters tell people, told to programs, signed and tried again.

An event is written in the transaction of the letter that it goes with, once for each webhook that
wants it, and delivered at least once: what was sent and could not be noted is sent again with the
same id. Between two attempts lies half a minute, then ever more, at most an hour; after three days
without success a delivery is given up as ``failed``. Delays and leases are machine time: moving a
test clock does not wait for a receiver. `docs/webhooks.md` tells receivers how to check one.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any, Protocol
from urllib.parse import urlsplit

from keylease.core.clock import DAY, MachineClock, iso
from keylease.core.errors import Misuse
from keylease.core.money import amount_text
from keylease.crypto.secret import SecretBytes
from keylease.notifications.letters import Kind, Letter, ways_of
from keylease.notifications.mailer import retry_delay

#: What a webhook that wants every event is stored with.
ALL = "all"

#: How long a claim lasts: longer than an attempt can take.
LEASE_SECONDS = 60.0

#: After so long one webhook lets others have its turn.
TURN_SECONDS = 30.0

#: How long the same delivery is tried.
PATIENCE_SECONDS = 3 * DAY

_URL_MAX = 2_000
_TIME = frozenset({"time", "last_day", "release"})


@dataclass(frozen=True, slots=True)
class Webhook:
    """Who is told: ``account_id`` is "" for the operator, who is told of everything.

    ``events`` is `ALL` or kinds with commas between them.
    """

    id: str
    account_id: str
    url: str
    events: str
    created_at: int

    def wants(self, letter: Letter) -> bool:
        """Whether the event of this letter is for it."""
        mine = self.account_id in {"", letter.account_id}
        return mine and (self.events == ALL or letter.kind.value in self.events.split(","))


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to one webhook; ``attempts`` have failed so far."""

    seq: int
    webhook_id: str
    event_id: str
    url: str
    body: str
    attempts: int
    secret: SecretBytes = field(compare=False)


class Undelivered(Exception):
    """An attempt failed. ``away`` says that the receiver cannot be reached, not that it refused.

    ``reason`` is for the operator and holds neither the secret nor what the receiver said.
    """

    def __init__(self, reason: str, *, away: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.away = away


class Deliveries(Protocol):
    """The deliveries that wait. All times are machine time; each step is a transaction."""

    def claim(self, webhook_id: str, machine_now: float, lease_s: float) -> Delivery | None:
        """Take the oldest one of a webhook that is due, for ``lease_s`` seconds; None if none is.

        Nobody else is given it until it is reported or the lease has lapsed.
        """
        ...

    def delivered(self, seq: int) -> None:
        """It was taken: never claim it again."""
        ...

    def failed(self, delivery: Delivery, failure: Undelivered, now: float, again: float) -> None:
        """Count a failure, and try again at ``again`` unless that was the last attempt.

        Where the receiver is away, the failure is one of everything of it that is due ``now``.
        """
        ...


class Poster(Protocol):
    """What carries a delivery to its receiver."""

    def post(self, delivery: Delivery, headers: Mapping[str, str]) -> None:
        """Deliver it; `Undelivered` unless the receiver answered 2xx."""
        ...


def event_id(letter: Letter) -> str:
    """The id of a letter's event: the same for every attempt and every webhook."""
    return hashlib.sha256(f"event:{letter.dedupe}".encode()).hexdigest()[:32]


def event_body(letter: Letter, now: int) -> str:
    """The event of a letter, as it is sent: one JSON document in ASCII.

    In ``data`` are the letter's facts: moments like ``2026-11-23T03:20:19Z``, amounts like
    ``"500.00"``.
    """
    ways = _ways(letter.kind)
    return json.dumps(
        {
            "id": event_id(letter),
            "kind": letter.kind.value,
            "account_id": letter.account_id,
            "instance_id": letter.instance_id,
            "occurred_at": iso(now),
            "due_at": iso(letter.due_at),
            "subject": letter.subject,
            "data": {
                name: _told(value, ways.get(name, frozenset()))
                for name, value in sorted(letter.facts.items())
                if name != "instance_id"
            },
        },
        separators=(",", ":"),
    )


def signature(secret: SecretBytes, timestamp: int, body: str) -> str:
    """The header Keylease-Signature: HMAC-SHA256 over ``<timestamp>.<body>``."""
    signed = f"{timestamp}.{body}".encode()
    return f"t={timestamp},v1={hmac.new(secret.reveal(), signed, hashlib.sha256).hexdigest()}"


def check_url(url: str) -> str:
    """The URL, if events can be sent there; Misuse."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise Misuse("The URL cannot be read: write it like https://host.example/path.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Misuse("A webhook needs a URL like https://host.example/path.")
    if "@" in parts.netloc:
        raise Misuse("A webhook's URL holds no user or password: check the signature instead.")
    if parts.fragment or not (url.isascii() and url.isprintable()) or " " in url:
        raise Misuse("Leave out the fragment, and write other than ASCII percent-encoded.")
    if len(url) > _URL_MAX:
        raise Misuse("A webhook's URL has at most {most:,} characters.", most=_URL_MAX)
    return url


def check_events(text: str) -> str:
    """`ALL`, or kinds with commas between them, in order and once each; Misuse."""
    kinds = {one.strip() for one in text.split(",")}
    if kinds == {ALL}:
        return ALL
    known = [kind.value for kind in Kind]
    unknown = sorted(kinds - set(known))
    if unknown:
        raise Misuse(
            "There is no event {event!r}: use all, or some of {known}.",
            event=unknown[0],
            known=", ".join(known),
        )
    return ",".join(kind for kind in known if kind in kinds)


def deliver_turn(
    deliveries: Deliveries,
    poster: Poster,
    clock: MachineClock,
    webhook_id: str,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Deliver what is due for one webhook, oldest first; how many were delivered.

    When the receiver is away nothing more is tried; when it refuses one event, the next is.
    """
    done = 0
    begun = clock.monotonic()
    while clock.monotonic() - begun < TURN_SECONDS and not stopping():
        delivery = deliveries.claim(webhook_id, clock.wall(), LEASE_SECONDS)
        if delivery is None:
            break
        try:
            poster.post(delivery, _headers(delivery, int(clock.wall())))
        except Undelivered as failure:
            now = clock.wall()
            again = now + retry_delay(delivery.attempts + 1)
            deliveries.failed(delivery, failure, now, again)
            if failure.away:
                break
        else:
            deliveries.delivered(delivery.seq)
            done += 1
    return done


def _headers(delivery: Delivery, timestamp: int) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Keylease-Event-Id": delivery.event_id,
        "Keylease-Signature": signature(delivery.secret, timestamp, delivery.body),
    }


@cache
def attempts_max() -> int:
    """How many attempts fit into the time that a delivery is tried."""
    waited = 0.0
    for attempts in count(1):
        waited += retry_delay(attempts)
        if waited > PATIENCE_SECONDS:
            return attempts
    raise AssertionError("counting never ends")


@cache
def _ways(kind: Kind) -> Mapping[str, frozenset[str]]:
    return ways_of(kind)


def _told(value: Any, ways: Iterable[str]) -> Any:
    """A fact for programs; how the letter shows it says what it is."""
    if value is None or isinstance(value, bool):
        return value
    if _TIME.intersection(ways):
        return iso(value)
    if "money" in ways:
        return amount_text(value)
    return value
