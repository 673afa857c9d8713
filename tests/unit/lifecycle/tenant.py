"""A tenant in an opened deployment: instances bought and renewed, and what came of it."""

from dataclasses import dataclass

from keylease.access.accounts import Account
from keylease.app.deployment import Deployment
from keylease.app.node import NodeThreads
from keylease.app.runner import make_runner
from keylease.billing.wallet.payment import top_up
from keylease.core import ids
from keylease.core.clock import local
from keylease.custody.instances.model import Instance
from keylease.lifecycle import purchase, renewal
from keylease.lifecycle.purchase import Purchase
from keylease.storage import schema

RICH = 10**12


@dataclass
class Tenant:
    """An account with money."""

    deployment: Deployment
    account_id: str

    @classmethod
    def arrive(cls, deployment: Deployment, money: int = RICH) -> "Tenant":
        """A new account; without the cost of a password."""
        with deployment.database.begin() as work:
            made = ids.account_id(work.entropy)
            account = Account(made, f"a{made}", "a@example.com", "en", "USD", work.now, work.now)
            work.accounts.add(account)
            if money:
                top_up(work, made, "USD", money, "")
        return cls(deployment, made)

    def buy(self, months: int = 1, mode: str = "ManualRenewal") -> str:
        """An instance; its id."""
        period = 1 if mode == "AutoRenewal" else None
        asked = Purchase("kms_ddi_public_intl", months, {}, mode, period)
        with self.deployment.database.begin() as work:
            return purchase.buy(work, self.account_id, "cn-hangzhou", asked).instance_id

    def renew(self, instance_id: str, months: int = 1) -> None:
        with self.deployment.database.begin() as work:
            renewal.renew(work, self.account_id, instance_id, months)

    def instance(self, instance_id: str) -> Instance | None:
        with self.deployment.database.read() as work:
            return work.instances.find(instance_id)

    def letters(self, instance_id: str, *kinds: str) -> list[tuple[str, str]]:
        """(kind, moment it was due, in UTC+8) of what was written, in that order."""
        with self.deployment.database.read() as work:
            found, _ = work.letters.page(self.account_id, 0, 100_000)
        return [
            (one.letter.kind.value, people(one.letter.due_at))
            for one in found
            if one.letter.instance_id == instance_id and (not kinds or one.letter.kind in kinds)
        ]

    def agenda(self, instance_id: str, state: str) -> list[tuple[str, str]]:
        """(kind, due) of an instance's appointments in a state."""
        with self.deployment.database.read() as work:
            rows, _ = work.agenda.page([state], 100_000)
        mine = (row.appointment for row in rows if row.appointment.subject == instance_id)
        return [(one.kind, people(one.due)) for one in mine]


def people(instant: int) -> str:
    return f"{local(instant):%Y-%m-%d %H:%M}"


def run_due(deployment: Deployment) -> int:
    """What a node's agenda does when it looks."""
    return make_runner(deployment, "test").run_due()


def beat(deployment: Deployment) -> None:
    """A node is up for a moment: it starts, says that it is alive, and ends."""
    node = NodeThreads(deployment, None, role="test", runs_agenda=False)
    node.start()
    node.stop()


def finished_moments(deployment: Deployment) -> list[tuple[int, int]]:
    """(due, when it was done) of everything that was done, in business time."""
    t = schema.agenda
    with deployment.store.reading() as connection:
        rows = connection.execute(t.select().where(t.c.state == "done").order_by(t.c.id))
        return [(row.due, row.finished_at) for row in rows]
