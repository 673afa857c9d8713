"""The naive model says what the published vectors say.

Sources: rules.md 1, 6 and 7 (each test names its section), and facts/billing.md 9 "Ready test
vectors" (by number). Times without an offset are UTC+8.
"""

import ast
import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from naive import days, prices
from naive.account import Account, Refused
from naive.days import moment, text
from naive.plan import RETENTION
from naive.prices import Book

SECOND = 1
IMPORTS = (ast.Import, ast.ImportFrom)
TIERS = {12: Decimal("0.85"), 24: Decimal("0.70"), 36: Decimal("0.50")}
SMALL = {"qps": 0, "keys": 0, "secrets": 0, "access_units": 0, "log_storage": 0}


def book(base: str, qps_block: str = "0", discounts: dict[int, Decimal] | None = None) -> Book:
    """One price a month, and one for each unit of qps; everything else is free."""
    free = {"included": 0, "block": 1, "price": Decimal(0)}
    modules = {**dict.fromkeys(SMALL, free), "qps": {**free, "price": Decimal(qps_block)}}
    return {
        "base": Decimal(base),
        "modules": modules,
        "discounts": TIERS if discounts is None else discounts,
    }


def rich(at: str, prices_in_force: Book, cash: str = "1000000.00") -> Account:
    account = Account(prices_in_force, moment(at))
    account.top_up(Decimal(cash))
    return account


def span(term: dict[str, Any]) -> tuple[str, str]:
    return text(term["start"]), text(term["end"])


def letters(account: Account, kind: str) -> list[str]:
    return [text(letter["at"]) for letter in account.letters if letter["kind"] == kind]


def test_the_model_shares_no_code_with_the_program() -> None:
    for module in Path(__file__).parent.glob("*.py"):
        imports = [n for n in ast.walk(ast.parse(module.read_text())) if isinstance(n, IMPORTS)]
        assert not [n for n in imports if "keylease" in ast.unparse(n)], module.name


def test_the_calendar_agrees_with_pythons() -> None:
    east = dt.timezone(dt.timedelta(hours=8))
    one_day = dt.timedelta(days=1)
    walker = dt.datetime(1970, 1, 1, 8, 30, tzinfo=east)
    for number, date in enumerate(days.DATES):
        assert (walker.year, walker.month, walker.day) == date
        assert days.day_of(int(walker.timestamp())) == number
        assert days.at(number, 8) == int(walker.timestamp()) - 1800
        walker += one_day


def test_a_moment_and_its_text_are_two_forms_of_one_thing() -> None:
    assert moment("1970-01-01T00:00:00Z") == 0
    assert text(0) == "1970-01-01 08:00:00"
    assert text(moment("2024-02-29 23:59:59")) == "2024-02-29 23:59:59"


# rules.md 1


@pytest.mark.parametrize(
    ("at", "end", "renewed_end"),
    [
        ("2019-08-09 13:00:00", "2019-09-10 00:00:00", "2019-10-10 00:00:00"),  # also number 1
        ("2017-11-08 10:00:00", "2017-12-09 00:00:00", None),  # also number 2
        ("2023-09-05T12:44:19Z", "2023-10-05T16:00:00Z", None),
        ("2026-01-31 10:00:00", "2026-03-01 00:00:00", "2026-04-01 00:00:00"),
    ],
)
def test_bought_and_renewed_for_a_month(at: str, end: str, renewed_end: str | None) -> None:
    account = rich(at, book("500"))
    number = account.buy(1, {})
    assert account.instances[number]["terms"][0]["start"] == moment(at)
    assert account.end(number) == moment(end)
    if renewed_end:
        account.renew(number, 1)
        last = account.instances[number]["terms"][-1]
        assert (last["start"], last["end"]) == (moment(end), moment(renewed_end))


def test_an_automatic_renewal_that_succeeds_late_leaves_no_gap() -> None:
    """Also number 3. On 9 May the attempt of 8 May, 08:00, is overdue; it is made at once."""
    account = rich("2016-03-24 10:00:00", book("500"), "500.00")
    number = account.buy(1, {})
    account.set_renewal(number, "AutoRenewal", 1)
    account.advance(moment("2016-05-09 00:00:00"))
    assert account.phase(number) == "expired"
    account.top_up(Decimal(500))
    assert account.attempt_renewal(number)
    terms = account.instances[number]["terms"]
    assert span(terms[0]) == ("2016-03-24 10:00:00", "2016-04-25 00:00:00")
    assert span(terms[1]) == ("2016-04-25 00:00:00", "2016-05-25 00:00:00")
    assert account.phase(number) == "running"


