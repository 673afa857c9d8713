"""The agenda's runner with its errands fitted."""

from keylease.app.deployment import Deployment
from keylease.lifecycle.release import ERASE
from keylease.lifecycle.runner import Runner, RunnerWork
from keylease.storage.deployment import RELEASES_HELD
from keylease.storage.erasure import erase_deleted
from keylease.storage.unit_of_work import UnitOfWork


def make_runner(deployment: Deployment, owner: str) -> Runner:
    """A runner for this deployment; ``owner`` names who holds its leases."""
    return Runner(
        deployment.database,
        deployment.machine,
        owner,
        errands={ERASE: lambda: erase_deleted(deployment.store)},
        releases_held=_held,
    )


def _held(work: RunnerWork) -> bool:
    return isinstance(work, UnitOfWork) and bool(work.facts.get(RELEASES_HELD))
