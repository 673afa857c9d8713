"""Long lists are paged by index: no page sorts what there is, a late one does not read it.

What SQLite says of its own plans; rows of a page are put in order again once they are read.
Transactions are not among them: an account's are in the order of the whole ledger, and sorted.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import event

from contracts.samples import ADA, AT
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.billing.bills.ports import LineFilter
from keylease.billing.orders.model import OrderFilter
from keylease.billing.tickets.model import TicketFilter
from keylease.billing.tickets.states import TicketState
from keylease.billing.wallet.vouchers import VoucherFilter
from keylease.custody.keys.ports import KeyFilter
from keylease.custody.secrets.ports import SecretFilter
from keylease.lifecycle.listing import SubscriptionFilter
from keylease.notifications.letters import LetterFilter
from keylease.records.ports import TrailFilter
from keylease.storage.unit_of_work import UnitOfWork

PLACE = (ADA, "cn-hangzhou")
MONTH = LineFilter(ADA, "2026-01")
SKIPPED, LIMIT = 1_000, 20
SOLD = SubscriptionFilter(region=PLACE[1], services=False)
KEPT_KEYS = KeyFilter({}, kept_after=AT, now=AT, is_default=False)
KEPT_SECRETS = SecretFilter({}, kept_after=AT, now=AT)
OPEN = TicketFilter(None, (TicketState.OPEN,))

#: A page far into each list.
LISTS: dict[str, Callable[[UnitOfWork], object]] = {
    "accounts": lambda work: work.accounts.page(SKIPPED, LIMIT),
    "instances": lambda work: work.instances.page(*PLACE, SKIPPED, LIMIT),
    "subscriptions": lambda work: work.subscriptions.page(ADA, SOLD, AT, SKIPPED, LIMIT),
    "keys": lambda work: work.keys.page(*PLACE, KEPT_KEYS, SKIPPED, LIMIT),
    "key versions": lambda work: work.keys.versions("key-1", SKIPPED, LIMIT),
    "aliases": lambda work: work.aliases.page(*PLACE, None, SKIPPED, LIMIT),
    "secrets": lambda work: work.secrets.page(*PLACE, KEPT_SECRETS, SKIPPED, LIMIT),
    "backups": lambda work: work.backups.page(ADA, AT, SKIPPED, LIMIT, region=PLACE[1]),
    "rules": lambda work: work.applications.network_rules.page(*PLACE, SKIPPED, LIMIT),
    "orders": lambda work: work.orders.page(ADA, OrderFilter(), SKIPPED, LIMIT, AT),
    "orders of a type": lambda work: work.orders.page(
        ADA, OrderFilter(type="Renew", status="Paid"), SKIPPED, LIMIT, AT
    ),
    "bill lines": lambda work: work.bill_views.page(MONTH, SKIPPED, LIMIT),
    "amortised": lambda work: work.bill_views.cost_page(MONTH, SKIPPED, LIMIT),
    "tickets": lambda work: work.tickets.page(TicketFilter(ADA), SKIPPED, LIMIT),
    "open tickets": lambda work: work.tickets.page(OPEN, SKIPPED, LIMIT),
    "vouchers": lambda work: work.vouchers.page(VoucherFilter(ADA), SKIPPED, LIMIT, AT),
    "letters": lambda work: work.letters.newest(LetterFilter(None, None), SKIPPED, LIMIT),
    "sent letters": lambda work: work.letters.newest(LetterFilter(None, "sent"), SKIPPED, LIMIT),
    "letters to one": lambda work: work.letters.newest(LetterFilter(ADA, None), SKIPPED, LIMIT),
    "agenda": lambda work: work.agenda.page(("pending",), LIMIT, SKIPPED),
    "overdue": lambda work: work.agenda.page(("pending",), LIMIT, SKIPPED, until=AT),
    "given up": lambda work: work.agenda.page(("failed",), LIMIT, SKIPPED),
    "changes": lambda work: work.audit.newest(TrailFilter(), SKIPPED, LIMIT),
    "changes of one": lambda work: work.audit.newest(TrailFilter(ADA), SKIPPED, LIMIT),
    "one operation": lambda work: work.audit.newest(TrailFilter("", "CreateKey"), SKIPPED, LIMIT),
    "both": lambda work: work.audit.newest(TrailFilter(ADA, "CreateKey"), SKIPPED, LIMIT),
}
#: Their places are found in the index alone: nothing of a row is looked at.
COVERED = {
    "accounts",
    "keys",
    "secrets",
    "orders",
    "bill lines",
    "amortised",
    "tickets",
    "open tickets",
    "vouchers",
    "letters",
    "sent letters",
    "letters to one",
    "changes",
}


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    settings = read_settings({"data": str(tmp_path_factory.mktemp("lists") / "data")}, {})
    with closing(open_deployment(settings, may_initialise=True)) as opened:
        yield opened


def steps_of(work: UnitOfWork, ask: Callable[[UnitOfWork], object]) -> list[tuple[int, str]]:
    """The steps of all statements: how deep each is, 0 at the outside, and what it does."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(work.connection, "before_cursor_execute", note)
    ask(work)
    event.remove(work.connection, "before_cursor_execute", note)
    return [
        (row[1], row[3])
        for statement, parameters in asked
        for row in work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_paged_by_index(deployment: Deployment, name: str) -> None:
    with deployment.database.read() as work:
        steps = steps_of(work, LISTS[name])
    plan = "\n".join(step for _, step in steps)
    is_deferred = "MATERIALIZE" in plan
    for depth, step in steps:
        if step.startswith(("SCAN", "SEARCH")) and not step.startswith("SCAN anon"):
            assert "USING" in step, plan
        if "TEMP B-TREE" in step:  # of the rows of one page, once they are read
            assert is_deferred, plan
            assert depth == 0, plan
    if name in COVERED:
        places = [step for depth, step in steps if depth and step.startswith(("SCAN", "SEARCH"))]
        assert places, plan
        assert all("COVERING INDEX" in step for step in places), plan


def test_plans_are_found_by_their_moment(deployment: Deployment) -> None:
    with deployment.database.read() as work:
        steps = steps_of(work, lambda work: work.plans.between(ADA, AT, AT + 1, LIMIT))
    used = " ".join(step for _, step in steps)
    for table in ("keys", "secrets"):
        for moment in ("rotate_at", "delete_at"):
            assert f"ix_{table}_{moment}" in used