def test_an_instance_expires_and_is_released_in_the_very_second() -> None:
    account = rich("2026-01-31 10:00:00", book("500"))
    number = account.buy(1, {})
    end = account.end(number)
    for at, phase in [
        (end - SECOND, "running"),
        (end, "expired"),
        (end + RETENTION - SECOND, "expired"),
        (end + RETENTION, "released"),
    ]:
        account.advance(at)
        assert account.phase(number) == phase
    with pytest.raises(Refused, match="ResourceNotExists"):
        account.renew(number, 1)


def test_renewed_by_hand_after_expiry_a_new_chain_starts() -> None:
    account = rich("2026-01-31 10:00:00", book("500"))
    number = account.buy(1, {})
    account.advance(moment("2026-03-10 11:12:13"))
    account.renew(number, 2)
    last = account.instances[number]["terms"][-1]
    assert span(last) == ("2026-03-10 11:12:13", "2026-05-11 00:00:00")
    assert account.start(number) == moment("2026-03-10 11:12:13")


# rules.md 5, and number 10


def test_an_automatic_renewal_always_short_of_money_is_tried_five_times() -> None:
    """T is the expiration date: rules.md 5."""
    account = rich("2026-01-15 12:00:00", book("500"), "500.00")
    number = account.buy(1, {})
    account.set_renewal(number, "AutoRenewal", 1)
    account.advance(moment("2027-01-01 00:00:00"))
    failures = [one for one in account.letters if one["kind"] == "auto_renewal_failed"]
    assert [text(one["at"]) for one in failures] == [
        "2026-02-12 08:00:00",
        "2026-02-14 08:00:00",
        "2026-02-15 08:00:00",
        "2026-02-21 08:00:00",
        "2026-03-01 08:00:00",
    ]
    assert {one["missing"] for one in failures} == {Decimal("500.00")}
    following = [one["next_attempt"] for one in failures]
    assert following == [one["at"] for one in failures[1:]] + [None]
    assert letters(account, "reminder") == [
        "2026-02-08 09:00:00",
        "2026-02-12 09:00:00",
        "2026-02-14 09:00:00",
    ]
    assert letters(account, "expired") == ["2026-02-16 00:00:00"]
    assert letters(account, "release_soon") == ["2026-03-02 09:00:00"]
    assert letters(account, "released") == ["2026-03-03 00:00:00"]
    assert account.cash == 0


def test_the_first_attempt_that_succeeds_is_the_last_for_that_end() -> None:
    account = rich("2026-01-15 12:00:00", book("500"), "500.00")
    number = account.buy(1, {})
    account.set_renewal(number, "AutoRenewal", 1)
    account.advance(moment("2026-02-13 00:00:00"))
    account.top_up(Decimal("500.00"))
    account.advance(moment("2026-02-20 00:00:00"))
    assert letters(account, "auto_renewal_failed") == ["2026-02-12 08:00:00"]
    assert letters(account, "renewal") == ["2026-02-14 08:00:00"]
    assert letters(account, "reminder") == ["2026-02-08 09:00:00", "2026-02-12 09:00:00"]
    assert letters(account, "expired") == []
    assert account.end(number) == moment("2026-03-16 00:00:00")


def test_a_renewal_by_hand_makes_the_remaining_attempts_void() -> None:
    account = rich("2026-01-15 12:00:00", book("500"), "1000.00")
    number = account.buy(1, {})
    account.set_renewal(number, "AutoRenewal", 1)
    account.renew(number, 1)
    account.advance(moment("2026-03-01 00:00:00"))
    assert letters(account, "auto_renewal_failed") == []
    assert account.next_due() == moment("2026-03-08 09:00:00")


# rules.md 6, and numbers 4 and 5


def upgrade_fee(old: int, new: int, left: int, discounts: dict[int, Decimal]) -> Decimal:
    """From one monthly price to another, so many days before the end."""
    account = rich("2026-01-01 00:00:00", book(str(old), "1", discounts))
    number = account.buy(12, {})
    account.advance(account.end(number) - left * days.ONE_DAY)
    return account.upgrade(number, {"qps": new - old})["payable"]


def test_upgrade_from_120_to_300_with_184_days_left() -> None:
    assert upgrade_fee(120, 300, 184, {6: Decimal("0.85")}) == Decimal("938.40")


