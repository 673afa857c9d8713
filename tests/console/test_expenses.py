"""Expenses and Costs as people use them: money back, orders, bills, renewals, tickets, debt."""

import re

import alibabacloud_bssopenapi20171214.models as bss
import pytest
from playwright.sync_api import Browser

from console.people import Person, at_browser
from keylease.console.chinese import CHINESE
from keylease.console.pages.chart import HEIGHT, chart
from keylease.console.pages.expenses import bills, subscriptions, unsubscribe, usage, words
from keylease.console.pages.expenses.tables import KINDS
from keylease.console.pages.services import ABOUT
from product import Customer, Product

pytestmark = pytest.mark.long

UNSUBSCRIBE = "/console/expenses/unsubscribe"


def balance_of(person: Person) -> str:
    person.visit("/console/expenses")
    return person.page.inner_text(".big >> nth=0")


def test_what_is_protected_or_has_an_unpaid_order_is_not_unsubscribed_but_told_why(
    person: Person, product: Product, ada: Customer
) -> None:
    instance_id = ada.buy(1)["InstanceId"]
    order = product.cli("order", "place", "ada", "--instance", instance_id, "--months", "1")
    person.visit(f"{UNSUBSCRIBE}/{instance_id}")
    assert "waits to be paid" in person.page.inner_text("main")
    assert person.page.locator("button.danger").count() == 0
    person.visit("/console/expenses/orders")
    person.page.select_option("#status", "Unpaid")
    person.page.click("text=Show")
    pay = person.page.get_attribute("tbody >> text=Pay", "href")
    assert pay == f"/console/orders/{order['order_id']}/pay"
    person.page.click(f"text={order['order_id']}")
    person.page.click("text=Cancel the order")
    assert person.notice == "The order is cancelled."
    assert person.page.inner_text(".heading .badge") == "Cancelled"


def test_transactions_tell_the_balance_after_each(person: Person, ada: Customer) -> None:
    bought = ada.buy(1)
    person.visit("/console/expenses/transactions?kind=order")
    row = person.page.inner_text("tbody tr >> nth=0").split("\t")
    assert bought["OrderId"] in row[3]
    assert row[4] == "USD -500.00"
    assert row[5] == balance_of(person)


def test_many_instances_are_set_to_renew_themselves_at_once(person: Person, ada: Customer) -> None:
    instances = [ada.buy(1)["InstanceId"] for _ in range(2)]
    person.visit("/console/expenses/renewals")
    person.page.click("text=Set >> nth=-1")
    assert person.notice == "Tick the instances that you want to change."
    person.complaints.clear()
    for one in instances:
        person.page.check(f"input[value='{one}']")
    person.page.select_option("[name=RenewalPeriod]", "3")
    person.page.click("button.primary")
    assert person.notice == "The renewal of 2 instances is set."
    person.page.select_option("#mode", "AutoRenewal")
    person.page.click("text=Show")
    shown = person.page.inner_text("tbody")
    assert all(one in shown for one in instances)
    assert "3 months" in shown
    person.visit("/console/expenses")
    assert "USD 1,500.00" in person.page.inner_text("table:has-text('Duration')")


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


def test_a_ticket_goes_to_and_fro_and_is_closed(person: Person, product: Product) -> None:
    person.visit("/console/expenses/tickets")
    person.page.fill("[name=reason]", "Money back, <script>alert(1)</script> please")
    person.page.fill("[name=order_id]", "1234")
    person.page.click("main button.primary")
    assert person.notice == "The specific resource is not exists."
    person.complaints.clear()
    person.page.fill("[name=order_id]", "")
    person.page.click("main button.primary")
    assert "<script>alert(1)</script>" in person.page.inner_text(".said")
    ticket_id = person.page.url.rpartition("/")[2]
    product.cli("ticket", "answer", ticket_id, "Which order?")
    person.page.reload()
    assert person.page.inner_text(".said >> nth=1") == "Which order?"
    person.page.fill("[name=text]", "The last one.")
    person.page.click("text=Send")
    assert person.page.inner_text(".heading .badge") == "Open"
    person.page.click("text=Close the ticket")
    assert person.notice == "The ticket is closed."
    person.visit("/console/expenses/tickets")
    assert "Closed" in person.page.inner_text(f"tr:has-text('{ticket_id}')")


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
    person.complaints.clear()  # of the status, which is right
    assert ada.instance(instance_id)["InstanceId"] == instance_id
    assert confirm() == "The instance is unsubscribed; the money is on the balance."


def test_every_word_about_money_has_its_chinese() -> None:
    tables = [table for name, table in vars(words).items() if name.isupper()]
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
