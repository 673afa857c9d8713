"""The ledger as a plain-text journal for hledger or Beancount: entries in, lines out.

Our ledger adds to what an account stands for; both programs count debits up, so every amount
changes its sign: money in ``Assets:Funds`` is positive, what we owe a customer and what we earned
is negative. `docs/books.md` explains the accounts. Nothing is held in memory but one entry.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from keylease.billing.ledger.model import ADJUSTMENTS, FUNDS, PROMOTIONS, REFUNDS, SALES, USAGE
from keylease.core.clock import iso, local_date
from keylease.core.money import CURRENCIES, amount_text

#: The chart of accounts: what each ledger account is called in a journal.
CHART = {
    FUNDS: "Assets:Funds",
    PROMOTIONS: "Equity:Promotions",
    ADJUSTMENTS: "Equity:Adjustments",
    SALES: "Income:Sales",
    USAGE: "Income:Usage",
    REFUNDS: "Income:Refunds",
}

#: What a Beancount link or tag may not hold.
_NOT_IN_A_LINK = re.compile(r"[^A-Za-z0-9_./-]")


@dataclass(frozen=True, slots=True)
class Leg:
    """One posting as it is stored, in minor units of its currency."""

    account: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A transaction as it is stored; one that does not balance is told like any other."""

    seq: int
    id: str
    at: int
    kind: str
    reference: str
    note: str
    legs: tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """A ledger account, and the business instant of its first entry in the journal."""

    account: str
    since: int


#: What turns accounts and entries into the lines of a journal.
Writer = Callable[[Iterable[OpenedAccount], Iterable[Entry]], Iterator[str]]


def account_name(account: str) -> str:
    """The name of a ledger account in a journal; KeyError for one that the chart lacks."""
    family, _, owner = account.partition(":")
    if family == "cash" and owner:
        return f"Liabilities:Customers:{owner}:Cash"
    if family == "voucher" and owner:
        return f"Liabilities:Vouchers:{owner}"
    return CHART[account]


def hledger(accounts: Iterable[OpenedAccount], entries: Iterable[Entry]) -> Iterator[str]:
    """The lines of a journal that passes ``hledger check --strict``."""
    yield "; The ledger of Keylease. Dates are in UTC+8."
    yield "decimal-mark ."
    for currency in CURRENCIES:
        yield f"commodity 1000.00 {currency}"
    for one in accounts:
        yield f"account {account_name(one.account)}"
    for entry in entries:
        yield ""
        title = f"{entry.kind}: {entry.note}" if entry.note else entry.kind
        yield f"{_day(entry.at)} * ({entry.seq}) {_plain(title).replace(';', ',')}"
        yield f"    ; id:{_tag(entry.id)}, at:{iso(entry.at)}"
        if entry.reference:
            yield f"    ; reference:{_tag(entry.reference)}"
        yield from _legs(entry)


def beancount(accounts: Iterable[OpenedAccount], entries: Iterable[Entry]) -> Iterator[str]:
    """The lines of a journal that ``bean-check`` takes."""
    yield "; The ledger of Keylease. Dates are in UTC+8."
    yield 'option "title" "Keylease"'
    for currency in CURRENCIES:
        yield f'option "operating_currency" "{currency}"'
    for one in accounts:
        yield f"{_day(one.since)} open {account_name(one.account)}"
    for entry in entries:
        yield ""
        link = f" ^{_NOT_IN_A_LINK.sub('-', entry.reference)}" if entry.reference else ""
        tag = _NOT_IN_A_LINK.sub("-", entry.kind)
        yield f"{_day(entry.at)} * {_quoted(entry.kind)} {_quoted(entry.note)} #{tag}{link}"
        yield f'  number: "{entry.seq}"'
        yield f"  id: {_quoted(entry.id)}"
        yield f'  at: "{iso(entry.at)}"'
        yield from _legs(entry)


#: The formats that can be asked for.
FORMATS: dict[str, Writer] = {"hledger": hledger, "beancount": beancount}


def _legs(entry: Entry) -> Iterator[str]:
    for leg in entry.legs:
        yield f"    {account_name(leg.account)}  {amount_text(-leg.amount)} {leg.currency}"


def _day(instant: int) -> date:
    return local_date(instant)


def _plain(text: str) -> str:
    """One line, whatever people wrote: line breaks and control characters become spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _tag(text: str) -> str:
    """As the value of a hledger tag, which a comma would end."""
    return _plain(text).replace(",", " ")


def _quoted(text: str) -> str:
    """As a Beancount string."""
    escaped = _plain(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
