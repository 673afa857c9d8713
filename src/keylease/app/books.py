"""The daily check of the books: what it found is told in every way there is. rules.md 9."""

import json

import structlog

from keylease.app.deployment import Deployment
from keylease.app.settings import Settings
from keylease.billing.ledger.check import BOOKS_CHECK, BooksFinding, answers
from keylease.core import ids
from keylease.core.agenda import Appointment
from keylease.core.clock import DAY, at_hour, local_date
from keylease.lifecycle.books import (
    BOOKS_CHECKED,
    BOOKS_HISTORY,
    PastCheck,
    books_history,
    with_check,
)
from keylease.notifications.letters import Kind, Letter, Recipient, compose
from keylease.notifications.texts import Language
from keylease.storage.unit_of_work import UnitOfWork

#: The hour of the check, UTC+8.
CHECK_HOUR = 6

#: How many findings a letter names.
NAMED_MAX = 20

log = structlog.get_logger()


def run_books_check(deployment: Deployment) -> list[BooksFinding]:
    """Check the whole books, tell what was found, and plan the next check; the findings."""
    with deployment.database.read() as work:
        asked = answers(work.books)
        found = [finding for _, each in asked for finding in each]
        status = {"checked_at": work.now, "findings": len(found)}
        check = PastCheck(work.now, {one.holds: len(each) for one, each in asked if each})
    with deployment.database.begin() as work:
        work.facts.put(BOOKS_CHECKED, json.dumps(status))
        work.facts.put(BOOKS_HISTORY, with_check(books_history(work.facts), check))
        if found:
            work.letters.add([_alert(work, deployment.settings, found)])
        _plan(work)
    if found:
        log.error("the books are not in order: see `keylease books check`", findings=len(found))
    return found


def plan_books_check(deployment: Deployment) -> None:
    """Put the next check on the agenda."""
    with deployment.database.begin() as work:
        _plan(work)


def _plan(work: UnitOfWork) -> None:
    today = at_hour(local_date(work.now), CHECK_HOUR)
    due = today if today > work.now else today + DAY
    work.agenda.add([Appointment(BOOKS_CHECK, "books", due)])


def _alert(work: UnitOfWork, settings: Settings, found: list[BooksFinding]) -> Letter:
    language: Language = "zh" if settings.operator_language == "zh" else "en"
    facts = {
        "findings": len(found),
        "found": [f"{one.rule}: {one.subject}" for one in found[:NAMED_MAX]],
    }
    return compose(
        Kind.BOOKS_ALERT,
        Recipient("", "operator", settings.operator_email, language),
        facts,
        work.now,
        letter_id=ids.uuid(work.entropy),
        domain=work.mail_domain,
    )
