"""What must hold after a restart, asked of the API and of the data itself.

The oracles are the journals of the customers and the text of rules.md, not the code of the product:
amounts are those of the price book, the letters that time causes are computed anew here.
"""

import base64
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import reduce
from operator import getitem
from typing import Any

from sqlalchemy import select

from crash.load import OF_TIME, Call, Ciphertext, Customer
from keylease.app.deployment import Deployment
from keylease.app.trail import newest_records, verify_trail
from keylease.billing.ledger.check import check_books
from keylease.core.clock import iso
from keylease.lifecycle.jobs import ERRANDS
from keylease.notifications.letters import Letter
from keylease.storage import schema
from keylease.storage.unit_of_work import UnitOfWork

LIST_MAX = 1_000_000
PAGE = 300
UTC8 = timezone(timedelta(hours=8))
DAY = 86_400

#: A running clock may have come to a moment that nobody has had the time to act on yet.
SLACK_SECONDS = 60

#: A letter that time causes: kind, instance, moment.
Timely = tuple[str, str, int]


def check_customer(customer: Customer, credit: int, fresh: int) -> None:
    """What the API says, held against the journal; ciphertexts from the ``fresh`` one on."""
    _settle_doubts(customer)
    _check_orders(customer, customer.bought(), credit)
    _check_tokens(customer)
    _check_keys(customer)
    for one in customer.ciphertexts[fresh:]:
        customer.check_decrypts(one)
    _check_nonces(customer.ciphertexts)
    for call in customer.journal:
        refused = (call.status, call.body.get("Code"))
        assert call.status in {0, 200} or refused in OF_TIME, call


def check_data(deployment: Deployment, customers: list[Customer], *, settled: bool) -> None:
    """Books, trail and letters; once ``settled``, nothing that is due may be left over."""
    with deployment.database.read() as work:
        assert check_books(work.books) == []
        for customer in customers:
            letters = [one.letter for one in work.letters.page(customer.account_id, 0, LIST_MAX)[0]]
            _check_receipts(customer, letters)
            _check_timely(work, customer, letters, settled=settled)
        waiting, _ = work.agenda.page(("pending", "failed"), LIST_MAX)
        assert [one for one in waiting if one.state == "failed" or one.attempts] == []
        overdue = [one for one in waiting if one.appointment.due <= work.now]
        # An errand that was killed is begun again when its lease has lapsed, minutes later.
        assert not settled or {one.appointment.kind for one in overdue} <= set(ERRANDS), overdue
    assert verify_trail(deployment) == []
    for customer in customers:
        _check_listed(deployment, customer)
        _check_trail(deployment, customer)


def _settle_doubts(customer: Customer) -> None:
    """Send again, with the same ClientToken, whatever was never answered."""
    for call in customer.journal:
        if call.status == 0 and "ClientToken" in call.parameters:
            customer.send(call)
            customer.learn(call)


def _check_orders(customer: Customer, bought: list[Call], credit: int) -> None:
    """There is one order for each token, with its amount, and nothing else was paid."""
    listed = Counter(
        (str(one["OrderId"]), round(float(one["PretaxAmount"]) * 100))
        for one in _pages(customer, "QueryOrders", "OrderList", "Order")
    )
    assert listed == Counter((one.order_id, one.cents) for one in bought)
    balance = customer.ask("QueryAccountBalance")["Data"]["AvailableCashAmount"]
    spent = sum(one.cents for one in bought)
    assert round(float(balance.replace(",", "")) * 100) == credit - spent


def _check_tokens(customer: Customer) -> None:
    """The first and the last few tokens still give their first answer."""
    bought = customer.bought()
    for call in [*bought[:1], *bought[-3:]]:
        again = customer.ask(call.action, **call.parameters)
        assert again["Data"] == call.body["Data"]


def _check_keys(customer: Customer) -> None:
    """Every acknowledged key is there, and no more than were asked for."""
    listed: list[str] = []
    for number in itertools.count(1):
        page = customer.ask("ListKeys", PageNumber=str(number), PageSize="100")
        listed += [one["KeyId"] for one in page["Keys"]["Key"]]
        if len(listed) >= page["TotalCount"]:
            break
    doubtful = sum(one.action == "CreateKey" and not one.ok for one in customer.journal)
    assert set(customer.keys) <= set(listed)
    # One more is the account's default key.
    assert len(listed) == len(set(listed)) <= len(customer.keys) + doubtful + 1


def _check_nonces(ciphertexts: list[Ciphertext]) -> None:
    """No nonce comes twice under a key version, also across restarts: 36 bytes, then 12."""
    used = Counter(base64.b64decode(one.blob)[: 36 + 12] for one in ciphertexts)
    assert all(times == 1 for times in used.values())


