"""What things cost and how much of it is used up: the naive reading of rules.md 4, 6 and 7.

A price book is plain data::

    {
        "base": Decimal("500.00"),  # a month
        "modules": {"qps": {"included": 1000, "block": 1000, "price": Decimal("250.00")}, ...},
        "discounts": {12: Decimal("0.85"), 24: Decimal("0.70"), 36: Decimal("0.50")},
    }

A configuration is a dict of how much of each module. What is exact is a Fraction; an amount is a
Decimal with two places.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from naive.days import ONE_DAY

Book = dict[str, Any]
Configuration = dict[str, int]

NOTHING = Decimal("0.00")
MODULES = ("qps", "keys", "secrets", "access_units", "log_storage")


def round_half_up(exact: Fraction) -> Decimal:
    """The nearest cent; half a cent goes up."""
    cents, rest = divmod(exact.numerator * 100, exact.denominator)
    if 2 * rest >= exact.denominator:
        cents += 1
    return Decimal(cents).scaleb(-2)


def complete(book: Book, asked: Configuration, base: Configuration | None) -> Configuration:
    """All modules: what is not asked for stays, and less than what is included means that."""
    chosen = {}
    for module in MODULES:
        included = book["modules"][module]["included"]
        stays = base[module] if base else included
        chosen[module] = max(included, asked.get(module, stays))
    return chosen


def monthly_price(book: Book, configuration: Configuration) -> Decimal:
    """The base, and block after block of what is above the included."""
    price = book["base"]
    for module in MODULES:
        sold = book["modules"][module]
        covered = sold["included"]
        while covered < configuration[module]:
            covered += sold["block"]
            price += sold["price"]
    return price


def discount(discounts: dict[int, Decimal], months: int) -> Fraction:
    """The factor of the longest tier that so many months reach."""
    reached = [tier for tier in discounts if tier <= months]
    return Fraction(discounts[max(reached)]) if reached else Fraction(1)


def term_amounts(book: Book, configuration: Configuration, months: int) -> tuple[Decimal, Decimal]:
    """The list and the payable amount of a term, each rounded once."""
    exact = Fraction(monthly_price(book, configuration)) * months
    factor = discount(book["discounts"], months)
    return round_half_up(exact), round_half_up(exact * factor)


def upgrade_amounts(
    book: Book, old: Configuration, new: Configuration, remaining: int
) -> tuple[Decimal, Decimal]:
    """The list and the payable amount of an upgrade for so many seconds. rules.md 6."""
    more = Fraction(monthly_price(book, new) - monthly_price(book, old))
    hours = Fraction(remaining, 60 * 60)
    exact = max(Fraction(0), more / 720 * hours)
    factor = discount(book["discounts"], remaining // (30 * ONE_DAY))
    return round_half_up(exact), round_half_up(exact * factor)


def days_rounded_up(seconds: int) -> int:
    days, rest = divmod(seconds, ONE_DAY)
    return days + 1 if rest else days


def refund_of(order: dict[str, Any], now: int) -> Decimal:
    """What comes back of one paid order at the moment ``now``. rules.md 7."""
    if order["refunded"] is not None or now >= order["end"]:
        return NOTHING
    if now < order["start"]:
        return order["cash_paid"]
    used = days_rounded_up(now - order["start"])
    used = min(max(used, 1), order["order_days"])
    part = Fraction(used, order["order_days"])
    factor = discount(order["discounts"], used // 30)
    consumed = round_half_up(Fraction(order["list"]) * part * factor)
    return max(NOTHING, order["cash_paid"] - consumed)


def best_voucher(
    vouchers: list[dict[str, Any]], payable: Decimal, now: int
) -> dict[str, Any] | None:
    """The one that pays: the largest balance, then the earliest expiry, then the earliest issue."""
    best = None
    for voucher in vouchers:
        valid = voucher["valid_from"] <= now < voucher["valid_until"]
        if not valid or voucher["threshold"] > payable or voucher["balance"] <= 0:
            continue
        rank = (-voucher["balance"], voucher["valid_until"], voucher["issued"], voucher["number"])
        if best is None or rank < best[0]:
            best = (rank, voucher)
    return best[1] if best else None
