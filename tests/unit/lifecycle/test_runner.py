"""Carrying out the agenda: poison holds up nothing, errands are done once, nothing twice."""

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from keylease.app.deployment import Deployment
from keylease.app.runner import make_runner
from keylease.core.agenda import AgendaRow, Appointment
from keylease.core.clock import DAY, HOUR, parse_iso
from keylease.custody.erasing import ERASE
from keylease.lifecycle import jobs
from keylease.lifecycle.jobs import Job
from keylease.lifecycle.runner import ATTEMPTS_MAX, ERRAND_LEASE_SECONDS, Runner
from keylease.lifecycle.work import Work
from keylease.notifications.schedule import REMINDER
from machine import HeldMachine
from unit.lifecycle.tenant import Tenant, run_due

START = parse_iso("2026-01-31T10:00:00+08:00")
E_7 = parse_iso("2026-02-21T09:00:00+08:00")


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, object]]]:
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def machine() -> HeldMachine:
    return HeldMachine()


@pytest.fixture
def deployment(make_deployment: Callable[..., Deployment], machine: HeldMachine) -> Deployment:
    """On SQLite, with a test clock that runs with the held machine."""
    return make_deployment(machine=machine)


@pytest.fixture
def ada(deployment: Deployment) -> Tenant:
    return Tenant.arrive(deployment)


def add(deployment: Deployment, *appointments: Appointment) -> None:
    with deployment.database.begin() as work:
        work.agenda.add(list(appointments))


def row_of(deployment: Deployment, subject: str, due: int) -> AgendaRow:
    states = ["pending", "done", "void", "failed"]
    with deployment.database.read() as work:
        rows, _ = work.agenda.page(states, 1_000)
    (found,) = (r for r in rows if (r.appointment.subject, r.appointment.due) == (subject, due))
    return found


# --- poison ---------------------------------------------------------------------------------------


@pytest.fixture
def poisoned(deployment: Deployment, ada: Tenant) -> list[str]:
    """Three instances whose first reminder is due at one moment; the second one's is broken."""
    instances = [ada.buy() for _ in range(3)]
    t = "update agenda set details = '{}' where subject = :one and due = :due"
    with deployment.store.writing() as connection:
        connection.exec_driver_sql(t, {"one": instances[1], "due": E_7})
    return instances


def test_one_poisonous_appointment_does_not_hold_up_its_batch(
    deployment: Deployment, machine: HeldMachine, ada: Tenant, poisoned: list[str]
) -> None:
    machine.advance(E_7 - START)
    run_due(deployment)
    sent = [("reminder", "2026-02-21 09:00")]
    assert [ada.letters(one, "reminder") for one in poisoned] == [sent, [], sent]
    bad = row_of(deployment, poisoned[1], E_7)
    assert (bad.state, bad.attempts) == ("pending", 1)
    assert bad.not_before == machine.wall() + 2
    assert [row_of(deployment, one, E_7).state for one in poisoned] == ["done", "pending", "done"]


def test_poison_is_tried_ever_more_slowly_and_finally_given_up(
    deployment: Deployment, machine: HeldMachine, poisoned: list[str]
) -> None:
    machine.advance(E_7 - START)
    waits = []
    for _ in range(ATTEMPTS_MAX):
        run_due(deployment)
        row = row_of(deployment, poisoned[1], E_7)
        waits.append(row.not_before - machine.wall())
        assert run_due(deployment) == 0, "not again before its time"
        machine.advance(waits[-1])
    assert waits == [2.0**n for n in range(1, 12)] + [3600.0]
    row = row_of(deployment, poisoned[1], E_7)
    assert (row.state, row.attempts) == ("failed", ATTEMPTS_MAX)
    machine.advance(HOUR)
    assert run_due(deployment) == 0
    with deployment.database.read() as work:
        listed, _ = work.agenda.page(["pending", "failed"], 1_000)
    assert row in listed


def test_what_is_later_happens_although_something_earlier_is_poison(
    deployment: Deployment, machine: HeldMachine, ada: Tenant, poisoned: list[str]
) -> None:
    machine.advance(45 * DAY)
    run_due(deployment)
    assert [ada.instance(one) for one in poisoned] == [None] * 3
    assert [kind for kind, _ in ada.letters(poisoned[1])] == [
        "purchase", "expired", "release_soon", "released",
    ]  # fmt: skip


def test_what_recovers_in_time_is_carried_out(
    deployment: Deployment, machine: HeldMachine, ada: Tenant, poisoned: list[str]
) -> None:
    machine.advance(E_7 - START)
    run_due(deployment)
    end = ada.instance(poisoned[0]).end  # type: ignore[union-attr] # it is there
    with deployment.store.writing() as connection:
        mend = "update agenda set details = :details where subject = :one and due = :due"
        values = {"details": f'{{"end":{end},"days":7}}', "one": poisoned[1], "due": E_7}
        connection.exec_driver_sql(mend, values)
    machine.advance(2)
    run_due(deployment)
    assert ada.letters(poisoned[1], "reminder") == [("reminder", "2026-02-21 09:00")]
    assert row_of(deployment, poisoned[1], E_7).state == "done"


