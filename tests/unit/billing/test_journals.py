"""Two programs that keep books for others read our ledger as we do, to the cent.

The programs are the judges: hledger (``check --strict``, ``balance``) and Beancount.
"""

import csv
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from io import StringIO

import pytest
from beancount import loader
from beancount.core import data
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keylease.billing.ledger import model
from keylease.billing.ledger.journals import (
    CHART,
    FORMATS,
    Entry,
    Leg,
    OpenedAccount,
    account_name,
    beancount,
    hledger,
)
from keylease.core.clock import local_date, parse_iso

#: (name in the journal, currency) to minor units.
Balances = Mapping[tuple[str, str], int]

AT = parse_iso("2026-01-31T23:59:59+08:00")

ACCOUNTS = st.sampled_from(
    [*CHART, "cash:1000000000000001", "cash:8000000000000002", "voucher:1", "voucher:20"]
)
#: Whatever people type, and what would mean something to one of the programs.
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            'a "quoted" note', "back\\slash", "\\", '"', "; comment", "two\nlines",
            "x\n2026-01-01 * theft\n    Assets:Funds  -5 USD\n    Income:Sales\n",
            "a\r\n\nb", "\u2028\u2029\x85\x0b\x0c\x1c", "tag:value, other:", "[2026-13-45]",
            "| pipe", "=2026-01-01", "(code)", "! pending", "#tag ^link", "\ud800", "发票 十七",
            "end comment", "include /etc/passwd",
        ]
    ),
)  # fmt: skip


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """A ledger of balanced entries in the order in which they were written."""
    found = []
    at = AT
    for seq in range(1, draw(st.integers(0, 12)) + 1):
        at += draw(st.integers(0, 40 * 86_400))
        currency = draw(st.sampled_from(["USD", "CNY"]))
        moved = draw(st.lists(st.tuples(ACCOUNTS, st.integers(-(10**14), 10**14)), max_size=3))
        rest = -sum(amount for _, amount in moved)
        legs = [*moved, (draw(ACCOUNTS), rest)]
        found.append(
            Entry(
                seq=seq,
                id=f"00000000-0000-4000-8000-{seq:012}",
                at=at,
                kind=draw(st.sampled_from([kind.value for kind in model.TransactionKind])),
                reference=draw(st.sampled_from(["", "212345678901234", "20260131-x"]) | TEXTS),
                note=draw(TEXTS),
                legs=tuple(Leg(account, currency, amount) for account, amount in legs),
            )
        )
    return found


def opened(ledger: Iterable[Entry]) -> list[OpenedAccount]:
    since: dict[str, int] = {}
    for entry in ledger:
        for leg in entry.legs:
            since[leg.account] = min(entry.at, since.get(leg.account, entry.at))
    return [OpenedAccount(account, at) for account, at in sorted(since.items())]


def sums(ledger: Iterable[Entry]) -> Balances:
    """What the programs should say: our sums with their sign. docs/books.md."""
    added: Counter[tuple[str, str]] = Counter()
    for entry in ledger:
        for leg in entry.legs:
            added[account_name(leg.account), leg.currency] -= leg.amount
    return {key: amount for key, amount in added.items() if amount}


def by_hledger(journal: str) -> Balances:
    """Every account's balance according to hledger, after its strictest check."""
    run_hledger(journal, "check", "--strict")
    shown = run_hledger(journal, "balance", "--flat", "--no-total", "--layout", "bare", "-O", "csv")
    return {
        (row["account"], row["commodity"]): minor(Decimal(row["balance"]))
        for row in csv.DictReader(StringIO(shown))
        if row["commodity"] and Decimal(row["balance"])
    }