def _pages(customer: Customer, action: str, *path: str) -> Iterator[dict[str, Any]]:
    """All rows of a list of the billing API; ``path`` leads to them."""
    for number in itertools.count(1):
        data: Any = customer.ask(
            action,
            PageNum=str(number),
            PageSize=str(PAGE),
            CreateTimeStart="2020-01-01T00:00:00Z",
        )["Data"]
        rows = reduce(getitem, path, data)
        yield from rows
        if number * PAGE >= data["TotalCount"]:
            return


def _check_receipts(customer: Customer, letters: list[Letter]) -> None:
    """One letter for each order, and none twice, whatever the database may be held to."""
    receipts = [one for one in letters if one.kind in {"purchase", "renewal"}]
    named = Counter(order for one in receipts for order in re.findall(r"\b2\d{14}\b", one.text))
    assert named == Counter({one.order_id: 1 for one in customer.bought()})
    assert len(receipts) == len(named)
    assert len({one.message_id for one in letters}) == len(letters)


def _check_timely(
    work: UnitOfWork, customer: Customer, letters: list[Letter], *, settled: bool
) -> None:
    """Reminders, expiries and releases were written once each, and exactly those that were due."""
    written = Counter(
        (one.kind.value, one.instance_id, one.due_at)
        for one in letters
        if one.kind in {"reminder", "expired", "release_soon", "released"}
    )
    assert all(times == 1 for times in written.values()), written.most_common(3)
    by_now = work.now if settled else work.now - SLACK_SECONDS
    due, possible = _due(work, customer, by_now)
    assert due <= set(written), _shown(due - set(written))
    assert set(written) <= due | possible, _shown(set(written) - due - possible)


def _check_listed(deployment: Deployment, customer: Customer) -> None:
    """What was bought is listed until it is released, which may happen while this looks."""
    before = _released(deployment, customer)
    rows = _pages(customer, "QueryAvailableInstances", "InstanceList")
    listed = {row["InstanceID"] for row in rows}
    gone = set(customer.instances) - listed
    assert listed <= set(customer.instances) - before, sorted(listed)
    assert gone <= _released(deployment, customer), sorted(gone)


def _released(deployment: Deployment, customer: Customer) -> set[str]:
    with deployment.database.read() as work:
        letters = work.letters.page(customer.account_id, 0, LIST_MAX)[0]
    return {one.letter.instance_id for one in letters if one.letter.kind == "released"}


def _due(work: UnitOfWork, customer: Customer, by_now: int) -> tuple[set[Timely], set[Timely]]:
    """Which letters time has caused by now, and which may have been at the edge of a moment.

    rules.md 3: each end has its series, from the moment that it was paid until the next renewal.
    """
    due: set[Timely] = set()
    possible: set[Timely] = set()
    o, t = schema.orders, schema.terms
    rows = work.connection.execute(
        select(t.c.instance_id, o.c.paid_at, t.c.end)
        .join(t, t.c.order_id == o.c.id)
        .where(o.c.account_id == customer.account_id)
        .order_by(t.c.instance_id, t.c.end)
    ).all()
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        renewed = following is not None and following.instance_id == row.instance_id
        until = following.paid_at if following is not None and renewed else None
        for kind, moment in _series(row.end):
            if moment <= row.paid_at or (until is not None and moment > until):
                continue
            certain = moment <= by_now if until is None else moment < until
            (due if certain else possible).add((kind, row.instance_id, moment))
    now = work.now
    return due, {one for one in possible if one[2] <= now}


def _series(end: int) -> list[tuple[str, int]]:
    """What rules.md 3 lists for a term that ends at ``end``; 09:00 UTC+8 of E-7, E-3, E-1, E+15."""
    last_day = datetime.fromtimestamp(end - 1, UTC8).replace(hour=9, minute=0, second=0)
    nine = int(last_day.timestamp())
    return [
        *(("reminder", nine - days * DAY) for days in (7, 3, 1)),
        ("expired", end),
        ("release_soon", nine + 15 * DAY),
        ("released", end + 15 * DAY),
    ]


def _shown(letters: set[Timely]) -> list[tuple[str, str, str]]:
    return sorted((kind, instance, iso(moment)) for kind, instance, moment in letters)


def _check_trail(deployment: Deployment, customer: Customer) -> None:
    """Every answered call is on record once, with its outcome."""
    records = newest_records(deployment, customer.account_id, LIST_MAX)
    outcomes = {one.request_id: one.outcome for one in records}
    assert len(outcomes) == len(records), "a request is on record twice"
    for call in customer.journal:
        if call.status:
            expected = "OK" if call.ok else call.body["Code"]
            assert outcomes.get(call.body["RequestId"]) == expected, call
