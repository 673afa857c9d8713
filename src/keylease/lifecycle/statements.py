"""An account's monthly statement: from bill lines and ledger to what is printed.

Balances are by booking (`keylease.lifecycle.closing`): lines and balances agree on the month of a
bill that is made a day later. Money that is on no bill is shown by its moment; corrections by the
operator are lines of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from keylease.access.accounts import Account
from keylease.billing.bills import names
from keylease.billing.bills.model import BillItem, BillLine
from keylease.billing.bills.months import bounds, next_month
from keylease.billing.bills.parts import amounts_of, grouped
from keylease.billing.bills.ports import LineFilter
from keylease.billing.catalog.names import edition_name
from keylease.billing.ledger.model import Movement, TransactionKind, cash
from keylease.billing.legal.model import LegalKind
from keylease.billing.orders.model import OrderType
from keylease.documents.statement import Amounts, Line, LineKind, Statement
from keylease.documents.texts import Language
from keylease.lifecycle.closing import closing_balance
from keylease.lifecycle.work import Work

ISSUER = "Keylease"

#: Where customers find the rules for refunds: in the operator's text.
REFUND_RULES: dict[Language, str] = {
    "en": "rules of unsubscription, version {version}",
    "zh": "《退订规则》第 {version} 版",
}

#: A month with more lines is printed by instance.
LINES_MAX = 2_000

_KINDS = {
    OrderType.NEW.value: LineKind.PURCHASE,
    OrderType.RENEW.value: LineKind.RENEWAL,
    OrderType.UPGRADE.value: LineKind.UPGRADE,
}


@dataclass(frozen=True, slots=True)
class _Month:
    """What money did besides the lines of a month."""

    opening: int
    closing: int
    top_ups: int
    adjustments: tuple[Movement, ...]


def statement_of(
    work: Work, account: Account, month: str, language: Language | None = None
) -> Statement:
    """The statement of a month, in the account's language unless told otherwise."""
    spoken: Language = language or ("zh" if account.language == "zh" else "en")
    money = _money(work, account, month)
    version = work.legal_texts.current_version(LegalKind.UNSUBSCRIPTION)
    lines = [*_lines(work, account, month, spoken), *map(_adjustment, money.adjustments)]
    return Statement(
        language=spoken,
        issuer=ISSUER,
        account_id=account.id,
        account_name=account.name,
        currency=account.currency,
        month=month,
        issued_at=work.now,
        closed=work.bills.closed(account.id, month) is not None,
        opening_balance=money.opening,
        top_ups=money.top_ups,
        closing_balance=money.closing,
        lines=tuple(sorted(lines, key=lambda line: line.at)),
        refund_rules=REFUND_RULES[spoken].format(version=version),
    )


def _money(work: Work, account: Account, month: str) -> _Month:
    start, end = bounds(month)
    moved = work.ledger.unbilled(cash(account.id), account.currency, start, end)
    adjustments = [one for one in moved if one.kind is TransactionKind.ADJUSTMENT]
    before = next_month(month, -1)
    return _Month(
        closing_balance(work, account.id, account.currency, before),
        closing_balance(work, account.id, account.currency, month),
        sum(one.amount for one in moved) - sum(one.amount for one in adjustments),
        tuple(adjustments),
    )


def _lines(work: Work, account: Account, month: str, language: Language) -> Iterable[Line]:
    chosen = LineFilter(account.id, month)
    if work.bill_views.count(chosen) > LINES_MAX:
        for group in grouped(work.bill_views.by_instance(chosen, chunk=2_000), by_item=False):
            figures = group.amounts
            amounts = Amounts(figures.gross, figures.discount, figures.voucher, figures.charged)
            period = group.usage_start, group.usage_end
            yield _line(group.last, amounts, "", period, (), "")
        return
    for line in work.bill_views.page(chosen, 0, LINES_MAX):
        figures = amounts_of(line)
        amounts = Amounts(figures.gross, figures.discount, figures.voucher, figures.charged)
        period = line.usage_start, line.usage_end
        words = _configuration(line, language)
        yield _line(line, amounts, line.record_id, period, words, line.related_record_id)


def _line(
    line: BillLine,
    amounts: Amounts,
    record_id: str,
    period: tuple[int, int],
    configuration: tuple[str, ...],
    related_id: str,
) -> Line:
    return Line(
        at=line.at,
        kind=_kind(line),
        record_id=record_id,
        amounts=amounts,
        instance_id=line.instance_id,
        instance_name="" if line.instance_name == line.instance_id else line.instance_name,
        region=line.region,
        configuration=configuration,
        term=None if line.item is BillItem.REFUND else period,
        related_id=related_id,
    )


def _kind(line: BillLine) -> LineKind:
    if line.item is BillItem.SUBSCRIPTION_ORDER:
        return _KINDS[line.order_type]
    return {
        BillItem.PAY_AS_YOU_GO: LineKind.PAY_AS_YOU_GO,
        BillItem.REFUND: LineKind.REFUND,
        BillItem.ADJUSTMENT: LineKind.ADJUSTMENT,
    }[line.item]


def _configuration(line: BillLine, language: Language) -> tuple[str, ...]:
    """What was bought: the edition, and how much of each thing."""
    if not line.items:
        return ()
    sizes = (item for item in line.items if item.code != "ProductVersion")
    return (
        edition_name(line.edition, language),
        *(f"{names.item_name(item.code, language)}: {item.usage}" for item in sizes),
    )


def _adjustment(moved: Movement) -> Line:
    amounts = Amounts(-moved.amount, 0, 0, -moved.amount)
    return Line(moved.at, LineKind.ADJUSTMENT, moved.transaction_id, amounts)
