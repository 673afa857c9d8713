"""Which nodes are alive, and waiting until all of them have adopted a change. design.md 3."""

import time

from keylease.app.deployment import Deployment
from keylease.app.processes import host_name, is_running
from keylease.core.errors import Misuse
from keylease.core.nodes import Node
from keylease.storage.unit_of_work import UnitOfWork

_ADOPTION_SECONDS_MAX = 20.0


def wait_for_nodes(deployment: Deployment) -> None:
    """Return when every live node has adopted what is committed. Misuse if one does not.

    On PostgreSQL a node may have read numbers above those of our changes before these were
    committed. A node that has read the barrier, or a number above it, has read all before it.
    """
    with deployment.database.begin() as work:
        work.changed("barrier", "")
    with deployment.database.read() as work:
        position = work.change_log.last()
    give_up = deployment.machine.monotonic() + _ADOPTION_SECONDS_MAX
    while True:
        with deployment.database.read() as work:
            late = [one for one in live_nodes(work) if one.adopted < position]
        if not late:
            return
        if deployment.machine.monotonic() > give_up:
            raise Misuse(
                "The node {node} has not adopted the change: is it stuck?", node=late[0].id
            )
        time.sleep(0.02)


def live_nodes(work: UnitOfWork) -> list[Node]:
    """The nodes that were heard of lately and whose process, if it is on this machine, runs."""
    here = host_name()
    return [
        one
        for one in work.nodes.all()
        if one.is_heard(work.machine) and (one.host != here or is_running(one.pid))
    ]
