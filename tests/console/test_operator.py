"""The operator at work: customers' money and tickets, the clock, prices, and what runs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select, update

from console.hands import Hand, Own
from console.people import Person, at_browser, opened, operators_password
from keylease.app.books import run_books_check
from keylease.billing.ledger.check import QUESTIONS
from keylease.records.audit import OK
from keylease.storage import schema
from keylease.storage.audit_trail import CHANGES_WRITER
from product import Customer, Product

pytestmark = pytest.mark.long


@pytest.fixture
def operator(browser: Browser, product: Product) -> Iterator[Person]:
    """The operator, signed in with the password that was told at the first start."""
    with at_browser(browser, product) as somebody:
        somebody.sign_in("operator", operators_password(product), "operator")
        yield somebody
        somebody.forgive_refusals()


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
    assert hand.cell("account credit", "Account") == walker.name
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
    operator_hand: Hand, walker: Customer
) -> None:
    hand, amount = operator_hand, "Amount in {currency}"
    hand.go("Accounts")
    hand.fill("Account name or id", "nobody")
    hand.press("Find")
    hand.reads("No such account")
    hand.fill("Account name or id", walker.account_id)
    hand.press("Find")
    hand.follow(Own(walker.name))
    hand.fill(amount, "30", card="Grant a voucher", currency="USD")
    hand.fill("Last day", "2026-03-01")
    hand.press("Grant")
    hand.is_told("A voucher ends after it begins, and after now: choose a later end.")
    assert hand.written(amount, card="Grant a voucher", currency="USD") == "30"
    assert hand.person.visit("/operator/accounts/1000000000000000").status == 404


def test_a_price_book_is_loaded_only_after_its_differences_were_shown(operator_hand: Hand) -> None:
    hand, text_of = operator_hand, "Text of the book (TOML)"
    hand.go("Price book")
    number = len(hand.rows()) + 1
    text = hand.written(text_of)
    hand.fill(text_of, "nonsense")
    hand.press("Show the differences")
    hand.is_refused()
    assert hand.written(text_of) == "nonsense"
    old, new = f"{498 + number}.00", f"{499 + number}.00"
    assert f'USD = "{old}"' in text
    hand.fill(text_of, text.replace(f'USD = "{old}"', f'USD = "{new}"', 1))
    hand.press("Show the differences")
    (change,) = hand.rows()
    assert change.split()[-2:] == [old, new]
    hand.press("Load this version")
    hand.is_told("Version {number} is loaded.", number=number)
    version = Own(hand.said("Version {number}", number=number))
    assert hand.cell(version, "Status") == hand.said("In force")
    hand.follow(version)
    assert f'USD = "{new}"' in hand.result(text_of)


def test_the_books_are_checked_on_request(operator_hand: Hand) -> None:
    hand = operator_hand
    hand.go("Books")
    hand.press("Check now")
    hand.is_told("The books are in order.")
    checked = [row for row in hand.rows() if row.endswith(hand.said("In order"))]
    assert len(checked) >= len(QUESTIONS)


def test_agenda_letters_and_nodes_are_looked_through(operator_hand: Hand, walker: Customer) -> None:
    walker.buy()
    hand = operator_hand
    hand.go("Agenda")
    assert hand.rows()
    hand.follow("Given up")
    hand.reads("Nothing was given up")
    hand.go("Letters")
    hand.follow("Without an address")
    hand.reads("No letter here")
    hand.follow("All")
    assert hand.lists(f"{walker.name}@example.com")
    hand.go("Accounts")
    hand.follow(Own(walker.name))
    hand.follow("Letters")
    hand.follow("All")
    assert all(f"{walker.name}@example.com" in row for row in hand.rows())
    hand.go("Nodes")
    assert hand.said("Alive") in hand.rows()[0]


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
    assert operator_hand.is_ticked(release)
    operator_hand.fill("To release it, type its id", instance)
    operator_hand.press("Approve")
    operator_hand.is_told("The ticket is approved.")
    assert not operator_hand.offers("Approve")
    hand.go("Instances")
    assert not hand.lists(instance)
    operator_hand.go("Letters")
    operator_hand.reads(Own(walker.name))


def test_each_daily_check_is_told_with_what_did_not_hold(
    operator: Person, product: Product, ada: Customer
) -> None:
    order = ada.buy()["OrderId"]
    with opened(product) as beside:
        orders = schema.orders
        mine = orders.c.id == order
        with beside.database.begin() as work:
            paid = select(orders.c.payable_amount).where(mine)
            amount = work.connection.execute(paid).scalar_one()
            work.connection.execute(update(orders).where(mine).values(payable_amount=1))
        found = run_books_check(beside)
        with beside.database.begin() as work:
            work.connection.execute(update(orders).where(mine).values(payable_amount=amount))
        assert run_books_check(beside) == []
    operator.visit("/operator/books")
    newest, before = operator.page.locator("table >> nth=1 >> tbody tr").all_inner_texts()[:2]
    assert "In order" in newest
    assert f"{len(found)} findings" in before
    assert "Every paid order was charged once, with its amount: 1" in before
    operator.check_accessible()


def test_the_whole_audit_trail_is_checked_on_request(operator_hand: Hand, product: Product) -> None:
    hand = operator_hand
    hand.go("Audit log")
    hand.press("Check now")
    hand.reads("In order")
    assert int(hand.fact("Records").replace(",", "")) > 0
    _say_of_the_first("Other", product)
    hand.press("Check now")
    hand.reads("Not in order")
    hand.reads(Own("1: its columns contradict its record"))
    _say_of_the_first(OK, product)
    hand.press("Check now")
    hand.reads("In order")


def _say_of_the_first(outcome: str, product: Product) -> None:
    """Falsify the first record of a change, or mend it."""
    entries = schema.audit_entries
    first = (entries.c.writer == CHANGES_WRITER) & (entries.c.seq == 1)
    with opened(product) as beside, beside.database.begin() as work:
        work.connection.execute(update(entries).where(first).values(outcome=outcome))
