"""What became overdue while nothing ran, on a real clock. rules.md 1 and 3."""

from collections.abc import Callable

import pytest

from keylease.app import clock
from keylease.app.deployment import Deployment
from keylease.core.clock import DAY, HOUR, parse_iso
from keylease.custody.keys.model import instance_scope
from machine import HeldMachine
from unit.lifecycle.tenant import Tenant, beat, run_due


@pytest.fixture
def machine() -> HeldMachine:
    return HeldMachine(float(parse_iso("2026-01-31T10:00:00+08:00")))


@pytest.fixture
def deployment(make_deployment: Callable[..., Deployment], machine: HeldMachine) -> Deployment:
    """A deployment that keeps real time, on SQLite; the test moves the machine's clock."""
    opened = make_deployment(clock="real", machine=machine)
    beat(opened)
    return opened


@pytest.fixture
def ada(deployment: Deployment) -> Tenant:
    return Tenant.arrive(deployment)


def wait_until(machine: HeldMachine, moment: str) -> None:
    machine.advance(parse_iso(f"{moment}+08:00") - machine.wall())


def live_until(deployment: Deployment, machine: HeldMachine, moment: str) -> None:
    """The process stays up, with a heartbeat every 23 hours."""
    end = parse_iso(f"{moment}+08:00")
    while machine.wall() < end:
        machine.advance(min(23 * HOUR, end - machine.wall()))
        beat(deployment)
        run_due(deployment)


def test_of_several_overdue_reminders_only_the_last_is_sent(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy()  # E is 2026-02-28
    wait_until(machine, "2026-02-26T10:00:00")  # E-7 and E-3 have passed
    run_due(deployment)
    assert ada.letters(one, "reminder") == [("reminder", "2026-02-25 09:00")]
    assert run_due(deployment) == 0
    wait_until(machine, "2026-02-27T09:00:00")
    run_due(deployment)
    assert ada.letters(one, "reminder") == [
        ("reminder", "2026-02-25 09:00"),
        ("reminder", "2026-02-27 09:00"),
    ]


def test_a_late_reminder_names_the_days_that_are_left(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    ada.buy()
    wait_until(machine, "2026-02-26T10:00:00")
    run_due(deployment)
    with deployment.database.read() as work:
        found, _ = work.letters.page(ada.account_id, 0, 100)
    (reminder,) = [one.letter for one in found if one.letter.kind == "reminder"]
    assert "2 days" in reminder.subject + reminder.text
    assert "3 days" not in reminder.subject + reminder.text


def test_no_reminder_is_sent_after_the_end(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy()
    wait_until(machine, "2026-03-01T00:00:00")
    run_due(deployment)
    assert ada.letters(one) == [
        ("purchase", "2026-01-31 10:00"),
        ("expired", "2026-03-01 00:00"),
    ]


def test_each_overdue_job_has_the_present_as_its_time(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy()
    wait_until(machine, "2026-03-15T12:00:00")
    run_due(deployment)
    assert [kind for kind, _ in ada.letters(one)] == ["purchase", "expired", "release_soon"]
    with deployment.database.read() as work:
        done, _ = work.agenda.page(["done"], 100)
        assert {row.finished_at for row in done} == {work.now}
        dues = [row.appointment.due for row in done]
        assert dues == sorted(dues)
        assert len(dues) == 6  # among them the close of January's bill


def test_a_renewal_in_between_makes_the_overdue_reminders_void(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy()
    wait_until(machine, "2026-02-26T10:00:00")
    ada.renew(one)  # before anything that was overdue could run
    run_due(deployment)
    assert ada.letters(one, "reminder") == []
    assert [kind for kind, _ in ada.agenda(one, "void")] == [
        "reminder", "reminder", "reminder", "expire", "release_soon", "release",
    ]  # fmt: skip
    assert ada.agenda(one, "pending") == [
        ("reminder", "2026-03-24 09:00"),
        ("reminder", "2026-03-28 09:00"),
        ("reminder", "2026-03-30 09:00"),
        ("expire", "2026-04-01 00:00"),
        ("release_soon", "2026-04-15 09:00"),
        ("release", "2026-04-16 00:00"),
    ]


def test_an_overdue_attempt_to_renew_comes_before_the_release(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy(mode="AutoRenewal")
    wait_until(machine, "2026-03-20T00:00:00")  # the release was due on 03-16
    run_due(deployment)
    found = ada.instance(one)
    assert found is not None
    assert found.end == parse_iso("2026-04-01T00:00:00+08:00")
    assert ada.letters(one, "released") == []
    assert len(ada.letters(one, "renewal")) == 1


# --- the machine's clock may be wrong -------------------------------------------------------------


def test_a_process_that_stays_up_releases_on_the_day(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy()
    live_until(deployment, machine, "2026-03-15T23:59:59")
    assert ada.instance(one) is not None
    live_until(deployment, machine, "2026-03-16T00:00:00")
    assert ada.instance(one) is None
    assert ada.letters(one)[-1] == ("released", "2026-03-16 00:00")


def test_after_a_jump_releases_wait_until_an_operator_confirms(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy()
    wait_until(machine, "2026-03-20T00:00:00")
    beat(deployment)
    run_due(deployment)
    assert ada.instance(one) is not None, "a wrong clock must not destroy keys"
    assert wrapping_key(deployment, one) is not None
    assert [kind for kind, _ in ada.letters(one)] == ["purchase", "expired", "release_soon"]
    assert ada.agenda(one, "pending") == [("release", "2026-03-16 00:00")]
    clock.confirm(deployment)
    run_due(deployment)
    assert ada.instance(one) is None
    assert wrapping_key(deployment, one) is None
    assert ada.letters(one)[-1][0] == "released"


def test_a_jump_is_noticed_before_the_next_heartbeat(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    """The agenda looks more often than the heart beats."""
    one = ada.buy()
    live_until(deployment, machine, "2026-03-01T00:00:00")
    machine.advance(3650 * DAY)
    run_due(deployment)
    assert ada.instance(one) is not None


def test_a_confirmation_before_the_start_is_enough(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy()
    wait_until(machine, "2026-03-20T00:00:00")
    clock.confirm(deployment)
    beat(deployment)
    run_due(deployment)
    assert ada.instance(one) is None


def wrapping_key(deployment: Deployment, instance_id: str) -> bytes | None:
    with deployment.database.read() as work:
        return work.wrapping_keys.find(instance_scope(instance_id))


def test_what_waits_for_the_operator_survives_restarts_and_heartbeats(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy()
    wait_until(machine, "2026-03-20T00:00:00")
    for _ in range(3):
        beat(deployment)
        machine.advance(HOUR)
        run_due(deployment)
    assert ada.instance(one) is not None


def test_a_clock_that_was_put_right_again_releases_nothing_too_early(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    """The case that the rule is for: an hour in a wrong year, then the right time again."""
    one = ada.buy()
    wait_until(machine, "2036-01-01T00:00:00")
    beat(deployment)
    run_due(deployment)
    wait_until(machine, "2026-02-01T00:00:00")
    beat(deployment)
    clock.confirm(deployment)
    run_due(deployment)
    assert ada.instance(one) is not None
    assert wrapping_key(deployment, one) is not None


@pytest.mark.parametrize(("silent", "held"), [(DAY, False), (DAY + 1, True)])
def test_more_than_a_day_since_the_last_heartbeat_is_a_jump(
    deployment: Deployment, machine: HeldMachine, ada: Tenant, silent: int, held: bool
) -> None:
    one = ada.buy()
    live_until(deployment, machine, "2026-03-15T23:00:00")
    machine.advance(silent)
    beat(deployment)
    run_due(deployment)
    assert (ada.instance(one) is not None) == held


def test_a_renewal_while_releases_wait_is_refused_by_hand_but_the_keys_are_there(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    """The phase follows from the clock alone; only the destruction waits."""
    one = ada.buy()
    wait_until(machine, "2026-03-20T00:00:00")
    beat(deployment)
    with pytest.raises(Exception, match="not found"):
        ada.renew(one)
    assert wrapping_key(deployment, one) is not None


def test_a_test_clock_is_never_in_doubt(
    make_deployment: Callable[..., Deployment], machine: HeldMachine
) -> None:
    opened = make_deployment(machine=machine, name="test-clock")
    beat(opened)
    tenant = Tenant.arrive(opened)
    one = tenant.buy()
    machine.advance(60 * DAY)  # a running test clock goes on at the machine's pace
    beat(opened)
    run_due(opened)
    assert tenant.instance(one) is None
