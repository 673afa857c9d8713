"""One bill for each account and day, made at 10:00 of the next day. rules.md 8."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from keylease.billing.catalog import PriceBook
from keylease.billing.usage.bill import make_bill
from keylease.billing.usage.charge import charge
from keylease.billing.usage.model import UsageDay, bounds_of, last_billable, peak_qps
from keylease.core.agenda import Appointment
from keylease.core.errors import Misuse
from keylease.lifecycle.debt import fall_into_debt
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.work import Work


def bill_due(work: Work, due: Sequence[Appointment]) -> None:
    """Bill the days of these accounts whose bill is due and was not made yet."""
    for account_id in sorted(one.subject for one in due):
        work.accounts.lock(account_id)
        waiting = work.usage.unbilled(account_id, last_billable(work.now))
        for day, of_day in groupby(waiting, key=lambda one: one.day):
            _bill(work, account_id, day, list(of_day))


def _bill(work: Work, account_id: str, day: str, unbilled: Sequence[UsageDay]) -> None:
    account = work.accounts.lock(account_id)
    busiest = work.usage.busiest_minutes([one.instance_id for one in unbilled], day)
    days = [replace(one, peak_qps=peak_qps(busiest.get(one.instance_id, 0))) for one in unbilled]
    bill = make_bill(_book_of(work, days, account.currency), days, account.currency)
    number, before, after = charge(work, account_id, bill)
    work.usage.bill([replace(one, record_id=number) for one in days])
    work.letters.add(Scribe(work).low_balance(account, before, after))
    if bill.total and after < 0:
        fall_into_debt(work, account, number, bill.total, after)


def _book_of(work: Work, days: Sequence[UsageDay], currency: str) -> PriceBook:
    """The price book in force at the end of the day, or the last before it that sold all this."""
    last = bounds_of(days[0].day)[1] - 1
    editions = {one.edition for one in days}
    for version in work.price_books.versions():
        if version.valid_from <= last:
            book = work.price_books.version(version.number)
            sold = {one.edition for one in book.pay_as_you_go}
            if editions <= sold and currency in book.currencies:
                return book
    raise Misuse(
        "No price book sells {editions} by the day in {currency}.",
        editions=", ".join(sorted(editions)),
        currency=currency,
    )
