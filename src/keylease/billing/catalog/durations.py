"""How long one can buy and renew. Source: rules.md 5, facts/kms.md 1.4."""

from keylease.billing.catalog.model import PriceBook
from keylease.core.errors import Code, Parameter, Refusal, Word

_MONTHS_OF_UNIT = {"M": 1, "Y": 12}


def resolve_purchase_months(book: PriceBook, period: int) -> int:
    """The months that a purchase of ``period`` months covers; Refusal if they are not sold."""
    return _sold("Period", period, book.durations.purchase)


def resolve_renewal_months(book: PriceBook, period: int) -> int:
    """The months that a renewal by hand of ``period`` months adds; Refusal if not sold."""
    return _sold("RenewPeriod", period, book.durations.renewal)


def resolve_automatic_months(book: PriceBook, period: int, unit: str = "M") -> int:
    """The months of one automatic renewal; ``unit`` is M or Y, and a year is 12 months."""
    if unit not in _MONTHS_OF_UNIT:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "RenewalPeriodUnit {unit!r} is unknown; allowed values: M, Y.",
            unit=unit[:40],
        )
    return _sold("RenewalPeriod", period * _MONTHS_OF_UNIT[unit], book.durations.automatic)


def resolve_service_months(book: PriceBook, period: int) -> int:
    """The months that a purchase of a service covers: whole years. facts/kms.md 1.4."""
    return _sold("Period", period, book.durations.service)


def _sold(name: str, months: int, allowed: tuple[int, ...]) -> int:
    if months not in allowed:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} of {months} months is not offered; allowed months: {allowed}.",
            name=Parameter(name),
            months=months,
            allowed=", ".join(map(str, allowed)) or Word("none"),
        )
    return months
