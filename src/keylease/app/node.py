"""What a serving process does beside serving: follow changes, keep time, send letters, tidy up.

Its threads: *follow* adopts what others committed; *beat* tells that this node is alive; *agenda*
carries out what is due; *mail* sends letters, *webhooks* events; *usage* writes down the requests
that were counted, *calls* the entries of log analysis; *rates* shares rates with the other nodes;
*upkeep* forgets what is no longer needed; *module* notices when the hardware module is lost, and
*sweep* removes from it what nobody knows. Each survives whatever goes wrong in it.
Source: design.md 2 and 3.
"""

import math
import os
import threading
from collections.abc import Callable

import structlog

from keylease.app.backups import plan_backups
from keylease.app.books import plan_books_check
from keylease.app.call_log import LOG_SECONDS, CallLogWriter, forget_old
from keylease.app.deployment import Deployment
from keylease.app.hardware import check_module, sweep_module
from keylease.app.heartbeat import note_heartbeat
from keylease.app.metering import USAGE_SECONDS, Meter
from keylease.app.processes import host_name
from keylease.app.rates import EXCHANGE_SECONDS, RateExchange
from keylease.app.runner import make_runner, plan_rotation
from keylease.app.sealing import adopt_seal
from keylease.app.webhook_sender import WebhookSender
from keylease.billing.usage.model import MINUTES_KEPT_DAYS
from keylease.core import ids
from keylease.core.clock import DAY, HOUR
from keylease.core.nodes import Node
from keylease.lifecycle.books import books_status
from keylease.notifications.mailer import SmtpSettings, SmtpTransport, deliver_due
from keylease.notifications.webhook_post import HttpPoster
from keylease.runtime.memory import Kind, Memory
from keylease.storage.change_feed import ChangeFeed, Gap, change_feed
from keylease.storage.outbox import SqlOutbox
from keylease.storage.webhook_outbox import SqlDeliveries

log = structlog.get_logger()

FOLLOW_SECONDS = 0.25
BEAT_SECONDS = 4.0
MODULE_SECONDS = 4.0
AGENDA_SECONDS = 0.5
MAIL_SECONDS = 1.0
WEBHOOK_SECONDS = 1.0
UPKEEP_SECONDS = 300.0
SWEEP_SECONDS = 86_400.0