def test_upgrade_from_7200_to_14400_with_50_days_left() -> None:
    assert upgrade_fee(7200, 14400, 50, {}) == Decimal("12000.00")


def test_an_upgrade_is_refused_when_it_cannot_be() -> None:
    account = rich("2026-01-01 00:00:00", book("100", "10"))
    number = account.buy(1, {"qps": 2})
    with pytest.raises(Refused, match="nothing rises"):
        account.upgrade(number, {"qps": 2})
    with pytest.raises(Refused, match="falls"):
        account.upgrade(number, {"qps": 1, "keys": 5})
    account.renew(number, 1, {"qps": 1})
    with pytest.raises(Refused, match="pending"):
        account.upgrade(number, {"qps": 3})
    account.cancel_renewal(number)
    account.upgrade(number, {"qps": 3})
    account.advance(account.end(number))
    with pytest.raises(Refused, match="running"):
        account.upgrade(number, {"qps": 4})


# rules.md 7, and number 6


def test_a_year_left_after_half_of_it() -> None:
    account = rich("2026-01-01 00:00:00", book("100"))
    number = account.buy(12, {})
    assert account.orders[0]["payable"] == Decimal("1020.00")
    assert account.orders[0]["order_days"] == 365
    account.advance(moment("2026-07-02 00:00:00"))
    assert account.refund_quote(number) == Decimal("421.64")


def test_a_leap_year_left_after_exactly_half_of_it() -> None:
    """Number 6: of 366 days 183 are exactly half, and consumed are 600.00 of 1,200.00."""
    account = rich("2024-01-01 00:00:00", book("100"))
    number = account.buy(12, {})
    order = account.orders[0]
    assert (order["list"], order["payable"]) == (Decimal("1200.00"), Decimal("1020.00"))
    account.advance(moment("2024-07-02 00:00:00"))
    assert account.refund_quote(number) == Decimal("420.00")


@pytest.mark.parametrize(
    ("used", "back"),
    [
        (359, "499.73"),  # 1,680.00 - 2,400.00 x 359 / 730; 11 whole months earn no discount
        (360, "673.97"),  # 1,680.00 - 2,400.00 x 360 / 730 x 0.85; 12 do
        (719, "0.00"),  # 1,680.00 - 2,400.00 x 719 / 730 x 0.85 is below zero
        (720, "23.01"),  # 1,680.00 - 2,400.00 x 720 / 730 x 0.70
        (730, "0.00"),
    ],
)
def test_the_discount_is_what_the_used_length_earns(used: int, back: str) -> None:
    """Worked out from the formula of rules.md 7; at the edge of a tier the refund rises."""
    account = rich("2026-01-01 00:00:00", book("100"))
    number = account.buy(24, {})
    account.advance(account.now + used * days.ONE_DAY)
    assert account.refund_quote(number) == Decimal(back)


def test_a_month_left_after_a_day_and_after_a_second_more() -> None:
    account = rich("2026-03-10 15:04:05", book("500"))
    number = account.buy(1, {})
    assert account.orders[0]["order_days"] == 31
    account.advance(moment("2026-03-11 15:04:05"))
    assert account.refund_quote(number) == Decimal("483.87")
    account.advance(account.now + SECOND)
    assert account.refund_quote(number) == Decimal("467.74")


def test_a_month_and_three_more_that_have_not_begun() -> None:
    account = rich("2026-03-10 15:04:05", book("500"))
    number = account.buy(1, {})
    account.advance(moment("2026-03-20 09:00:00"))
    account.renew(number, 3)
    account.advance(account.now + SECOND)
    quoted, before = account.refund_quote(number), account.cash
    assert quoted == Decimal("1838.71")
    assert account.unsubscribe(number) == quoted
    assert account.cash == before + quoted
    assert [part["order"] for part in account.orders[-1]["parts"]] == [0, 1]
    assert account.phase(number) == "released"


def test_unsubscribed_and_kept_it_can_be_renewed_like_any_expired_one() -> None:
    account = rich("2026-03-10 15:04:05", book("500"))
    number = account.buy(1, {})
    account.set_renewal(number, "AutoRenewal", 1)
    account.advance(moment("2026-03-12 10:00:00"))
    account.unsubscribe(number, immediately=False)
    assert account.phase(number) == "expired"
    assert account.instances[number]["mode"] == "NotRenewal"
    assert letters(account, "expired") == ["2026-03-12 10:00:00"]
    with pytest.raises(Refused, match="ResourceStatusError"):
        account.unsubscribe(number)
    account.advance(moment("2026-03-27 09:59:59"))
    assert letters(account, "release_soon") == ["2026-03-27 09:00:00"]
    account.renew(number, 1)
    assert span(account.instances[number]["terms"][-1]) == (
        "2026-03-27 09:59:59",
        "2026-04-28 00:00:00",
    )
    assert account.refund_quote(number) == Decimal("483.87")  # 1 day of 31; nothing twice


