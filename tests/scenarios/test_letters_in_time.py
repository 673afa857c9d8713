"""Letters when time does not go by evenly: renewals, jumps, and a mail server that was away.

Source: rules.md 1 and 3.
"""

from pathlib import Path

import pytest

from keylease.app import clock
from keylease.app.accounts import create_account, credit
from keylease.app.deployment import Deployment
from keylease.core.clock import DAY, HOUR, iso
from keylease.lifecycle import purchase, renewal
from keylease.lifecycle.purchase import Purchase
from keylease.notifications.mailer import SmtpSettings, SmtpTransport, deliver_due
from keylease.storage.outbox import SqlOutbox
from machine import HeldMachine
from product import Customer
from scenarios.town import (
    Town,
    delivered,
    in_utc8,
    listed,
    moment,
    open_town,
    wait_for_delivery,
    written,
)
from unit.notifications.smtp import HOST, Mailbox, free_port, serving

pytestmark = pytest.mark.long

FIRST_DAY = "2026-01-31 10:00:00"

#: The reminders of a month that was bought on the first day: 7, 3 and 1 days before 28 February.
REMINDERS = ["2026-02-21 09:00:00", "2026-02-25 09:00:00", "2026-02-27 09:00:00"]

# --- renewals -------------------------------------------------------------------------------


def test_a_renewal_voids_what_is_left_of_the_old_reminders_and_starts_new_ones(
    deployment: Deployment,
) -> None:
    """Four instances of one age, each renewed at another moment."""
    ada = _account(deployment, "9000.00")
    renewed_at = {  # and the reminders of the old end that were due by then
        "2026-01-31 10:00:01": [],
        "2026-02-21 08:59:59": [],
        "2026-02-21 09:00:00": REMINDERS[:1],
        "2026-02-27 09:00:01": REMINDERS,
    }
    instances = {when: _buy(deployment, ada) for when in renewed_at}
    for when, instance in instances.items():
        _wait_until(deployment, when)
        with deployment.database.begin() as work:
            renewal.renew(work, ada, instance, 1)
    new = [  # E is 31 March
        ("reminder", "2026-03-24 09:00:00"),
        ("reminder", "2026-03-28 09:00:00"),
        ("reminder", "2026-03-30 09:00:00"),
        ("expired", "2026-04-01 00:00:00"),
        ("release_soon", "2026-04-15 09:00:00"),
        ("released", "2026-04-16 00:00:00"),
    ]
    _wait_until(deployment, "2026-04-20 00:00:00")
    for when, reminders in renewed_at.items():
        old = [("purchase", FIRST_DAY), *(("reminder", due) for due in reminders)]
        told = _told(deployment, instances[when])
        assert (when, told) == (when, [*old, ("renewal", when), *new])


# --- jumps ----------------------------------------------------------------------------------

#: What is told of a month and of a year that were bought on the first day, by kind and moment.
OF_A_MONTH = [
    *(("reminder", due) for due in REMINDERS),
    ("expired", "2026-03-01 00:00:00"),
    ("release_soon", "2026-03-15 09:00:00"),
    ("released", "2026-03-16 00:00:00"),
]
OF_A_YEAR = [
    ("reminder", "2027-01-24 09:00:00"),
    ("reminder", "2027-01-28 09:00:00"),
    ("reminder", "2027-01-30 09:00:00"),
    ("expired", "2027-02-01 00:00:00"),
    ("release_soon", "2027-02-15 09:00:00"),
    ("released", "2027-02-16 00:00:00"),
]


@pytest.mark.parametrize("server", ["running", "off"])
def test_one_jump_over_everything_tells_everything_at_its_own_moment(
    tmp_path: Path, server: str
) -> None:
    mailbox, port = Mailbox(), free_port()
    mail = ("--smtp-host", HOST, "--smtp-port", str(port))
    with serving(mailbox, port), open_town(tmp_path / "data", FIRST_DAY, *mail) as town:
        ada, li = town.customer("ada", "500.00"), town.customer("li", "5100.00", language="zh")
        eve = town.customer("eve", "9000.00")
        for customer, months in ((ada, 1), (li, 12), (eve, 36)):
            customer.buy(months)
        if server == "off":
            town.stop()
        town.cli("clock", "advance", "400d")
        if server == "off":
            town.start(*mail)
        assert in_utc8(town.cli("clock", "show")["now"]) == "2027-03-07 10:00:00"
        receipts = [("top_up", FIRST_DAY), ("purchase", FIRST_DAY)]
        assert town.told(ada) == receipts + OF_A_MONTH
        assert town.told(li) == receipts + OF_A_YEAR
        assert town.told(eve) == receipts
        assert _days_told(town, ada) == ["7 days", "3 days", "1 day"]
        assert _days_told(town, li) == ["7天", "3天", "1天"]
        assert [len(listed(one)) for one in (ada, li, eve)] == [0, 0, 1]
        letters = wait_for_delivery(town)
        assert [one["due_at"] for one in letters] == sorted(one["due_at"] for one in letters)
        assert delivered(mailbox) == written(letters)
        assert town.findings() == []


