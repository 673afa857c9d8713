"""What the founding document has people do, in every way to use the console."""

import csv
import subprocess
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser

from console.hands import ACCEPT, ACCEPT_RULES, Hand, Own
from console.ways import WAYS, Way
from product import Customer, Product

HERE, *ELSEWHERE = WAYS
in_one_way_quickly = pytest.mark.parametrize(
    "way",
    [HERE, *(pytest.param(way, marks=pytest.mark.long) for way in ELSEWHERE)],
    ids=str,
    indirect=True,
    scope="module",
)


@in_one_way_quickly
def test_an_instance_is_renewed(
    browser: Browser, product: Product, way: Way, walker: Customer
) -> None:
    instance = Own(walker.buy(1, Region="ap-southeast-1")["InstanceId"])
    with way.at(browser, product) as hand:
        hand.sign_in(walker.name, walker.made["console_password"])
        hand.choose_region("ap-southeast-1")
        hand.go("Instances")
        hand.follow("Hardware Key Management")
        assert not hand.lists(instance)
        hand.follow("Software Key Management")
        assert hand.cell(instance, "Remaining Period") == hand.said("{number} days", number=31)
        hand.follow("Renew", row=instance)
        assert hand.fact("Ends") == "2026-04-11 00:00:00 UTC+8"
        hand.choose("Duration", "{number} months", number=3)
        hand.sees_price("USD 1,500.00")
        assert hand.fact("Ends, if you pay now") == "2026-07-11 00:00:00 UTC+8"
        hand.tick(ACCEPT)
        hand.press("Buy Now")
        assert hand.fact("From the balance") == "USD 1,500.00"
        hand.press("Pay")
        hand.is_told("Paid. The instance is renewed.")
        assert hand.fact("Remaining Period") == hand.said("{number} days", number=122)
        assert hand.fact("Ends") == "2026-07-11 00:00:00 UTC+8"
        hand.go("Instances")
        assert hand.cell(instance, "Remaining Period") == hand.said("{number} days", number=122)
        assert hand.person.complaints == []


@pytest.mark.long
def test_an_instance_is_bought_and_enabled(hand: Hand) -> None:
    hand.go("Instances")
    hand.follow("Create Instance")
    hand.follow("Buy a subscription")
    hand.sees_price("USD 500.00")
    hand.fill("Keys", "2000")
    requests = hand.said("{number} requests a second", number="2,000")
    hand.choose("Computing performance", Own(f"{requests} (+ USD 250.00)"))
    hand.tick("Record the calls of the instance, to be searched")
    hand.sees_price("USD 910.00")
    discount = hand.said(" ({percent}% off)", percent=15)
    hand.choose("Duration", Own(hand.said("{number} months", number=12) + discount))
    hand.sees_price("USD 9,282.00")
    hand.tick(ACCEPT)
    hand.press("Buy Now")
    assert hand.fact("From the balance") == "USD 9,282.00"
    assert hand.fact("Discount") == "USD -1,638.00"
    hand.press("Pay")
    hand.is_told("Paid. The instance is yours: enable it to use it.")
    hand.reads("Not enabled")
    hand.fill("VPC", "vpc-bp1example")
    hand.fill("vSwitches", "vsw-bp1example")
    hand.press("Enable Now")
    hand.is_told("The instance is enabled.")
    assert hand.fact("Ends") == "2027-03-11 00:00:00 UTC+8"
    hand.reads(Own("0 / 2,000"))


@pytest.fixture
def poor(browser: Browser, product: Product, way: Way) -> Iterator[tuple[Hand, str]]:
    """Somebody with USD 10.00, and their name."""
    made = product.customer(f"{way}-poor", "10")
    with way.at(browser, product) as hand:
        hand.sign_in(made.name, made.made["console_password"])
        yield hand, made.name


@pytest.mark.long
def test_a_lack_of_money_is_told_to_the_cent_and_paid_after_a_top_up(
    product: Product, poor: tuple[Hand, str]
) -> None:
    hand, name = poor
    hand.follow("Create Instance")
    hand.follow("Buy a subscription")
    hand.tick(ACCEPT)
    hand.press("Buy Now")
    hand.is_told("The balance does not cover it: {amount} is missing.", amount="USD 490.00")
    hand.person.check_accessible()
    assert not hand.offers("Pay")
    assert hand.fact("Missing") == "USD 490.00"
    product.cli("voucher", "grant", name, "100", "--until", "30d")
    product.cli("account", "credit", name, "389.99")
    hand.go("Orders")
    hand.follow("Pay")
    hand.is_told("The balance does not cover it: {amount} is missing.", amount="USD 0.01")
    product.cli("account", "credit", name, "0.01")
    hand.reload()
    assert hand.fact("From the balance") == "USD 400.00"
    assert hand.fact("Balance afterwards") == "USD 0.00"
    hand.press("Pay")
    hand.is_told("Paid. The instance is yours: enable it to use it.")


