"""One expiration day for many instances: until when each is renewed, and for how much.

The end moves to the first "day x of a month, 00:00:00 UTC+8" that is at least one month after the
present end. What is paid for is the time between the two ends: whole months at the monthly price,
and each further day at a thirtieth of it. Source: facts/billing.md 3 "Unified expiration".
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from keylease.billing.catalog import Configuration, PriceBook, Quote, monthly_lines
from keylease.core.clock import local_date
from keylease.core.errors import Code, Refusal
from keylease.core.terms import add_months

#: The days that every month has.
DAYS = range(1, 29)

#: What a monthly price is divided by for a daily one.
DAYS_OF_MONTH = 30


@dataclass(frozen=True, slots=True)
class Extension:
    """From one end to another: whole months and the days after them; dates are UTC+8."""

    start: date
    end: date
    months: int
    days: int

    @property
    def expiration_date(self) -> date:
        """E: the last date that is covered whole."""
        return self.end - timedelta(days=1)


def unified(end: int, day: int) -> Extension:
    """How far an instance that ends at ``end`` is renewed to end on this day of a month.

    Refusal InvalidParameter for a day that not every month has.
    """
    if day not in DAYS:
        raise Refusal(
            Code.INVALID_PARAMETER, "Day {day} is not offered; allowed days: 1 to 28.", day=day
        )
    start = local_date(end)
    earliest = add_months(start, 1)
    new = earliest.replace(day=day)
    if new < earliest:
        new = add_months(new, 1)
    months = (new.year - start.year) * 12 + new.month - start.month
    if add_months(start, months) > new:
        months -= 1
    return Extension(start, new, months, (new - add_months(start, months)).days)


def unified_quote(
    book: PriceBook, configuration: Configuration, currency: str, extension: Extension
) -> Quote:
    """What an extension costs, at the discount of its whole months; exact."""
    lines = monthly_lines(book, configuration, currency)
    monthly = sum(line.amount for line in lines)
    length = extension.months + Fraction(extension.days, DAYS_OF_MONTH)
    discount = book.discount(extension.months)
    return Quote(currency, extension.months, discount, monthly * length, lines)