class NodeThreads:
    """The threads of one node. ``memory`` is None where nothing is served from it."""

    def __init__(
        self,
        deployment: Deployment,
        memory: Memory | None,
        *,
        role: str,
        runs_agenda: bool,
        meter: Meter | None = None,
        rates: RateExchange | None = None,
        call_log: CallLogWriter | None = None,
    ) -> None:
        self._deployment = deployment
        self._memory = memory
        self._meter = meter
        self._rates = rates
        self._call_log = call_log
        self._runs_agenda = runs_agenda
        self._stop = threading.Event()
        self._due = threading.Event()
        self._threads: list[threading.Thread] = []
        self._adopted = threading.Event()
        self._in_doubt = False
        self._webhooks = WebhookSender(
            SqlDeliveries(deployment.database), HttpPoster(), deployment.machine
        )
        #: What the last daily check of the books found, anywhere; NaN before the first.
        self.books_findings = math.nan
        machine = deployment.machine.wall()
        self.id = ids.uuid(deployment.entropy)
        self._feed: ChangeFeed = change_feed(deployment.database)
        if memory is not None:
            memory.adopt_everything()  # the clock may have changed between it and the feed
        self._adopted_until = self._feed.position  # not before what it tells is adopted
        self._node = Node(
            self.id, host_name(), os.getpid(), role, machine, machine, self._adopted_until
        )

    def start(self) -> None:
        """Say that this node is alive, and begin."""
        with self._deployment.database.begin() as work:
            note_heartbeat(work)
            work.nodes.add(self._node)
        if self._runs_agenda:
            plan_rotation(self._deployment)
            plan_books_check(self._deployment)
            plan_backups(self._deployment)
        self._deployment.database.listen(self._adopt_own)
        self.repeat("follow", self._follow, FOLLOW_SECONDS)
        self.repeat("beat", self._beat, BEAT_SECONDS, self._adopted)
        if self._meter is not None:
            self.repeat("usage", self._meter.write_down, USAGE_SECONDS)
        if self._call_log is not None:
            self.repeat("calls", self._call_log.write_down, LOG_SECONDS)
        if self._rates is not None:
            self.repeat("rates", self._exchange_rates, EXCHANGE_SECONDS)
        if self._deployment.services.providers.offers_hardware:
            # Not in the beat: a module that hangs must not make this node look dead.
            self.repeat("module", lambda: check_module(self._deployment), MODULE_SECONDS)
        if self._runs_agenda:
            self.repeat("agenda", self._carry_out_due, AGENDA_SECONDS, self._due)
            self.repeat("upkeep", self._upkeep, UPKEEP_SECONDS)
            if self._deployment.services.providers.offers_hardware:
                self.repeat("sweep", lambda: sweep_module(self._deployment), SWEEP_SECONDS)
            self.repeat("webhooks", self._webhooks.step, WEBHOOK_SECONDS)
            if self._deployment.settings.smtp_host:
                self.repeat("mail", self._send_letters, MAIL_SECONDS)

    def stop(self) -> None:
        """End all threads, and say that this node has ended."""
        self._stop.set()
        self._due.set()
        self._adopted.set()
        for thread in self._threads:
            thread.join(10.0)
        self._webhooks.close()
        self._feed.close()
        if self._meter is not None:
            self._meter.write_down()
        if self._call_log is not None:
            self._call_log.write_down()
        if self._rates is not None:
            self._rates.end(self.id)
        with self._deployment.database.begin() as work:
            work.nodes.remove([self.id])

    def repeat(
        self,
        name: str,
        step: Callable[[], None],
        seconds: float,
        wake: threading.Event | None = None,
    ) -> None:
        """Do ``step`` again and again until the node stops; ``wake`` cuts a pause short."""
        waiting = wake or self._stop

        def loop() -> None:
            while not self._stop.is_set():
                try:
                    step()
                except Exception:
                    log.exception("a node's thread failed and goes on", thread=name)
                waiting.wait(seconds)
                if wake is not None:
                    wake.clear()

        thread = threading.Thread(target=loop, name=f"keylease-{name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _adopt_own(self, changes: object) -> None:
        """Right after a commit of this process."""
        for kind, subject in changes:  # type: ignore[attr-defined] # a listener's argument
            if self._memory is not None:
                self._memory.adopt(kind, subject)
        self._due.set()

    def _follow(self) -> None:
        as_of = self._deployment.machine.monotonic()
        try:
            changes = self._feed.poll()
        except Gap:
            changes, self._in_doubt = [], True
        # The feed tells each change once: what goes wrong before all are adopted leaves a doubt.
        in_doubt, self._in_doubt = self._in_doubt, True
        if in_doubt or any(change.kind == Kind.SEAL for change in changes):
            adopt_seal(self._deployment)  # raises until the seal's new file is here: goes stale
        if self._memory is not None:
            if in_doubt:
                self._memory.adopt_everything()
            for change in changes:
                self._memory.adopt(change.kind, change.subject)
            self._memory.is_fresh(as_of)
        self._in_doubt = False
        if self._feed.position != self._adopted_until:
            self._adopted_until = self._feed.position
            self._due.set()
            self._adopted.set()

    def _beat(self) -> None:
        """In a thread of its own: whoever holds the database must not keep us from following.

        Who waits for this node to adopt a change may count on all requests before it.
        """
        adopted = self._adopted_until
        if self._meter is not None:
            self._meter.write_down()
        if self._call_log is not None:
            self._call_log.write_down()
        with self._deployment.database.begin() as work:
            note_heartbeat(work)
            if (books := books_status(work.facts)) is not None:
                self.books_findings = float(books.findings)
            if not work.nodes.beat(self.id, work.machine, adopted):
                work.nodes.add(self._node)  # it was silent for so long that it was removed
                work.nodes.beat(self.id, work.machine, adopted)

    def _exchange_rates(self) -> None:
        if self._rates is not None:
            self._rates.step(self.id)

    def _carry_out_due(self) -> None:
        with self._deployment.database.read() as work:
            if work.clock_state.is_held(work.machine):
                return  # whoever moves the clock carries out what is due
        runner = make_runner(self._deployment, self.id)
        runner.run_due()
        runner.run_errands()

    def _send_letters(self) -> None:
        settings = self._deployment.settings
        smtp = SmtpSettings(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_tls,  # type: ignore[arg-type] # one of its choices, see settings
            settings.smtp_user,
            settings.smtp_password,
            settings.smtp_sender,
        )
        outbox = SqlOutbox(self._deployment.database)
        while deliver_due(outbox, SmtpTransport(smtp), self._deployment.machine):
            if self._stop.is_set():
                return

    def _upkeep(self) -> None:
        with self._deployment.database.begin() as work:
            work.nonces.prune(work.machine)
            work.ram.prune_sessions(work.machine - DAY)
            work.change_log.prune(work.machine - HOUR)
            work.rate_demands.prune(work.machine - HOUR)
            work.usage.prune(work.now - MINUTES_KEPT_DAYS * DAY)
            silent = [n.id for n in work.nodes.all() if work.machine - n.heartbeat > HOUR]
            work.nodes.remove(silent)
        forget_old(self._deployment.database)