@pytest.mark.long
def test_an_instance_is_unsubscribed_as_previewed(hand: Hand, walker: Customer) -> None:
    bought = walker.buy(1)
    instance, order = Own(bought["InstanceId"]), bought["OrderId"]
    before = balance(hand)
    hand.go("Unsubscribe")
    assert hand.cell(instance, "Comes back now") == "USD 483.87"
    hand.follow("Unsubscribe", row=instance)
    assert hand.big("What comes back") == "USD 483.87"  # of 31 days the first is used up
    assert hand.cell(order, "Days used") == hand.said("{used} of {days}", used=1, days=31)
    assert hand.cell(order, "Used up") == "16.13"
    assert hand.cell(order, "Comes back") == "483.87"
    confirm = "Type the name of the instance, {name}, to confirm."
    hand.tick(ACCEPT_RULES)
    hand.fill(confirm, "another", name=instance)
    hand.tick("After 15 days: it stops now, and can be renewed until then")
    hand.press("Unsubscribe")
    hand.is_told(confirm, name=instance)
    hand.tick(ACCEPT_RULES)
    hand.fill(confirm, instance, name=instance)
    hand.tick("At once")
    hand.press("Unsubscribe")
    hand.is_told("The instance is unsubscribed; the money is on the balance.")
    assert hand.big("Amount") == "USD 483.87"
    assert balance(hand) == before + Decimal("483.87")
    hand.go("Transactions")
    assert hand.cell("483.87", "Amount") == "USD 483.87"
    hand.go("Instances")
    assert not hand.lists(instance)


@pytest.mark.long
def test_a_pending_renewal_is_cancelled_alone(hand: Hand, walker: Customer) -> None:
    instance = Own(walker.buy(1)["InstanceId"])
    first, renewal = (walker.renew(instance, months)["OrderId"] for months in (1, 3))
    before = balance(hand)
    hand.go("Unsubscribe")
    hand.follow("Pending renewals")
    assert hand.cell(renewal, "Begins") == "2026-05-11 00:00:00 UTC+8"
    later_first = hand.said("Cancel the later one first, or it is covered by an upgrade.")
    assert hand.cell(first, "Actions") == later_first
    hand.follow("Cancel the renewal", row=renewal)
    assert hand.big("What comes back") == "USD 1,500.00"
    hand.tick(ACCEPT_RULES)
    hand.press("Cancel the renewal")
    hand.is_told("The renewal is cancelled; the money is on the balance.")
    assert balance(hand) == before + 1500
    hand.go("Unsubscribe")
    hand.follow("Pending renewals")
    assert not hand.lists(renewal)
    assert hand.cell(first, "Actions") == hand.said("Cancel the renewal")
    hand.go("Instances")
    hand.follow("Details", row=instance)
    assert hand.fact("Ends") == "2026-05-11 00:00:00 UTC+8"  # as without it


@pytest.mark.long
def test_bills_are_read_and_exported(hand: Hand, walker: Customer) -> None:
    order = Own(walker.buy(12, KeyNum="2000")["OrderId"])
    hand.go("Bills")
    charged = hand.cell("2026-03", "From the balance")
    hand.follow("Details", row="2026-03")
    assert hand.big("Charged") == f"USD {charged}"
    assert hand.cell(hand.said("In all"), "Discount")
    hand.follow("Details")
    hand.reads(order)
    hand.follow("Amortised costs")
    # 22 of the 366 days that the year's term touches are in March
    paid, march = (hand.cell(order, column) for column in ("In all", "In the month"))
    assert abs(money(march) - money(paid) * 22 / 366) <= Decimal("0.22")  # days of whole cents
    lines = hand.download("Lines (CSV)").path().read_text("utf-8-sig").splitlines()
    rows = list(csv.DictReader(lines))
    assert order in {row["RecordID"] for row in rows}
    assert sum(Decimal(row["PaymentAmount"]) for row in rows) == money(charged)
    statement = hand.download("Statement (PDF)").path()
    words = subprocess.run(
        ["pdftotext", "-raw", statement, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert charged in words


def balance(hand: Hand) -> Decimal:
    hand.go("Account")
    return money(hand.big("Balance").removeprefix("USD "))


def money(amount: str) -> Decimal:
    return Decimal(amount.replace(",", ""))
