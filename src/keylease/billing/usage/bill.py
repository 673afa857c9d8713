"""The bill of a day: exact over all instances of an account, rounded once. rules.md 8 and 9."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from keylease.billing.bills.model import BillItem, BillLine, LineItem
from keylease.billing.catalog import DayQuote, PriceBook, Usage, day_price
from keylease.billing.orders.model import Subscription
from keylease.billing.usage.model import UsageDay, bounds_of
from keylease.core.money import allocate, exact_text, split_exactly


@dataclass(frozen=True, slots=True)
class DayBill:
    """What an account owes for a day: ``amounts`` are the days' parts, in minor units."""

    currency: str
    days: tuple[UsageDay, ...]
    quotes: tuple[DayQuote, ...]
    amounts: tuple[int, ...]

    @property
    def total(self) -> int:
        """The exact sum, rounded half up once."""
        return sum(self.amounts)


@dataclass(frozen=True, slots=True)
class Payment:
    """How a bill was paid: ``voucher + cash + outstanding`` is its total."""

    voucher: int
    cash: int
    outstanding: int


def make_bill(book: PriceBook, days: Sequence[UsageDay], currency: str) -> DayBill:
    """The bill of the days of one date; a day in a trial costs nothing. Refusal of `day_price`."""
    ordered = tuple(sorted(days, key=lambda one: one.instance_id))
    quotes = tuple(day_price(book, one.edition, _usage(one), currency) for one in ordered)
    exact = [
        Fraction(0) if one.free else quote.total for one, quote in zip(ordered, quotes, strict=True)
    ]
    return DayBill(currency, ordered, quotes, tuple(split_exactly(exact)))


def lines_of(bill: DayBill, record_id: str, payment: Payment, at: int) -> list[BillLine]:
    """The lines of a bill, one for each instance; what paid it is split like its amount."""
    vouchers = allocate(payment.voucher, bill.amounts)
    rest = [amount - paid for amount, paid in zip(bill.amounts, vouchers, strict=True)]
    in_cash = allocate(payment.cash, rest)
    return [
        _line(bill, place, record_id, at, voucher, cash)
        for place, (voucher, cash) in enumerate(zip(vouchers, in_cash, strict=True))
    ]


def _usage(day: UsageDay) -> Usage:
    return Usage(
        existed=True,
        key_versions=day.key_versions,
        secrets=day.secrets,
        peak_qps=day.peak_qps or 0,
    )


def _line(bill: DayBill, place: int, record_id: str, at: int, voucher: int, cash: int) -> BillLine:
    day, amount = bill.days[place], bill.amounts[place]
    start, end = bounds_of(day.day)
    return BillLine(
        account_id=day.account_id,
        month=day.day[:7],
        day=day.day,
        item=BillItem.PAY_AS_YOU_GO,
        subscription=Subscription.PAY_AS_YOU_GO.value,
        product_type=day.product_type,
        record_id=record_id,
        sub_order_id=f"{record_id}{place + 1}",
        related_record_id="",
        order_type="",
        instance_id=day.instance_id,
        instance_name=day.name,
        region=day.region,
        edition=day.edition,
        currency=bill.currency,
        gross=amount,
        discount=0,
        pretax=amount,
        voucher=voucher,
        cash=cash,
        outstanding=amount - voucher - cash,
        at=at,
        usage_start=start,
        usage_end=end,
        items=_items(bill.quotes[place], amount),
    )


def _items(quote: DayQuote, amount: int) -> tuple[LineItem, ...]:
    """What was used, item by item; the parts add up to the amount."""
    used = [line for line in quote.lines if line.quantity]
    parts = allocate(amount, [line.amount for line in used])
    return tuple(
        LineItem(line.code, str(line.quantity), "Day", exact_text(line.unit_price), part)
        for line, part in zip(used, parts, strict=True)
    )
