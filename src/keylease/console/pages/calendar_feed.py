"""The calendar as other programs read it, and the password that they do it with.

It is read with HTTP Basic authentication (RFC 7617): the account's id and the feed's password.
"""

import base64

from keylease.access.calendar_feeds import CalendarFeed, is_let_in, new_password
from keylease.access.sign_in import digest_of
from keylease.console.languages import texts_in
from keylease.console.pages.calendar import feed_of
from keylease.console.pages.once import remember, require_first
from keylease.console.ports import ConsoleWork, Transactions
from keylease.console.visit import Goto, Page, Visit

PATH = "/console/calendar/feed.ics"

_LONGEST = 1_000


def make(visit: Visit) -> Page:
    """A new password, in place of the one before; it is on this page, and nowhere else."""
    account_id = visit.account_id

    def do(work: ConsoleWork) -> str:
        work.accounts.lock(account_id)
        require_first(visit, work)
        remember(visit, work)
        password = new_password(work.entropy)
        work.calendar_feeds.put(CalendarFeed(account_id, digest_of(password), work.now))
        return password

    password = visit.change("MakeCalendarFeed", lambda _: account_id, do)
    values = {"address": visit.origin + PATH, "password": password}
    return Page("calendar/password.html", "Calendar feed", values)


def remove(visit: Visit) -> Goto:
    """Let nobody read it any more."""
    account_id = visit.account_id
    visit.change(
        "RemoveCalendarFeed", account_id, lambda work: work.calendar_feeds.remove(account_id)
    )
    return Goto("/console/calendar", "The feed is switched off.")


def read(transactions: Transactions, authorization: str) -> bytes | None:
    """The feed, for the right account and password; Refusal after too many wrong ones."""
    account_id, password = _credentials(authorization)
    if not password:
        return None
    with transactions.begin() as work:
        right = is_let_in(work, account_id, password)
    if not right:
        return None
    with transactions.read() as work:
        account = work.accounts.find(account_id)
        return None if account is None else feed_of(work, account.id, texts_in(account.language))


def _credentials(authorization: str) -> tuple[str, str]:
    """Name and password of a Basic authentication, or nothing."""
    scheme, _, coded = authorization.partition(" ")
    if scheme.lower() != "basic" or len(coded) > _LONGEST:
        return "", ""
    try:
        name, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
    except ValueError:  # not Base64, or no UTF-8
        return "", ""
    return ("", "") if "\0" in name else (name, password)