def _days_told(town: Town, customer: Customer) -> list[str]:
    """The days until the expiration, as the subjects of the reminders say them."""
    subjects = [one["subject"] for one in town.letters(customer) if one["kind"] == "reminder"]
    return [one.partition("expires in ")[2] or one.split("将于")[1][:2] for one in subjects]


# --- mail -----------------------------------------------------------------------------------


def test_a_mail_server_that_was_away_gets_every_letter_once(deployment: Deployment) -> None:
    """Down for a life, then up but not ready, then up but for one letter, then well."""
    ada, machine = _account(deployment, "500.00"), deployment.machine
    assert isinstance(machine, HeldMachine)
    mailbox, port = Mailbox(), free_port()
    smtp = SmtpSettings(HOST, port, "off", "", "", "keylease@localhost")

    def deliver() -> int:
        machine.advance(HOUR)
        return deliver_due(SqlOutbox(deployment.database), SmtpTransport(smtp), machine)

    instance = _buy(deployment, ada)
    for due in REMINDERS:
        _wait_until(deployment, due)
        assert deliver() == 0
    _wait_until(deployment, "2026-03-20 00:00:00")
    assert deliver() == 0
    assert _told(deployment, instance) == [("purchase", FIRST_DAY), *OF_A_MONTH]
    assert _unsent(deployment) == 8  # and the receipt of the top-up
    with serving(mailbox, port):
        mailbox.data_answers = ["421 not now"]
        assert deliver() == 0
        mailbox.data_answers = ["451 not this one now"]
        assert deliver() == 7
        assert [deliver(), deliver()] == [1, 0]
        machine.advance(3 * DAY)
        assert deliver() == 0
    assert _unsent(deployment) == 0
    letters = _letters(deployment)
    assert sorted(delivered(mailbox), key=str) == sorted(written(letters), key=str)
    assert len({one["message_id"] for one in letters}) == 8


# --- in this process ------------------------------------------------------------------------


def _account(deployment: Deployment, money: str) -> str:
    clock.freeze(deployment)
    account_id = create_account(deployment, "ada", "ada@example.com").account.id
    credit(deployment, account_id, money)
    return account_id


def _buy(deployment: Deployment, account_id: str) -> str:
    with deployment.database.begin() as work:
        asked = Purchase("kms_ddi_public_intl", 1, {})
        return purchase.buy(work, account_id, "cn-hangzhou", asked).instance_id


def _wait_until(deployment: Deployment, when: str) -> None:
    clock.move(deployment, int(moment(when).timestamp()), lambda _: None)


def _letters(deployment: Deployment) -> list[dict[str, str]]:
    """The letters, as ``mail list`` shows them."""
    with deployment.database.read() as work:
        found, _ = work.letters.page(None, 0, 1000)
    return [
        {
            "kind": one.letter.kind.value,
            "due_at": iso(one.letter.due_at),
            "instance_id": one.letter.instance_id,
            "message_id": one.letter.message_id,
            "to": one.letter.to,
            "subject": one.letter.subject,
            "text": one.letter.text,
        }
        for one in found
    ]


def _told(deployment: Deployment, instance: str) -> list[tuple[str, str]]:
    """What was told about an instance, as (kind, due moment in UTC+8)."""
    return [
        (one["kind"], in_utc8(one["due_at"]))
        for one in _letters(deployment)
        if one["instance_id"] == instance
    ]


def _unsent(deployment: Deployment) -> int:
    with deployment.database.read() as work:
        found, _ = work.letters.page(None, 0, 1000)
    return sum(one.sent_at is None for one in found)
