"""The agenda's runner with its errands fitted."""

from keylease.app.backups import run_backups
from keylease.app.bill_export import export_bills
from keylease.app.books import run_books_check
from keylease.app.deployment import Deployment
from keylease.app.heartbeat import releases_wait
from keylease.app.rotation import outside_step
from keylease.app.sealing import rotate_seal
from keylease.billing.bills.subscriptions import BILL_EXPORT
from keylease.billing.ledger.check import BOOKS_CHECK
from keylease.core.agenda import Appointment
from keylease.core.clock import DAY
from keylease.custody.erasing import ERASE
from keylease.custody.secrets.rotation import ROTATE_OUTSIDE
from keylease.lifecycle.backups import BACK_UP
from keylease.lifecycle.release import ROTATE_SEAL
from keylease.lifecycle.runner import Runner, RunnerWork
from keylease.storage.erasure import erase_deleted
from keylease.storage.unit_of_work import UnitOfWork


def make_runner(deployment: Deployment, owner: str) -> Runner:
    """A runner for this deployment; ``owner`` names who holds its leases."""
    return Runner(
        deployment.database,
        deployment.machine,
        owner,
        errands={
            ROTATE_SEAL: lambda: _rotate(deployment),
            ERASE: lambda: erase_deleted(deployment.store),
            BILL_EXPORT: lambda: export_bills(deployment),
            BACK_UP: lambda: run_backups(deployment),
            BOOKS_CHECK: lambda: run_books_check(deployment),
        },
        releases_held=_held,
        single_errands={ROTATE_OUTSIDE: outside_step(deployment).carry_out},
    )


def plan_rotation(deployment: Deployment) -> None:
    """Put the next rotation of the root key on the agenda, if the settings ask for any."""
    days = deployment.settings.seal_rotation_days
    if days <= 0:
        return
    with deployment.database.begin() as work:
        step = days * DAY
        due = (work.now // step + 1) * step
        work.agenda.add([Appointment(ROTATE_SEAL, "seal", due)])


def _rotate(deployment: Deployment) -> None:
    rotate_seal(deployment)
    plan_rotation(deployment)


def _held(work: RunnerWork) -> bool:
    return isinstance(work, UnitOfWork) and releases_wait(work)
