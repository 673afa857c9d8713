"""Expenses and Costs as people use them: money back, orders, bills, renewals, tickets, debt."""

import re

import alibabacloud_bssopenapi20171214.models as bss
import pytest
from playwright.sync_api import Browser

from console.hands import Hand, Own
from console.people import Person, at_browser
from keylease.console.chinese import CHINESE
from keylease.console.pages.chart import HEIGHT, chart
from keylease.console.pages.expenses import bills, subscriptions, unsubscribe, usage, words
from keylease.console.pages.expenses.tables import KINDS
from keylease.console.pages.services import ABOUT
from product import Customer, Product

pytestmark = pytest.mark.long

UNSUBSCRIBE = "/console/expenses/unsubscribe"


def test_what_has_an_unpaid_order_is_not_unsubscribed_but_told_why(
    hand: Hand, product: Product, walker: Customer
) -> None:
    instance = Own(walker.buy(1)["InstanceId"])
    placed = product.cli("order", "place", walker.name, "--instance", instance, "--months", "1")
    order = Own(placed["order_id"])
    hand.go("Unsubscribe")
    hand.follow("Unsubscribe", row=instance)
    hand.reads("An order for this instance waits to be paid: pay it or cancel it first.")
    main = hand.page.get_by_role("main")
    assert main.get_by_role("button", name=hand.said("Unsubscribe")).count() == 0
    hand.go("Orders")
    hand.choose("Status", "Unpaid")
    hand.press("Show")
    hand.follow("Pay", row=order)
    assert hand.fact("Order number") == order
    hand.go("Orders")
    hand.follow(order)
    hand.press("Cancel the order")
    hand.is_told("The order is cancelled.")
    hand.reads("Cancelled")


def test_transactions_tell_the_balance_after_each(hand: Hand, walker: Customer) -> None:
    order = Own(walker.buy(1)["OrderId"])
    hand.go("Account")
    balance = hand.big("Balance")
    hand.go("Transactions")
    hand.choose("Type", "Order paid")
    hand.press("Show")
    newest = hand.rows()[0].split("\t")
    assert order in newest[3]
    assert newest[4:6] == ["USD -500.00", balance]


def test_many_instances_are_set_to_renew_themselves_at_once(hand: Hand, walker: Customer) -> None:
    instances = [Own(walker.buy(1)["InstanceId"]) for _ in range(2)]
    hand.go("Renewals")
    hand.press("Set")
    hand.is_told("Tick the instances that you want to change.")
    for one in instances:
        hand.tick(one)
    hand.choose("Each automatic renewal adds", "{number} months", number=3)
    hand.press("Set")
    hand.is_told("The renewal of {number} instances is set.", number=2)
    hand.choose("Renewal", "Automatic")
    hand.press("Show")
    for one in instances:
        assert hand.said("{number} months", number=3) in hand.cell(one, "Renewal")
    hand.go("Account")
    for one in instances:
        assert hand.cell(one, "Price") == "USD 1,500.00"


def test_all_are_chosen_by_one_box(hand: Hand, walker: Customer) -> None:
    instances = [Own(walker.buy(1)["InstanceId"]) for _ in range(2)]
    hand.go("Renewals")
    hand.tick("Choose all")
    assert all(hand.is_ticked(one) for one in instances)
    hand.untick(instances[0])
    assert not hand.is_ticked("Choose all")
    hand.tick(instances[0])
    assert hand.is_ticked("Choose all")
    hand.untick("Choose all")
    assert not any(hand.is_ticked(one) for one in instances)


def test_a_ticket_goes_to_and_fro_and_is_closed(hand: Hand, product: Product) -> None:
    hand.go("Tickets")
    hand.fill("What do you ask for, and why?", "Money back, <script>alert(1)</script> please")
    hand.fill("Order it is about", "1234")
    hand.press("Open a ticket")
    hand.is_told("The specific resource is not exists.")
    hand.fill("Order it is about", "")
    hand.press("Open a ticket")
    hand.is_told("The ticket is open: you get an answer by mail and here.")
    hand.reads(Own("<script>alert(1)</script>"))
    ticket = Own(hand.heading.split()[-1])
    product.cli("ticket", "answer", ticket, "Which order?")
    hand.reload()
    hand.reads(Own("Which order?"))
    hand.fill("Message", "The last one.")
    hand.press("Send")
    hand.is_told("Your message is on the ticket.")
    hand.reads("Open")
    hand.press("Close the ticket")
    hand.is_told("The ticket is closed.")
    hand.go("Tickets")
    assert hand.cell(ticket, "Status") == hand.said("Closed")