def run_hledger(journal: str, *arguments: str) -> str:
    done = subprocess.run(
        ["hledger", "-f", "-", *arguments],
        input=journal.encode(),
        capture_output=True,
        check=False,
        env={"LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def by_beancount(journal: str) -> Balances:
    """Every account's balance according to Beancount, which must find nothing wrong."""
    directives, errors, _ = loader.load_string(journal)
    assert errors == []
    added: Counter[tuple[str, str]] = Counter()
    for one in directives:
        for posting in one.postings if isinstance(one, data.Transaction) else ():
            added[posting.account, posting.units.currency] += minor(posting.units.number)
    return {key: amount for key, amount in added.items() if amount}


def minor(amount: Decimal) -> int:
    assert amount * 100 == int(amount * 100)
    return int(amount * 100)


def text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


REAL = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@REAL
@given(entries())
def test_hledger_finds_nothing_wrong_and_our_balances(ledger: list[Entry]) -> None:
    assert by_hledger(text(hledger(opened(ledger), ledger))) == sums(ledger)


@REAL
@given(entries())
def test_beancount_finds_nothing_wrong_and_our_balances(ledger: list[Entry]) -> None:
    assert by_beancount(text(beancount(opened(ledger), ledger))) == sums(ledger)


@REAL
@given(entries())
def test_beancount_reads_every_entry_with_its_day_number_and_words(ledger: list[Entry]) -> None:
    directives, _, _ = loader.load_string(text(beancount(opened(ledger), ledger)))
    found = {one.meta["number"]: one for one in directives if isinstance(one, data.Transaction)}
    assert set(found) == {str(entry.seq) for entry in ledger}
    for entry in ledger:
        read = found[str(entry.seq)]
        assert read.date == local_date(entry.at)
        assert read.meta["id"] == entry.id
        assert read.payee == entry.kind
        assert read.narration == " ".join(
            "".join(c if c.isprintable() else " " for c in entry.note).split()
        )


def test_hledger_reads_every_entry_with_its_day_number_words_and_order() -> None:
    note = "a; b,\nc: d"
    entry = Entry(7, "id-7", AT, "order", "212345678901234", note, (Leg("sales", "USD", 0),))
    journal = text(hledger(opened([entry]), [entry]))
    (row,) = csv.DictReader(
        StringIO(run_hledger(journal, "print", "-O", "csv", "tag:reference=212345678901234"))
    )
    assert (row["date"], row["code"], row["description"]) == (
        "2026-01-31",
        "7",
        "order: a, b, c: d",
    )
    assert "id:id-7" in row["comment"]


@pytest.mark.parametrize("form", FORMATS)
@given(note=TEXTS, reference=TEXTS)
def test_nothing_that_people_write_adds_a_line(form: str, note: str, reference: str) -> None:
    legs = (Leg("cash:1", "USD", 5), Leg("sales", "USD", -5))

    def lines(note: str, reference: str) -> list[str]:
        entry = Entry(1, "id", AT, "order", reference, note, legs)
        return text(FORMATS[form](opened([entry]), [entry])).splitlines()

    assert len(lines(note, reference)) == len(lines("plain", "2" if reference else ""))


def test_the_chart_names_every_account_of_the_ledger() -> None:
    names = {
        value for name, value in vars(model).items() if name.isupper() and isinstance(value, str)
    }
    assert set(CHART) == names
    assert account_name(model.cash("1")) == "Liabilities:Customers:1:Cash"
    assert account_name(model.voucher(7)) == "Liabilities:Vouchers:7"
    with pytest.raises(KeyError):
        account_name("loot")


def test_signs_are_those_of_the_programs() -> None:
    """A top-up and a sale: we have the money, owe what is left of it, and earned the rest."""
    ledger = [
        Entry(1, "a", AT, "top_up", "", "", (Leg("cash:1", "USD", 500), Leg("funds", "USD", -500))),
        Entry(2, "b", AT, "order", "2", "", (Leg("cash:1", "USD", -300), Leg("sales", "USD", 300))),
    ]
    assert by_hledger(text(hledger(opened(ledger), ledger))) == {
        ("Assets:Funds", "USD"): 500,
        ("Liabilities:Customers:1:Cash", "USD"): -200,
        ("Income:Sales", "USD"): -300,
    }


def test_only_one_entry_is_held_at_a_time() -> None:
    """Lines come out before the next entry is asked for."""
    asked = []

    def endless() -> Iterable[Entry]:
        for seq in range(1, 10**9):
            asked.append(seq)
            yield Entry(seq, str(seq), AT, "order", "", "", (Leg("sales", "USD", 0),))

    for writer in FORMATS.values():
        asked.clear()
        lines = iter(writer([], endless()))
        while not any("Income:Sales" in line for line in [next(lines)]):
            pass
        assert asked == [1]
