"""What a day of pay-as-you-go costs: exact, because a bill rounds its sum once. rules.md 8."""

from dataclasses import dataclass
from fractions import Fraction

from keylease.billing.catalog.model import DAILY_CODES, PriceBook
from keylease.core.errors import ensure


@dataclass(frozen=True, slots=True)
class Usage:
    """What an instance used on a day.

    ``existed``: at any moment of the day. The counts are those of its end, without keys that wait
    to be deleted; ``peak_qps`` is the highest average of a minute, rounded up.
    """

    existed: bool
    key_versions: int = 0
    secrets: int = 0
    peak_qps: int = 0

    def __post_init__(self) -> None:
        ensure(min(self.key_versions, self.secrets, self.peak_qps) >= 0, "usage is never negative")


@dataclass(frozen=True, slots=True)
class DayLine:
    """So much of one thing at an exact unit price, in minor units a day."""

    code: str
    quantity: int
    unit_price: Fraction

    @property
    def amount(self) -> Fraction:
        """Exact minor units."""
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class DayQuote:
    """What a day costs: exact, never rounded here."""

    currency: str
    lines: tuple[DayLine, ...]

    @property
    def total(self) -> Fraction:
        """Exact minor units."""
        return sum((line.amount for line in self.lines), Fraction(0))


def day_price(book: PriceBook, edition: str, usage: Usage, currency: str) -> DayQuote:
    """A day of an instance of this edition: one line for each code, also for what was not used.

    Refusal if the book does not sell the edition by the day, or nothing in the currency.
    """
    prices = book.by_the_day(edition)
    book.require_currency(currency)
    used = {
        "Instance": int(usage.existed),
        "KeyNum": usage.key_versions,
        "SecretNum": usage.secrets,
        "Spec": usage.peak_qps,
    }
    return DayQuote(
        currency,
        tuple(DayLine(code, used[code], prices.daily[code][currency]) for code in DAILY_CODES),
    )
