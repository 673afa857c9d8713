"""CSV files that are too long to wait for: made beside the pages, with progress."""

import csv
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import insert

from console.hands import Hand, Own
from console.people import Person, at_browser, opened
from keylease.core.clock import DAY, parse_iso
from keylease.storage import schema
from product import Customer, Product

pytestmark = pytest.mark.long

MONTH = "2026-02"
LINES = 60_000
EXPORTS = "/console/expenses/exports"


@pytest.fixture(scope="module", autouse=True)
def long_month(product: Product, ada: Customer) -> None:
    """A month of Ada's with 60,000 lines of 1.01 each; the first has a dangerous name."""
    key = {
        "account_id": ada.account_id,
        "month": MONTH,
        "item": "PayAsYouGoBill",
        "subscription": "PayAsYouGo",
        "product_type": "kms_ppi_public_intl",
        "currency": "USD",
    }
    sums = {"gross": 101, "discount": 0, "pretax": 101, "voucher": 0, "cash": 101}
    sums["outstanding"] = 0
    whole = {name: value * LINES for name, value in sums.items()}
    total = key | whole | {"lines": LINES, "items": LINES}
    with opened(product) as beside, beside.database.begin() as work:
        rows = [_line(number) | key | sums for number in range(LINES)]
        work.connection.execute(insert(schema.bill_lines), rows)
        work.connection.execute(insert(schema.bill_totals), total)


def _line(number: int) -> dict[str, Any]:
    start = parse_iso("2026-02-01T00:00:00+08:00")
    return {
        "day": f"{MONTH}-01",
        "record_id": f"3{number:014}",
        "sub_order_id": f"3{number:014}0",
        "related_record_id": "",
        "order_type": "",
        "instance_id": f"kst-hzz{number:018}",
        "instance_name": "=HYPERLINK(1)" if number == 0 else f"instance {number}",
        "region": "cn-hangzhou",
        "edition": "software",
        "at": start + DAY,
        "usage_start": start,
        "usage_end": start + DAY,
        "items": '[{"code":"Instance","gross":101,"price":"1.01","unit":"Day","usage":"1"}]',
        "item_count": 1,
    }


def rows_of(person: Person, path: str) -> Iterator[dict[str, str]]:
    answer = person.page.request.get(person.url + path)
    assert answer.status == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    return csv.DictReader(answer.body().decode("utf-8-sig").splitlines())


def test_a_long_file_is_made_with_progress_and_is_right_to_the_cent(adas_hand: Hand) -> None:
    hand = adas_hand
    at_once = hand.page.request.get(f"{hand.person.url}/console/expenses/bills/{MONTH}/line.csv")
    assert at_once.status == 400
    said = "This file is long: make it on the page Exports, which tells how far it is."
    assert hand.said(said) in at_once.text()
    hand.go("Bills")
    hand.follow("Details", row=MONTH)
    hand.follow("Lines (CSV)")
    assert hand.written("Month, for bills") == MONTH
    hand.person.check_accessible()
    hand.press("Make the file")
    whole = {"total": f"{LINES:,}", "done": f"{LINES:,}"}
    done = hand.said("{done} of {total} lines", **whole)
    expect(hand.page.locator("#export .big")).to_have_text(done, timeout=60_000)
    download = hand.download("Download").path()
    rows = list(csv.DictReader(download.read_text("utf-8-sig").splitlines()))
    assert len(rows) == LINES
    assert sum(round(float(row["PretaxAmount"]) * 100) for row in rows) == LINES * 101
    assert rows[0]["NickName"] == "'=HYPERLINK(1)"
    hand.person.check_fits()


def test_bills_are_subscribed_to_as_files_and_no_more(adas_hand: Hand) -> None:
    hand = adas_hand
    hand.go("Exports")
    hand.follow("Bills as files")
    hand.fill("Folder", "my-bills")
    hand.fill("Path in the folder", "../up")
    hand.press("Subscribe")
    hand.is_told(
        "The parameter {name} is not valid: it takes 1 to {most} bytes of UTF-8 that do not "
        "begin with '/' or '\\' and hold no '//' and no '..'.",
        name=f"“{hand.said('Path in the folder')}”",
        most=254,
    )
    assert hand.written("Folder") == "my-bills"
    hand.fill("Path in the folder", "2026")
    statement = hand.said("Statement (PDF)")
    options = hand.page.get_by_label(hand.said("What it has lines of")).locator("option")
    hand.choose("What it has lines of", Own(options.filter(has_text=statement).inner_text()))
    hand.press("Subscribe")
    hand.is_told("The files are written from the next 12:30 UTC+8 on.")
    assert hand.cell("my-bills", "Folder") == "my-bills/2026"
    assert hand.cell("my-bills", "Lines in a file") == "300,000"
    hand.person.check_accessible()
    hand.person.check_fits()
    hand.press("Unsubscribe")
    hand.is_told("No more of these files are written. Those that are there stay.")
    assert hand.rows() == []


def test_without_script_the_page_is_looked_at_again(
    browser: Browser, product: Product, ada: Customer
) -> None:
    with at_browser(browser, product, java_script_enabled=False) as somebody:
        somebody.sign_in("ada", ada.made["console_password"])
        somebody.visit(f"{EXPORTS}?kind=amortised&month={MONTH}")
        somebody.page.click("text=Make the file")
        download = somebody.page.locator("main a:text-is('Download')")
        expect(download).to_be_visible(timeout=60_000)
        rows = list(rows_of(somebody, f"{EXPORTS}/file.csv"))
        assert len(rows) == LINES
        assert {row["AmountInCycle"] for row in rows} == {"1.01"}


def test_files_hold_only_what_is_the_accounts_own(
    browser: Browser, product: Product, person: Person, ada: Customer
) -> None:
    bought = ada.buy(1)
    orders = {row["OrderId"]: row for row in rows_of(person, "/console/expenses/orders.csv")}
    assert orders[bought["OrderId"]]["PaymentAmount"] == "500.00"
    moved = list(rows_of(person, "/console/expenses/transactions.csv"))
    assert moved[0]["RecordID"] == bought["OrderId"]
    assert (moved[0]["Amount"], moved[-1]["Amount"]) == ("-500.00", "10000.00")
    assert sum(round(float(row["Amount"]) * 100) for row in moved) == round(
        float(moved[0]["Balance"]) * 100
    )
    fred = product.customer("fred")
    with at_browser(browser, product) as somebody:
        somebody.sign_in("fred", fred.made["console_password"])
        answer = somebody.page.request.get(f"{somebody.url}{EXPORTS}/file.csv")
        assert answer.status == 404
        assert list(rows_of(somebody, "/console/expenses/orders.csv")) == []
        assert list(rows_of(somebody, f"/console/expenses/bills/{MONTH}/line.csv")) == []
