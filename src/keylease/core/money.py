"""Money: whole minor units in store, exact fractions in between, one named rounding.

No float ever meets an amount. A price or a fee stays an exact `Fraction` until an order is made;
then it becomes minor units (cents, fen) by `round_half_up`, once. Source: rules.md 4.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

from keylease.core.errors import Misuse

CURRENCIES = ("USD", "CNY")

_AMOUNT = re.compile(r"([+-]?)(\d{1,13})(?:\.(\d{1,2}))?", re.ASCII)


def round_half_up(exact: Fraction) -> int:
    """The nearest whole minor unit; a half goes up, away from zero for what is negative."""
    sign = -1 if exact < 0 else 1
    doubled = 2 * abs(exact) + 1
    return sign * (doubled.numerator // (2 * doubled.denominator))


def allocate(amount: int, weights: Sequence[Fraction | int]) -> list[int]:
    """Split an amount into whole minor units in proportion to the weights; they add up to it.

    As `split_exactly` rounds. Where all weights are zero, the first gets it all. Whole weights are
    not made fractions: bills of a million lines are split by this.
    """
    total = sum(weights)
    if total == 0:
        return [amount, *[0] * (len(weights) - 1)] if weights else []
    sign = -1 if total < 0 else 1
    parts = [divmod(sign * amount * weight, sign * total) for weight in weights]
    shares = [int(share) for share, _ in parts]
    return _completed(shares, [rest for _, rest in parts], amount)


def split_exactly(parts: Sequence[Fraction]) -> list[int]:
    """Whole minor units for each part that add up to the sum of the parts, rounded half up.

    Each is its part rounded down or up; up are rounded those with the largest remainders, of equal
    ones the first. Source: rules.md 9.
    """
    whole = [floor(part) for part in parts]
    rests = [part - below for part, below in zip(parts, whole, strict=True)]
    return _completed(whole, rests, round_half_up(sum(parts, Fraction(0))))


def _completed(below: list[int], rests: Sequence[Fraction | int], total: int) -> list[int]:
    """Parts that were rounded down, one more for the largest remainders until all is given."""
    by_remainder = sorted(range(len(below)), key=lambda n: -rests[n])
    for n in by_remainder[: total - sum(below)]:
        below[n] += 1
    return below


def parse_amount(text: str) -> int:
    """``"500"``, ``"500.5"`` or ``"500.50"`` to 50050 minor units; ValueError for anything else."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not an amount")
    sign, whole, cents = match.groups()
    minor = int(whole) * 100 + int((cents or "").ljust(2, "0"))
    return -minor if sign == "-" else minor


def any_amount(text: str) -> int:
    """Minor units of an amount that the operator wrote; Misuse."""
    try:
        return parse_amount(text)
    except ValueError:
        raise Misuse("{text!r} is not an amount: write it like 1234.56", text=text) from None


def positive_amount(text: str) -> int:
    """Minor units of an amount that is more than nothing; Misuse."""
    minor = any_amount(text)
    if minor <= 0:
        raise Misuse("The amount has to be more than 0.00.")
    return minor


def amount_text(minor: int) -> str:
    """50050 to ``"500.50"``: the form of the APIs."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def exact_text(minor: Fraction) -> str:
    """13/10 to ``"0.013"``: an exact price of few decimals, with two at least."""
    sign = "-" if minor < 0 else ""
    millionths = abs(minor) * 10_000
    if millionths.denominator != 1:
        raise ValueError(f"{minor} has more than six decimals")
    whole, decimals = divmod(millionths.numerator, 1_000_000)
    shown = f"{decimals:06d}"
    return f"{sign}{whole}.{shown[:2]}{shown[2:].rstrip('0')}"


def factor_text(factor: Fraction) -> str:
    """17/20 to ``"0.85"``: a discount."""
    return f"{Decimal(factor.numerator) / factor.denominator:f}"


def percent_off(factor: Fraction) -> str:
    """17/20 to ``"15"``: what a discount takes off, in percent."""
    return factor_text((1 - factor) * 100)


def amount_for_people(minor: int, currency: str) -> str:
    """1234567 to ``"USD 12,345.67"``: the form of letters, tables and messages."""
    sign = "-" if minor < 0 else ""
    return f"{currency} {sign}{abs(minor) // 100:,}.{abs(minor) % 100:02d}"
