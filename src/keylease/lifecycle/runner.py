"""Carrying out what is due, and moving a test clock from due moment to due moment.

A batch is claimed, carried out and finished in one transaction. If it fails, it is tried one by
one; what fails alone is put off with backoff and given up after `ATTEMPTS_MAX`, visible in
``agenda list``, and never holds up the rest. Source: rules.md 1, design.md 2.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from keylease.core.agenda import Agenda, AgendaRow, Appointment
from keylease.core.clock import ClockState, MachineClock
from keylease.core.errors import Misuse, ensure
from keylease.lifecycle.jobs import BY_KIND, ERRANDS, HELD_IN_DOUBT
from keylease.lifecycle.work import Work

BATCH = 500
ATTEMPTS_MAX = 12
HOLD_SECONDS = 30.0
ERRAND_LEASE_SECONDS = 60.0
SINGLE_ERRAND_LEASE_SECONDS = 20.0
SINGLE_ERRANDS_SECONDS = 5.0

log = structlog.get_logger()


class RunnerAgenda(Agenda, Protocol):
    """The agenda as the runner needs it; see `keylease.storage.agenda.SqlAgenda`."""

    def next_due(self, machine: float, without: Collection[str]) -> int | None:
        """The moment of the earliest pending appointment that is not put off."""
        ...

    def claim(
        self, until: int, machine: float, limit: int, without: Collection[str]
    ) -> Sequence[AgendaRow]:
        """The earliest due ones of one kind and one moment, locked."""
        ...

    def claim_one(self, row_id: int) -> bool:
        """Lock one; False if somebody else holds it, or it is not pending any more."""
        ...

    def finish(self, row_ids: Collection[int], state: str = ...) -> None:
        """They are carried out."""
        ...

    def put_off(self, row_id: int, attempts: int, not_before: float, state: str) -> None:
        """An attempt failed."""
        ...

    def pending_by_kind(self, kind: str, until: int) -> Sequence[AgendaRow]:
        """All pending ones of a kind that are due."""
        ...

    def lease(self, row_id: int, owner: str, until: float, machine: float) -> int | None:
        """Take one for work outside a transaction; the fence to finish it with."""
        ...

    def finish_leased(self, row_id: int, fence: int) -> bool:
        """Finish it if nobody took it over meanwhile."""
        ...


class StoredClock(Protocol):
    """The stored clock."""

    def read(self, *, lock: bool = False) -> ClockState | None:
        """The clock."""
        ...

    def write(self, state: ClockState, *, first: bool = False) -> None:
        """Store it."""
        ...


class RunnerWork(Work, Protocol):
    """A unit of work as the runner sees it."""

    machine: float
    clock_state: ClockState

    @property
    def agenda(self) -> RunnerAgenda:
        """The agenda."""
        ...

    @property
    def clock(self) -> StoredClock:
        """The stored clock."""
        ...


class Transactions(Protocol):
    """What begins units of work."""

    def begin(self, *, moves_clock: bool = False) -> AbstractContextManager[RunnerWork]:
        """One that may change things; ``moves_clock`` says that it will move the clock."""
        ...

    def read(self) -> AbstractContextManager[RunnerWork]:
        """One that only reads."""
        ...


@dataclass
class Runner:
    """Carries out the agenda. ``errands`` are the effects outside the database, by kind.

    Those of ``single_errands`` are done for each appointment, each with a lease of its own, and
    for a few seconds at a time, so that other work is not held up by what answers slowly.
    """

    database: Transactions
    machine: MachineClock
    owner: str
    errands: Mapping[str, Callable[[], object]]
    releases_held: Callable[[RunnerWork], bool] = lambda _: False
    single_errands: Mapping[str, Callable[[Appointment], object]] = field(default_factory=dict)

    def run_due(self, after_batch: Callable[[], None] = lambda: None) -> int:
        """Carry out all that is due now, in order of its moment; how many it was."""
        done = 0
        while batch := self._run_batch():
            done += batch
            after_batch()
        return done

    def run_errands(self) -> None:
        """Do the errands that are due, once for each kind."""
        with self.database.read() as work:
            due = {kind: work.agenda.pending_by_kind(kind, work.now) for kind in ERRANDS}
        for kind, rows in due.items():
            if kind in self.single_errands:
                self._run_single_errands(kind, rows)
            elif rows:
                self._run_errand(kind, rows)

    def next_due(self) -> int | None:
        """When something is due next."""
        with self.database.read() as work:
            return work.agenda.next_due(work.machine, self._without(work))

    def _without(self, work: RunnerWork) -> tuple[str, ...]:
        return ERRANDS + (HELD_IN_DOUBT if self.releases_held(work) else ())

    def _run_batch(self) -> int:
        rows: Sequence[AgendaRow] = []
        try:
            with self.database.begin() as work:
                rows = work.agenda.claim(work.now, work.machine, BATCH, self._without(work))
                if rows:
                    _carry_out(work, rows)
        except Exception:
            if not rows:
                raise
            log.exception("a batch of the agenda failed", kind=rows[0].appointment.kind)
            self._run_one_by_one(rows)
        return len(rows)

    def _run_one_by_one(self, rows: Sequence[AgendaRow]) -> None:
        for row in rows:
            try:
                with self.database.begin() as work:
                    if work.agenda.claim_one(row.id):  # another node may have been faster
                        _carry_out(work, [row])
            except Exception:
                attempts = row.attempts + 1
                log.exception(
                    "an appointment failed",
                    kind=row.appointment.kind,
                    subject=row.appointment.subject,
                    attempts=attempts,
                )
                with self.database.begin() as work:
                    state = "failed" if attempts >= ATTEMPTS_MAX else "pending"
                    later = work.machine + min(3600.0, 2.0**attempts)
                    work.agenda.put_off(row.id, attempts, later, state)

    def _run_errand(self, kind: str, due: Sequence[AgendaRow]) -> None:
        with self.database.begin() as work:
            until = work.machine + ERRAND_LEASE_SECONDS
            fences = {
                row.id: fence
                for row in due
                if (fence := work.agenda.lease(row.id, self.owner, until, work.machine))
            }
        if not fences:
            return
        self.errands[kind]()
        with self.database.begin() as work:
            for row_id, fence in fences.items():
                work.agenda.finish_leased(row_id, fence)

    def _run_single_errands(self, kind: str, due: Sequence[AgendaRow]) -> None:
        give_way = self.machine.monotonic() + SINGLE_ERRANDS_SECONDS
        for row in due:
            if self.machine.monotonic() > give_way:
                return
            with self.database.begin() as work:
                until = work.machine + SINGLE_ERRAND_LEASE_SECONDS
                fence = work.agenda.lease(row.id, self.owner, until, work.machine)
            if fence is None:
                continue
            try:
                self.single_errands[kind](row.appointment)
            except Exception:
                log.exception("an errand failed", kind=kind)
                continue  # it is tried again when the lease is over
            with self.database.begin() as work:
                work.agenda.finish_leased(row.id, fence)


def _carry_out(work: RunnerWork, rows: Sequence[AgendaRow]) -> None:
    kind = rows[0].appointment.kind
    handler = BY_KIND[kind].handler
    ensure(handler is not None, f"{kind} is an errand")
    if handler is not None:
        handler(work, [row.appointment for row in rows])
    work.agenda.finish([row.id for row in rows])


def move_clock(runner: Runner, target: int, progress: Callable[[int], None]) -> None:
    """Move a test clock forward to ``target``; everything due on the way happens at its moment.

    While it moves, the clock is held, so that no request sees a time before which something due
    has not happened, and no other runner interferes. ``progress`` is told each moment.
    Misuse if it is a real clock, would go back, or is being moved by somebody else.
    """
    _hold(runner, target)
    try:
        while (moment := runner.next_due()) is not None and moment <= target:
            _step(runner, moment)
            progress(moment)
            runner.run_due(lambda: _keep_hold(runner))
        _step(runner, target)
        runner.run_due(lambda: _keep_hold(runner))
        runner.run_errands()
    finally:
        with runner.database.begin(moves_clock=True) as work:
            work.clock.write(_stored(work).let_go(work.machine))
            work.changed("clock", "")


def _hold(runner: Runner, target: int) -> None:
    with runner.database.begin(moves_clock=True) as work:
        state = _stored(work)
        if state.kind != "test":
            raise Misuse(
                "This data directory keeps real time: only a test clock can be moved. Start an "
                "empty directory with `keylease serve --clock test`."
            )
        if state.is_held(work.machine):
            raise Misuse("Somebody else is moving this clock: wait until that is done.")
        if target < work.now:
            raise Misuse("A clock only moves forward.")
        work.clock.write(state.hold(work.machine, HOLD_SECONDS))
        work.changed("clock", "")


def _step(runner: Runner, moment: int) -> None:
    with runner.database.begin(moves_clock=True) as work:
        state = _stored(work)
        held = state.hold(work.machine, HOLD_SECONDS)
        base = max(moment, held.base)
        work.clock.write(ClockState("test", base, work.machine, state.running, held.held_until))
        work.changed("clock", "")


def _keep_hold(runner: Runner) -> None:
    """Prolong the hold before it lapses: a moment can have very much due."""
    with runner.database.read() as work:
        if work.clock_state.held_until - work.machine > HOLD_SECONDS / 2:
            return
    with runner.database.begin(moves_clock=True) as work:
        work.clock.write(_stored(work).hold(work.machine, HOLD_SECONDS))
        work.changed("clock", "")


def _stored(work: RunnerWork) -> ClockState:
    state = work.clock.read(lock=True)
    if state is None:
        raise Misuse("Nothing is here yet: start `keylease serve` once.")
    return state
