"""The operator at work: customers' money and tickets, the clock, prices, and what runs."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select, update

from console.hands import Hand, Own
from console.people import Person, at_browser, operators_password
from keylease.app.books import run_books_check
from keylease.app.deployment import open_deployment
from keylease.app.settings import read_settings
from keylease.billing.ledger.check import QUESTIONS
from keylease.storage import schema
from product import Customer, Product

pytestmark = pytest.mark.long


@pytest.fixture
def operator(browser: Browser, product: Product) -> Iterator[Person]:
    """The operator, signed in with the password that was told at the first start."""
    with at_browser(browser, product) as somebody:
        somebody.sign_in("operator", operators_password(product), "operator")
        yield somebody
        assert all("the server responded with a status of 40" in one for one in somebody.complaints)


def test_an_account_is_topped_up_and_gets_a_voucher_and_both_are_on_record(
    operator_hand: Hand, walker: Customer
) -> None:
    hand = operator_hand
    hand.go("Accounts")
    hand.follow(Own(walker.name))
    assert hand.big("Balance") == "USD 100,000.00"
    hand.fill("Amount in {currency}", "250.50", card="Top up", currency="USD")
    hand.fill("Note", "a present")
    hand.press("Top up")
    hand.is_told("The money is in the balance.")
    assert hand.big("Balance") == "USD 100,250.50"
    hand.fill("Amount in {currency}", "30", card="Grant a voucher", currency="USD")
    hand.fill("Last day", "2026-12-31")
    hand.fill("Description", "for a start")
    hand.press("Grant")
    assert hand.cell("for a start", "Expires") == "2027-01-01 00:00:00 UTC+8"
    assert hand.cell("for a start", "Left") == "USD 30.00"
    hand.follow("Audit log")
    assert hand.lists("account credit")
    assert hand.lists("voucher grant")


def sent_twice(person: Person, form: str, filled: dict[str, str]) -> list[int]:
    """The statuses of a form that is sent twice as it stands on the page, as by two clicks."""
    found = person.page.locator(f"form[action$='{form}']")
    fields = found.evaluate("form => Object.fromEntries(new FormData(form))") | filled
    path = person.url + str(found.get_attribute("action"))
    headers = {"Origin": person.url}
    return [person.page.request.post(path, form=fields, headers=headers).status for _ in range(2)]


def test_what_is_sent_twice_is_credited_once(operator: Person, product: Product) -> None:
    page = operator.page
    twin = product.customer("twin")
    path = f"/operator/accounts/{twin.account_id}"
    operator.visit(path)
    assert sent_twice(operator, "/credit", {"amount": "12.34"}) == [200, 200]
    granted = {"nominal": "7", "until": "2099-01-01"}
    assert sent_twice(operator, "/voucher", granted) == [200, 200]
    assert sent_twice(operator, "/credit", {"amount": "99"}) == [400, 400]  # the token was used
    operator.visit(path)
    assert page.inner_text(".big >> nth=0") == "USD 12.34"
    assert page.locator("tr:has-text('USD 7.00')").count() == 1
    page.fill("#f-amount", "12.34")
    page.click("button:has-text('Top up')")
    assert page.inner_text(".big >> nth=0") == "USD 24.68"
    page.click("main a:has-text('Audit log')")
    assert page.locator("td:has-text('account credit')").count() == 2
    assert page.locator("td:has-text('voucher grant')").count() == 1


def test_a_voucher_that_ends_before_it_begins_is_refused_and_what_was_filled_in_stays(
    operator: Person, ada: Customer
) -> None:
    page = operator.page
    operator.visit(f"/operator/accounts/{ada.account_id}")
    page.fill("#f-nominal", "30")
    page.fill("#f-until", "2026-03-01")
    page.click("button:has-text('Grant')")
    assert operator.notice.startswith("A voucher ends after it begins")
    assert page.input_value("#f-nominal") == "30"
    assert operator.visit("/operator/accounts/1000000000000000").status == 404


def test_a_ticket_is_answered_then_approved_and_its_instance_is_released(
    hand: Hand, operator_hand: Hand, walker: Customer
) -> None:
    instance = Own(walker.buy()["InstanceId"])
    hand.go("Tickets")
    hand.fill("What do you ask for, and why?", "It is\nthe wrong one")
    hand.fill("Instance it is about", instance)
    hand.press("Open a ticket")
    ticket = Own(hand.heading.split()[-1])
    operator_hand.go("Tickets")
    operator_hand.follow(ticket)
    operator_hand.fill("Text", "Which one did you want?", card="Answer")
    operator_hand.press("Send")
    operator_hand.is_told("The answer is sent.")
    hand.reload()
    hand.reads(Own("Which one did you want?"))
    hand.fill("Message", "None.")
    hand.press("Send")
    operator_hand.reload()
    operator_hand.reads(Own("None."))
    release = "Release the instance at once, with all its keys and secrets"
    operator_hand.tick(release)
    operator_hand.press("Approve")
    operator_hand.is_told("Type the id of the instance: it is released at once, with all its keys.")
    assert walker.instance(instance)["Status"]
    operator_hand.tick(release)
    operator_hand.fill("To release it, type its id", instance)
    operator_hand.press("Approve")
    operator_hand.is_told("The ticket is approved.")
    assert not operator_hand.offers("Approve")
    hand.go("Instances")
    assert not hand.lists(instance)
    operator_hand.go("Letters")
    operator_hand.reads(Own(walker.name))


def test_the_clock_moves_and_returns_when_all_that_was_due_has_happened(
    operator: Person, product: Product, ada: Customer
) -> None:
    instance_id = ada.buy()["InstanceId"]
    page = operator.page
    operator.visit("/operator/clock")
    before = page.inner_text(".big time")
    page.click("button:has-text('By 1 day')")
    assert operator.notice.startswith("The clock was moved")
    assert page.inner_text(".big time") != before
    page.fill("#f-until", "2026-04-12T09:00")
    page.click("button:has-text('Move until then')")
    assert page.inner_text(".big time") == "2026-04-12 09:00:00 UTC+8"
    operator.visit(f"/operator/accounts/{ada.account_id}")
    assert "Expired" in page.inner_text(f"tr:has-text('{instance_id}')")
    operator.visit(f"/operator/letters?account={ada.account_id}")
    assert "expired" in page.inner_text("main").lower()
    operator.visit("/operator/clock")
    page.fill("#f-until", "2026-01-01T00:00")
    page.click("button:has-text('Move until then')")
    assert operator.notice == "A clock only moves forward."
    assert any(one["operation"] == "clock set" for one in product.cli("audit", "list"))


def test_a_price_book_is_loaded_only_after_its_differences_were_shown(operator: Person) -> None:
    page = operator.page
    operator.visit("/operator/prices")
    text = page.input_value("#f-text")
    page.fill("#f-text", "nonsense")
    page.click("button:has-text('Show the differences')")
    assert "not valid" in operator.notice
    assert page.input_value("#f-text") == "nonsense"
    assert 'USD = "500.00"' in text
    page.fill("#f-text", text.replace('USD = "500.00"', 'USD = "501.00"', 1))
    page.click("button:has-text('Show the differences')")
    assert page.inner_text("tbody").split()[-2:] == ["500.00", "501.00"]
    assert page.locator("tbody tr").count() == 1
    page.click("button:has-text('Load this version')")
    assert operator.notice == "Version 2 is loaded."
    assert "In force" in page.inner_text("tr:has-text('Version 2')")


def test_the_books_are_checked_on_request(operator: Person) -> None:
    operator.visit("/operator/books")
    operator.page.click("button:has-text('Check now')")
    assert operator.page.inner_text(".notice.good") == "The books are in order."
    rows = operator.page.locator("section + .notice + h2 + .scroll tbody tr")
    assert rows.count() == len(QUESTIONS)
    assert all("In order" in row for row in rows.all_inner_texts())


def test_each_daily_check_is_told_with_what_did_not_hold(
    operator: Person, product: Product, ada: Customer
) -> None:
    order = ada.buy()["OrderId"]
    settings = read_settings({"data": str(product.data)}, {})
    with closing(open_deployment(settings)) as opened:
        orders = schema.orders
        mine = orders.c.id == order
        with opened.database.begin() as work:
            paid = select(orders.c.payable_amount).where(mine)
            amount = work.connection.execute(paid).scalar_one()
            work.connection.execute(update(orders).where(mine).values(payable_amount=1))
        found = run_books_check(opened)
        with opened.database.begin() as work:
            work.connection.execute(update(orders).where(mine).values(payable_amount=amount))
        assert run_books_check(opened) == []
    operator.visit("/operator/books")
    newest, before = operator.page.locator("table >> nth=1 >> tbody tr").all_inner_texts()[:2]
    assert "In order" in newest
    assert f"{len(found)} findings" in before
    assert "Every paid order was charged once, with its amount: 1" in before
    operator.check_accessible()