def test_the_overview_is_right_to_the_cent(browser: Browser, product: Product) -> None:
    gina = product.customer("gina", "1000")
    product.cli("voucher", "grant", "gina", "100", "--until", "30d")
    kept, given_back = (gina.buy(1)["InstanceId"] for _ in range(2))
    product.cli("renewal", "set", "gina", "AutoRenewal", kept, "--months", "1")
    request = bss.RefundInstanceRequest(
        product_code="kms", instance_id=given_back, immediately_release="1"
    )
    gina.bss.refund_instance(request)
    with at_browser(browser, product) as somebody:
        somebody.sign_in("gina", gina.made["console_password"])
        somebody.visit("/console/expenses")
        balance, month, forecast = somebody.page.locator(".big").all_inner_texts()
        # 1,000.00 - (500.00 - 100.00 by voucher) - 500.00 + 500.00 x 30 / 31
        assert (balance, month, forecast) == ("USD 583.87", "USD 416.13", "USD 500.00")
        parts = somebody.page.locator("main dl >> nth=0 >> dd").all_inner_texts()
        assert parts == ["USD 900.00", "USD 0.00", "USD -483.87"]
        months = somebody.page.locator("table >> nth=0 >> tbody tr").all_inner_texts()
        assert [one.split("\t") for one in months[:2]] == [
            ["2026-03", "USD 416.13"],
            ["2026-02", "USD 0.00"],
        ]
        assert somebody.page.locator("svg.bars rect").count() == 12
        assert somebody.page.locator(".badge").all_inner_texts() == ["Spent"]


def test_what_belongs_to_others_answers_like_what_is_unknown(
    person: Person, product: Product
) -> None:
    bob = product.customer("bob", "1000")
    bought = bob.buy(1)
    ticket = product.cli("ticket", "open", "bob", "--reason", "Help.")["ticket_id"]
    for theirs, unknown in (
        (f"orders/{bought['OrderId']}", "orders/123"),
        (f"unsubscribe/{bought['InstanceId']}", "unsubscribe/kst-hzz123"),
        (f"tickets/{ticket}", "tickets/123"),
    ):
        pages = []
        for path in (theirs, unknown):
            answer = person.page.request.get(f"{person.url}/console/expenses/{path}")
            pages.append((answer.status, re.sub(r'value="[^"]*"', "", answer.text())))
        assert pages[0] == pages[1]
        assert pages[0][0] == 404


def test_debt_is_told_with_the_way_out(browser: Browser, product: Product) -> None:
    carl = product.customer("carl")
    parameters = {"Region": "cn-hangzhou", "ProductVersion": "3"}
    carl.bss.create_instance(
        bss.CreateInstanceRequest(
            product_code="kms",
            product_type="kms_ppi_public_intl",
            subscription_type="PayAsYouGo",
            parameter=[
                bss.CreateInstanceRequestParameter(code=code, value=value)
                for code, value in parameters.items()
            ],
        )
    )
    product.cli("clock", "advance", "2d")
    with at_browser(browser, product) as somebody:
        somebody.sign_in("carl", carl.made["console_password"])
        somebody.visit("/console/expenses")
        told = somebody.page.inner_text(".notice.bad")
        assert somebody.page.inner_text(".big >> nth=0").replace("-", "") in told
        assert "2026-03-18 10:00:00" in told  # seven days after the first bill
        assert "credited to the account" in told
        somebody.check_accessible()
        product.cli("account", "credit", "carl", "10")
        somebody.page.reload()
        assert somebody.page.locator(".notice.bad").count() == 0
        somebody.visit("/console/expenses/usage")
        assert somebody.page.locator("tbody tr").count() == 2


# --- without a browser -----------------------------------------------------------------------


def test_an_instance_is_given_back_for_what_was_shown_or_not_at_all(
    person: Person, product: Product, ada: Customer
) -> None:
    instance_id, page = ada.buy(1)["InstanceId"], person.page
    person.visit(f"{UNSUBSCRIBE}/{instance_id}")

    def confirm() -> str:
        page.fill("[name=confirm_name]", page.inner_text("main h1").split(" ", 1)[1])
        page.check("[name=accept]")
        page.click("button.danger")
        return person.notice

    product.cli("clock", "advance", "2d")
    said = confirm()
    assert said.startswith("What comes back has changed since it was shown: it is USD ")
    person.forgive_refusals()
    assert ada.instance(instance_id)["InstanceId"] == instance_id
    assert confirm() == "The instance is unsubscribed; the money is on the balance."


def test_every_word_about_money_has_its_chinese() -> None:
    named = {name: table for name, table in vars(words).items() if name.isupper()}
    tables = [table for table in named.values() if isinstance(table, dict)]
    tables += [unsubscribe.TABS, bills.TABS, usage.PERIODS, KINDS, subscriptions.TYPES, ABOUT]
    said = [one if isinstance(one, str) else one[0] for table in tables for one in table.values()]
    said += [when for _, when in subscriptions.TYPES.values()]
    states = ["Not final yet", "Not settled", "Settled"]
    assert [one for one in (*said, *states) if one not in CHINESE] == []


@pytest.mark.parametrize("values", [[0], [5, -5], [-3], [10, 0, 7], [1, 2, 3]])
def test_bars_stand_on_the_line_or_hang_from_it(values: list[int]) -> None:
    drawn = chart([(str(value), value) for value in values])
    for value, bar in zip(values, drawn.bars, strict=True):
        edge = bar.y + bar.height if value >= 0 else bar.y
        assert edge == pytest.approx(drawn.zero, abs=0.2)
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT
