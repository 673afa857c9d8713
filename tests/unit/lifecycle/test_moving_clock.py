"""Moving a test clock: each thing at its own moment, by one mover, whatever dies. design.md 2."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from keylease.app import clock
from keylease.app.deployment import Deployment
from keylease.app.runner import make_runner
from keylease.core.clock import DAY, ClockState, iso, parse_iso
from keylease.core.errors import Misuse
from keylease.custody.erasing import ERASE
from keylease.lifecycle import runner as runners
from keylease.lifecycle.runner import HOLD_SECONDS, move_clock
from machine import HeldMachine
from unit.lifecycle.tenant import Tenant, finished_moments, people, run_due

START = parse_iso("2026-01-31T10:00:00+08:00")

#: Everything that befalls an instance bought at START for a month and left alone.
WHOLE_LIFE = [
    ("purchase", "2026-01-31 10:00"),
    ("reminder", "2026-02-21 09:00"),
    ("reminder", "2026-02-25 09:00"),
    ("reminder", "2026-02-27 09:00"),
    ("expired", "2026-03-01 00:00"),
    ("release_soon", "2026-03-15 09:00"),
    ("released", "2026-03-16 00:00"),
]

#: When the bill of January is closed: nobody is written to.
CLOSED = "2026-02-02 12:00"


@pytest.fixture
def machine() -> HeldMachine:
    return HeldMachine()


@pytest.fixture
def deployment(make_deployment: Callable[..., Deployment], machine: HeldMachine) -> Deployment:
    return make_deployment(machine=machine)


@pytest.fixture
def ada(deployment: Deployment) -> Tenant:
    return Tenant.arrive(deployment)


def move(deployment: Deployment, seconds: int, told: list[int] | None = None) -> None:
    clock.move(deployment, now(deployment) + seconds, (told if told is not None else []).append)


def now(deployment: Deployment) -> int:
    with deployment.database.read() as work:
        return work.now


def state(deployment: Deployment) -> ClockState:
    with deployment.database.read() as work:
        return work.clock_state


def test_a_whole_life_in_one_jump(deployment: Deployment, ada: Tenant) -> None:
    one = ada.buy()
    move(deployment, 60 * DAY)
    assert ada.letters(one) == WHOLE_LIFE
    assert ada.instance(one) is None


def test_many_small_steps_come_to_the_same(deployment: Deployment, ada: Tenant) -> None:
    one = ada.buy()
    for _ in range(45):
        move(deployment, DAY)
    assert ada.letters(one) == WHOLE_LIFE


def test_each_job_sees_its_own_moment_as_the_present(deployment: Deployment, ada: Tenant) -> None:
    for _ in range(2):
        ada.buy()
        move(deployment, 3 * DAY + 5)
    move(deployment, 60 * DAY)
    moments = finished_moments(deployment)
    batches = [(due, done) for due, done in moments if due == done]
    assert len(batches) == 12 + 2  # the bills of January and February are closed
    # Each release's erasure is due then, and done at the end of the jump.
    assert moments[len(moments) - 2 :] == [(due, now(deployment)) for due, _ in moments[-2:]]
    assert len(moments) == 14 + 2


def test_progress_is_told_every_moment_in_order(deployment: Deployment, ada: Tenant) -> None:
    ada.buy()
    told: list[int] = []
    move(deployment, 60 * DAY, told)
    assert [people(moment) for moment in told] == [CLOSED, *(at for _, at in WHOLE_LIFE[1:])]


def test_the_clock_shows_its_target_afterwards_and_runs_on(
    deployment: Deployment, machine: HeldMachine
) -> None:
    move(deployment, 60 * DAY)
    assert now(deployment) == START + 60 * DAY
    machine.advance(10)
    assert now(deployment) == START + 60 * DAY + 10


def test_a_frozen_clock_stays_frozen(deployment: Deployment, machine: HeldMachine) -> None:
    clock.freeze(deployment)
    move(deployment, DAY)
    machine.advance(10)
    assert now(deployment) == START + DAY
    clock.run(deployment)
    machine.advance(10)
    assert now(deployment) == START + DAY + 10


def test_a_clock_that_waited_runs_from_where_it_was(
    deployment: Deployment, machine: HeldMachine
) -> None:
    machine.advance(100)
    clock.move(deployment, START + 150, lambda _: None)
    machine.advance(7)
    assert now(deployment) == START + 157


def test_moving_to_the_present_carries_out_what_is_due(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy()
    machine.advance(22 * DAY)
    move(deployment, 0)
    assert ada.letters(one, "reminder") == WHOLE_LIFE[1:2]


def test_a_clock_goes_forward_only(deployment: Deployment) -> None:
    with pytest.raises(Misuse, match="forward"):
        clock.move(deployment, START - 1, lambda _: None)
    assert not state(deployment).is_held(deployment.machine.wall())
    assert now(deployment) == START


def test_a_real_clock_is_not_moved(make_deployment: Callable[..., Deployment]) -> None:
    real = make_deployment(clock="real", name="real")
    for refuse in (clock.freeze, clock.run, lambda it: move(it, DAY)):
        with pytest.raises(Misuse, match="keeps real time"):
            refuse(real)


# --- one mover ------------------------------------------------------------------------------------


def test_while_somebody_moves_the_clock_nobody_else_does(
    deployment: Deployment, ada: Tenant
) -> None:
    ada.buy()
    refused: list[str] = []

    def interfere(_moment: int) -> None:
        for second in (clock.freeze, clock.run, lambda it: move(it, DAY)):
            with pytest.raises(Misuse, match="Somebody else") as refusal:
                second(deployment)
            refused.append(str(refusal.value))

    clock.move(deployment, START + 25 * DAY, interfere)
    assert len(refused) == 3 * 3  # the close, and two reminders
    assert now(deployment) == START + 25 * DAY


def test_requests_see_the_clock_stand_at_each_moment(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    """No request sees a time before which something due has not happened."""
    one = ada.buy()
    seen: list[tuple[str, int]] = []

    def look(moment: int) -> None:
        machine.advance(5)  # the mover is slow; the clock stands still all the same
        assert now(deployment) == moment
        seen.append((people(moment), len(ada.letters(one))))

    clock.move(deployment, START + 60 * DAY, look)
    # When a moment is shown, everything before it has happened, and it itself not yet.
    life = [(moment, n) for n, (_, moment) in enumerate(WHOLE_LIFE) if n]
    assert seen == [(CLOSED, 1), *life]


def test_a_long_move_prolongs_its_hold(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    for _ in range(3):
        ada.buy()

    def slow(_moment: int) -> None:
        machine.advance(HOLD_SECONDS * 0.9)
        assert state(deployment).is_held(machine.wall())

    clock.move(deployment, START + 60 * DAY, slow)
    assert now(deployment) == START + 60 * DAY


# --- the mover dies -------------------------------------------------------------------------------


class Died(Exception):
    pass


def die_at(moment: str) -> Callable[[int], None]:
    def progress(instant: int) -> None:
        if people(instant) == moment:
            raise Died

    return progress


@pytest.mark.parametrize("moment", [moment for _, moment in WHOLE_LIFE[1:]])
def test_a_mover_that_fails_lets_the_clock_go_where_it_was(
    deployment: Deployment, machine: HeldMachine, ada: Tenant, moment: str
) -> None:
    one = ada.buy()
    with pytest.raises(Died):
        clock.move(deployment, START + 60 * DAY, die_at(moment))
    assert people(now(deployment)) == moment
    assert not state(deployment).is_held(machine.wall())
    assert ada.letters(one) == WHOLE_LIFE[: [m for _, m in WHOLE_LIFE].index(moment)]
    move(deployment, 60 * DAY)
    assert ada.letters(one) == WHOLE_LIFE


def test_a_mover_that_is_killed_holds_the_clock_for_a_moment_only(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy()
    runner = make_runner(deployment, "killed")
    runners._hold(runner, START + 60 * DAY)
    runners._step(runner, parse_iso("2026-02-21T09:00:00+08:00"))
    with pytest.raises(Misuse, match="Somebody else"):
        move(deployment, DAY)
    machine.advance(HOLD_SECONDS)
    assert people(now(deployment)) == "2026-02-21 09:00"
    run_due(deployment)  # a node goes on with what the mover left
    assert ada.letters(one) == WHOLE_LIFE[:2]
    move(deployment, 60 * DAY)
    assert ada.letters(one) == WHOLE_LIFE


def test_a_frozen_clock_whose_mover_was_killed_stays_frozen(
    deployment: Deployment, machine: HeldMachine
) -> None:
    clock.freeze(deployment)
    runner = make_runner(deployment, "killed")
    runners._hold(runner, START + DAY)
    runners._step(runner, START + 60)
    machine.advance(HOLD_SECONDS + 100)
    assert now(deployment) == START + 60


# --- errands --------------------------------------------------------------------------------------


def test_errands_are_done_once_a_jump(deployment: Deployment, ada: Tenant) -> None:
    for _ in range(3):
        ada.buy()
        move(deployment, DAY)
    done: list[int] = []
    errands = {ERASE: lambda: done.append(now(deployment))}
    runner = replace(make_runner(deployment, "test"), errands=errands)
    target = now(deployment) + 60 * DAY
    move_clock(runner, target, lambda _: None)
    assert done == [target]
    move_clock(runner, target + DAY, lambda _: None)
    assert done == [target], "nothing was released in the second jump"


def test_poison_does_not_stop_the_clock(deployment: Deployment, ada: Tenant) -> None:
    one = ada.buy()
    with deployment.store.writing() as connection:
        connection.exec_driver_sql("update agenda set details = '{}' where kind = 'reminder'")
    with capture_logs() as logged:
        move(deployment, 60 * DAY)
    assert ada.letters(one) == [letter for letter in WHOLE_LIFE if letter[0] != "reminder"]
    assert now(deployment) == START + 60 * DAY
    assert len([entry for entry in logged if entry["event"] == "an appointment failed"]) == 3


def test_what_goes_wrong_in_a_command_is_logged_beside_its_answer(
    deployment: Deployment, ada: Tenant
) -> None:
    """Standard output stays one JSON document; and no local variable is ever in a log."""
    ada.buy()
    with deployment.store.writing() as connection:
        connection.exec_driver_sql("update agenda set details = '{}' where kind = 'reminder'")
    command = [sys.executable, "-m", "keylease", "clock", "advance", "22d", "--json"]
    place = ["--data", str(deployment.settings.data)]
    done = subprocess.run([*command, *place], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["now"] == iso(START + 22 * DAY)
    failures = [json.loads(line) for line in done.stderr.splitlines()]
    assert [one["event"] for one in failures][-1] == "an appointment failed"
    assert "locals" not in done.stderr