def test_a_failed_attempt_leaves_nothing_of_itself(
    deployment: Deployment, machine: HeldMachine, ada: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler that writes and then fails is as if it had never been."""

    def writes_and_fails(work: Work, _due: Sequence[Appointment]) -> None:
        work.instances.remove([one])
        raise ZeroDivisionError

    one = ada.buy()
    use(monkeypatch, writes_and_fails)
    machine.advance(E_7 - START)
    run_due(deployment)
    assert ada.instance(one) is not None
    assert row_of(deployment, one, E_7).attempts == 1


def use(
    monkeypatch: pytest.MonkeyPatch, handler: Callable[[Work, Sequence[Appointment]], None]
) -> None:
    monkeypatch.setitem(jobs.BY_KIND, REMINDER, Job(REMINDER, "", handler))


# --- nothing twice --------------------------------------------------------------------------------


class Beaten(Runner):
    """A runner whose batch failed and that finds another node faster when it looks again."""

    other: Runner

    def _run_one_by_one(self, rows: Sequence[AgendaRow]) -> None:
        self.other.run_due()
        super()._run_one_by_one(rows)


def test_what_another_node_carried_out_meanwhile_is_not_done_again(
    deployment: Deployment, machine: HeldMachine, ada: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried_out: list[str] = []
    fail = [True]

    def handler(_work: Work, due: Sequence[Appointment]) -> None:
        if fail.pop() if fail else False:
            raise ZeroDivisionError
        carried_out.extend(one.subject for one in due)

    instances = [ada.buy(), ada.buy()]
    use(monkeypatch, handler)
    machine.advance(E_7 - START)
    other = make_runner(deployment, "other")
    beaten = Beaten(other.database, machine, "beaten", other.errands, other.releases_held)
    beaten.other = other
    beaten.run_due()
    assert sorted(carried_out) == sorted(instances)


def test_a_batch_is_told_after_each(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    ada.buy()
    machine.advance(E_7 - START)
    told: list[bool] = []
    assert make_runner(deployment, "test").run_due(lambda: told.append(True)) == 2
    assert told == [True, True]  # the close of January's bill, and the reminder


# --- errands --------------------------------------------------------------------------------------


class Errand:
    """Counts how often it is done, and can fail."""

    def __init__(self) -> None:
        self.done = 0
        self.fails = False

    def __call__(self) -> None:
        if self.fails:
            raise ZeroDivisionError
        self.done += 1


@pytest.fixture
def errand() -> Errand:
    return Errand()


def with_errand(deployment: Deployment, errand: Errand, owner: str = "test") -> Runner:
    return replace(make_runner(deployment, owner), errands={ERASE: errand})


def erase(due: int, subject: str = "a") -> Appointment:
    return Appointment(ERASE, subject, due)


def test_an_errand_is_done_once_for_all_that_wait(deployment: Deployment, errand: Errand) -> None:
    add(deployment, erase(START - 2), erase(START - 1), erase(START, "b"), erase(START + 60))
    runner = with_errand(deployment, errand)
    assert runner.run_due() == 0, "an errand is not a batch"
    runner.run_errands()
    runner.run_errands()
    assert errand.done == 1
    assert [row_of(deployment, "a", START - n).state for n in (2, 1)] == ["done", "done"]
    assert row_of(deployment, "b", START).state == "done"
    assert row_of(deployment, "a", START + 60).state == "pending"


def test_without_anything_due_no_errand_is_done(deployment: Deployment, errand: Errand) -> None:
    with_errand(deployment, errand).run_errands()
    assert errand.done == 0


def test_an_errand_that_another_node_is_doing_is_left_to_it(
    deployment: Deployment, machine: HeldMachine, errand: Errand
) -> None:
    add(deployment, erase(START))
    with deployment.database.begin() as work:
        (row,) = work.agenda.pending_by_kind(ERASE, START)
        until = machine.wall() + ERRAND_LEASE_SECONDS
        assert work.agenda.lease(row.id, "other", until, machine.wall())
    runner = with_errand(deployment, errand)
    runner.run_errands()
    assert errand.done == 0
    machine.advance(ERRAND_LEASE_SECONDS)  # the other one died
    runner.run_errands()
    assert errand.done == 1


def test_an_errand_that_failed_is_done_again_later(
    deployment: Deployment, machine: HeldMachine, errand: Errand
) -> None:
    add(deployment, erase(START))
    runner = with_errand(deployment, errand)
    errand.fails = True
    with pytest.raises(ZeroDivisionError):
        runner.run_errands()
    errand.fails = False
    assert row_of(deployment, "a", START).state == "pending"
    machine.advance(ERRAND_LEASE_SECONDS)
    runner.run_errands()
    assert errand.done == 1
    assert row_of(deployment, "a", START).state == "done"


def test_two_releases_in_one_second_are_each_erased(
    deployment: Deployment, machine: HeldMachine, ada: Tenant, errand: Errand
) -> None:
    """With a frozen clock, everything is in one second."""
    first, second = ada.buy(), ada.buy()
    machine.advance(44 * DAY)
    runner = with_errand(deployment, errand)
    hold = "update agenda set not_before = :until where subject = :one and kind = 'release'"
    with deployment.store.writing() as connection:
        values = {"until": machine.wall() + 0.5, "one": second}
        connection.exec_driver_sql(hold, values)
    runner.run_due()
    runner.run_errands()
    assert (ada.instance(first), errand.done) == (None, 1)
    machine.advance(0.5)
    runner.run_due()
    runner.run_errands()
    assert (ada.instance(second), errand.done) == (None, 2)
