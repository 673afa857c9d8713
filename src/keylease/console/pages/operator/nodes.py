"""The processes that serve."""

from keylease.console.ports import ConsoleWork
from keylease.console.visit import Page, Visit


def listed(_visit: Visit, work: ConsoleWork) -> Page:
    """All that are written down, the youngest first; those that fell silent are among them."""
    nodes = sorted(work.nodes.all(), key=lambda node: -node.started)
    rows = [(node, node.is_heard(work.machine)) for node in nodes]
    return Page("operator/nodes.html", "Nodes", {"rows": rows})
