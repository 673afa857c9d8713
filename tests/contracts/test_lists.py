"""Long lists are paged by index: no page sorts what there is, a late one does not read it.

What SQLite says of its own plans; rows of a page are put in order again once they are read.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event

from contracts.samples import ADA, AT
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.billing.bills.ports import LineFilter
from keylease.billing.ledger.model import TransactionKind
from keylease.billing.orders.model import OrderFilter
from keylease.billing.tickets.model import TicketFilter
from keylease.billing.tickets.states import TicketState
from keylease.billing.wallet.statement import EntryFilter
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
HARDWARE = SubscriptionFilter(region=PLACE[1], editions=("hardware",), services=False)
AUTOMATIC = SubscriptionFilter(renewal_mode="AutoRenewal", subscription="Subscription")
ONE_INSTANCES = KeyFilter({"instance_id": ["kst-1"]}, kept_after=AT, now=AT)
ANY, INCOME = EntryFilter(), EntryFilter(income=True)
SALES, OLDER = EntryFilter(kinds=(TransactionKind.ORDER,)), EntryFilter(before=SKIPPED)
OPEN = TicketFilter(None, (TicketState.OPEN,))
DECIDED = TicketFilter(None, (TicketState.APPROVED, TicketState.REFUSED))
DECIDED_OF_ONE = TicketFilter(ADA, DECIDED.states)

#: How a step begins that reads what a subquery of the same statement has found.
OF_A_PAGE = ("SCAN anon", "SCAN (subquery")

#: A page far into each list.
LISTS: dict[str, Callable[[UnitOfWork], object]] = {
    "accounts": lambda work: work.accounts.page(SKIPPED, LIMIT),
    "instances": lambda work: work.instances.page(*PLACE, SKIPPED, LIMIT),
    "subscriptions": lambda work: work.subscriptions.page(ADA, SOLD, AT, SKIPPED, LIMIT),
    "ending next": lambda work: work.subscriptions.page(ADA, SOLD, AT, 0, LIMIT, by_end=True),
    "editions": lambda work: work.subscriptions.page(ADA, HARDWARE, AT, SKIPPED, LIMIT),
    "renewal modes": lambda work: work.subscriptions.page(ADA, AUTOMATIC, AT, SKIPPED, LIMIT),
    "keys": lambda work: work.keys.page(*PLACE, KEPT_KEYS, SKIPPED, LIMIT),
    "keys of an instance": lambda work: work.keys.page(*PLACE, ONE_INSTANCES, SKIPPED, LIMIT),
    "key versions": lambda work: work.keys.versions("key-1", SKIPPED, LIMIT),
    "aliases": lambda work: work.aliases.page(*PLACE, None, SKIPPED, LIMIT),
    "secrets": lambda work: work.secrets.page(*PLACE, KEPT_SECRETS, SKIPPED, LIMIT),
    "backups": lambda work: work.backups.page(ADA, AT, SKIPPED, LIMIT, region=PLACE[1]),
    "rules": lambda work: work.applications.network_rules.page(*PLACE, SKIPPED, LIMIT),
    "orders": lambda work: work.orders.page(ADA, OrderFilter(), SKIPPED, LIMIT, AT),
    "orders of a type": lambda work: work.orders.page(
        ADA, OrderFilter(type="Renew", status="Paid"), SKIPPED, LIMIT, AT
    ),
    **{
        f"{status} orders": lambda work, status=status: work.orders.page(
            ADA, OrderFilter(status=status), SKIPPED, LIMIT, AT
        )
        for status in ("Unpaid", "Paid", "Cancelled")
    },
    "pending orders": lambda work: work.orders.page(
        ADA, OrderFilter(pending_at=AT, subscription="Subscription"), SKIPPED, LIMIT, AT
    ),
    "transactions": lambda work: work.statements.page(ADA, "USD", ANY, SKIPPED, LIMIT),
    "income": lambda work: work.statements.page(ADA, "USD", INCOME, SKIPPED, LIMIT),
    "transactions of a kind": lambda work: work.statements.page(ADA, "USD", SALES, SKIPPED, LIMIT),
    "transactions after others": lambda work: work.statements.page(ADA, "USD", OLDER, 0, LIMIT),
    "bill lines": lambda work: work.bill_views.page(MONTH, SKIPPED, LIMIT),
    "amortised": lambda work: work.bill_views.cost_page(MONTH, SKIPPED, LIMIT),
    "tickets": lambda work: work.tickets.page(TicketFilter(ADA), SKIPPED, LIMIT),
    "all tickets": lambda work: work.tickets.page(TicketFilter(None), SKIPPED, LIMIT),
    "decided tickets": lambda work: work.tickets.page(DECIDED, SKIPPED, LIMIT),
    "decided tickets of one": lambda work: work.tickets.page(DECIDED_OF_ONE, SKIPPED, LIMIT),
    "open tickets": lambda work: work.tickets.page(OPEN, SKIPPED, LIMIT),
    "vouchers": lambda work: work.vouchers.page(VoucherFilter(ADA), SKIPPED, LIMIT, AT),
    "letters": lambda work: work.letters.newest(LetterFilter(None, None), SKIPPED, LIMIT),
    "sent letters": lambda work: work.letters.newest(LetterFilter(None, "sent"), SKIPPED, LIMIT),
    "letters to one": lambda work: work.letters.newest(LetterFilter(ADA, None), SKIPPED, LIMIT),
    "sent letters to one": lambda work: work.letters.newest(
        LetterFilter(ADA, "sent"), SKIPPED, LIMIT
    ),
    "letters in order": lambda work: work.letters.page(ADA, SKIPPED, LIMIT),
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
    "instances",
    "subscriptions",
    "ending next",
    "editions",
    "renewal modes",
    "keys",
    "keys of an instance",
    "secrets",
    "orders",
    "orders of a type",
    "Unpaid orders",
    "Paid orders",
    "Cancelled orders",
    "pending orders",
    "transactions",
    "income",
    "transactions after others",
    "bill lines",
    "amortised",
    "tickets",
    "all tickets",
    "decided tickets",
    "decided tickets of one",
    "open tickets",
    "vouchers",
    "letters",
    "sent letters",
    "letters to one",
    "sent letters to one",
    "letters in order",
    "changes",
}


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    settings = read_settings({"data": str(tmp_path_factory.mktemp("lists") / "data")}, {})
    with closing(open_deployment(settings, may_initialise=True)) as opened:
        yield opened


@dataclass(frozen=True)
class Step:
    """What a statement does: ``part`` is 0 at its outside, else that of one of its subqueries."""

    statement: int
    part: int
    text: str

    @property
    def reads(self) -> bool:
        return self.text.startswith(("SCAN", "SEARCH"))


def steps_of(work: UnitOfWork, ask: Callable[[UnitOfWork], object]) -> list[Step]:
    """The steps of all statements."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(work.connection, "before_cursor_execute", note)
    ask(work)
    event.remove(work.connection, "before_cursor_execute", note)
    return [
        Step(number, row[1], row[3])
        for number, (statement, parameters) in enumerate(asked)
        for row in work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_paged_by_index(deployment: Deployment, name: str) -> None:
    with deployment.database.read() as work:
        steps = steps_of(work, LISTS[name])
    plan = "\n".join(step.text for step in steps)
    is_deferred = "MATERIALIZE" in plan
    for step in steps:
        if step.reads and not step.text.startswith(OF_A_PAGE):
            assert "USING" in step.text, plan
        if "TEMP B-TREE" in step.text:  # of the rows of one page, once they are read
            assert is_deferred, plan
            assert step.part == 0 or sorts_a_page(steps, step), plan
    if name in COVERED:
        places = [one for one in steps if one.part and one.reads]
        places = [one.text for one in places if not one.text.startswith(OF_A_PAGE)]
        assert places, plan
        assert all("COVERING INDEX" in one for one in places), plan


def sorts_a_page(steps: list[Step], sort: Step) -> bool:
    """Whether what a subquery sorts comes from another one alone: that which takes a page."""
    place = sort.statement, sort.part
    read = [one.text for one in steps if one.reads and (one.statement, one.part) == place]
    return bool(read) and all(one.startswith(OF_A_PAGE) for one in read)


def test_plans_are_found_by_their_moment(deployment: Deployment) -> None:
    with deployment.database.read() as work:
        steps = steps_of(work, lambda work: work.plans.between(ADA, AT, AT + 1, LIMIT))
    used = " ".join(step.text for step in steps)
    for table in ("keys", "secrets"):
        for moment in ("rotate_at", "delete_at"):
            assert f"ix_{table}_{moment}" in used