def test_a_cancelled_renewal_gives_all_cash_and_the_months_back() -> None:
    account = rich("2026-01-31 10:00:00", book("500"))
    number = account.buy(1, {})
    before = (account.cash, account.end(number), account.next_due())
    account.renew(number, 2)
    account.renew(number, 1)
    assert account.end(number) == moment("2026-06-01 00:00:00")
    assert account.cancel_renewal(number) == Decimal("500.00")
    assert account.cancel_renewal(number) == Decimal("1000.00")
    assert (account.cash, account.end(number), account.next_due()) == before
    with pytest.raises(Refused, match="no paid renewal is pending"):
        account.cancel_renewal(number)


def test_a_renewal_is_not_cancelled_after_an_upgrade_and_an_automatic_one_ends_the_mode() -> None:
    account = rich("2026-01-31 10:00:00", book("500", "10"))
    number = account.buy(1, {})
    account.set_renewal(number, "AutoRenewal", 1)
    account.advance(moment("2026-02-25 08:00:00"))
    assert account.pending_terms(number)
    account.cancel_renewal(number)
    assert account.instances[number]["mode"] == "ManualRenewal"
    assert account.next_due() == moment("2026-02-25 09:00:00")  # due again
    account.renew(number, 1)
    account.upgrade(number, {"qps": 1})
    with pytest.raises(Refused, match="upgrade"):
        account.cancel_renewal(number)


# rules.md 4


def test_one_voucher_pays_first_and_is_never_given_back() -> None:
    account = rich("2026-03-10 15:04:05", book("500"), "450.00")
    at = account.now
    account.give_voucher(Decimal("70.00"), threshold=Decimal("500.01"))
    account.give_voucher(Decimal("60.00"), valid_until=at)
    account.give_voucher(Decimal("60.00"), valid_from=at + SECOND)
    account.give_voucher(Decimal("50.00"), valid_until=at + 2 * days.ONE_DAY)
    account.give_voucher(Decimal("50.00"), valid_until=at + days.ONE_DAY)
    account.give_voucher(Decimal("40.00"), valid_until=at + SECOND)
    number = account.buy(1, {})
    assert (account.orders[0]["voucher"], account.cash) == (4, Decimal("0.00"))
    account.advance(at + days.ONE_DAY)
    assert account.refund_quote(number) == Decimal("433.87")  # 450.00 - 500.00 / 31
    assert account.unsubscribe(number) == Decimal("433.87")
    assert account.vouchers[4]["balance"] == 0


def test_what_is_short_names_the_shortfall_and_changes_nothing() -> None:
    account = rich("2026-03-10 15:04:05", book("500"), "400.00")
    account.give_voucher(Decimal("99.99"))
    with pytest.raises(Refused, match=r"INSUFFICIENT.*500\.00.*400\.00, 0\.01 are missing"):
        account.buy(1, {})
    assert (account.cash, account.vouchers[0]["balance"]) == (Decimal("400.00"), Decimal("99.99"))
    assert (account.instances, account.orders) == ([], [])


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (Fraction(1, 200), "0.01"),
        (Fraction(1, 201), "0.00"),
        (Fraction(2009, 2000), "1.00"),
        (Fraction(201, 200), "1.01"),
    ],
)
def test_half_a_cent_goes_up(exact: Fraction, rounded: str) -> None:
    assert str(prices.round_half_up(exact)) == rounded


# facts/billing.md 3 "Unified expiration", and number 8


@pytest.mark.parametrize(
    ("day", "end", "unified"),
    [
        (12, "2018-10-08", "2018-11-12"),
        (12, "2018-10-18", "2018-12-12"),
        (1, "2018-09-10", "2018-11-01"),
        (1, "2018-05-17", "2018-07-01"),
    ],
)
def test_unified_ends_are_at_least_a_month_later(day: int, end: str, unified: str) -> None:
    assert text(days.unified_end(moment(f"{end} 00:00:00"), day)) == f"{unified} 00:00:00"
