"""Delivering webhooks: each has its own turns, so that a slow receiver holds up no other."""

import threading

import structlog

from keylease.core.clock import MachineClock
from keylease.notifications.webhooks import Poster, deliver_turn
from keylease.storage.webhook_outbox import SqlDeliveries

#: How many receivers are talked to at a time.
TURNS_MAX = 8

#: How long the end of a node waits for turns; what they leave is delivered again later.
CLOSE_SECONDS = 2.0

log = structlog.get_logger()


class WebhookSender:
    """Looks for what is due and gives each webhook a turn, one at a time for each."""

    def __init__(self, deliveries: SqlDeliveries, poster: Poster, clock: MachineClock) -> None:
        self._deliveries = deliveries
        self._poster = poster
        self._clock = clock
        self._turns: dict[str, threading.Thread] = {}
        self._stop = threading.Event()

    def step(self) -> None:
        """Begin a turn for each webhook that something is due for and that has none."""
        self._turns = {one: turn for one, turn in self._turns.items() if turn.is_alive()}
        for webhook_id in self._deliveries.due(self._clock.wall()):
            if len(self._turns) >= TURNS_MAX:
                return
            if webhook_id not in self._turns:
                # As daemons: the end of the process does not wait for a receiver.
                turn = threading.Thread(target=self._turn, args=(webhook_id,), daemon=True)
                self._turns[webhook_id] = turn
                turn.start()

    def close(self) -> None:
        """Begin nothing more, and give what is under way a moment."""
        self._stop.set()
        give_up = self._clock.monotonic() + CLOSE_SECONDS
        for turn in self._turns.values():
            turn.join(max(0.0, give_up - self._clock.monotonic()))

    def _turn(self, webhook_id: str) -> None:
        try:
            deliver_turn(self._deliveries, self._poster, self._clock, webhook_id, self._stop.is_set)
        except Exception:
            log.exception("a webhook's turn failed", webhook=webhook_id)
