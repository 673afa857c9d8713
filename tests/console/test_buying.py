"""Buying, paying and upgrading beside the walks: what is refused, and what works without script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from console.hands import ACCEPT, Hand, Own
from console.people import Person, at_browser
from product import Customer, Product

pytestmark = pytest.mark.long

BUY = "/console/buy/subscription"


@pytest.fixture(scope="module")
def bob(product: Product) -> Customer:
    """A customer with USD 10.00, who never bought anything."""
    return product.customer("bob", "10")


@pytest.fixture
def poor(browser: Browser, product: Product, bob: Customer) -> Iterator[Person]:
    """Bob, signed in. What he is refused, his browser complains of."""
    with at_browser(browser, product) as somebody:
        somebody.sign_in("bob", bob.made["console_password"])
        yield somebody


@pytest.fixture
def instance(ada: Customer) -> str:
    """An instance of Ada's until 2026-04-11 00:00:00."""
    bought: str = ada.buy(1)["InstanceId"]
    return bought


def shows_price(person: Person, amount: str) -> None:
    expect(person.page.locator("#amount")).to_have_text(amount)


def buy_now(person: Person) -> None:
    person.page.check("[name=accept]")
    person.page.click("text=Buy Now")
    person.page.wait_for_url("**/console/orders/*/pay")


def press(person: Person, button: str) -> None:
    person.page.click(f"main button:text-is('{button}')")
    person.page.wait_for_load_state()


def facts(person: Person) -> dict[str, str]:
    """What the lists of a page say."""
    names, values = (person.page.locator(f"main {tag}").all_inner_texts() for tag in ("dt", "dd"))
    return dict(zip(names, values, strict=True))


def test_an_instance_is_chosen_ordered_paid_and_enabled(person: Person) -> None:
    page = person.page
    page.click(".side >> text=Instances")
    page.click("text=Create Instance >> nth=0")
    page.click("main >> text=Buy a subscription")
    shows_price(person, "USD 500.00")
    page.fill("#f-KeyNum", "2500")
    expect(page.locator("#offer")).to_contain_text(
        "Keys: choose 1,000 to 100,000, in steps of 1,000."
    )
    page.fill("#f-KeyNum", "2000")
    page.select_option("#f-Spec", "2000")
    page.check("#f-Log-1")
    shows_price(person, "USD 910.00")
    page.select_option("#f-Period", "12")
    shows_price(person, "USD 9,282.00")
    page.check("[name=accept]")
    page.select_option("#f-Period", "1")
    page.check("text=Renew it by itself")
    page.select_option("#f-RenewPeriod", "3")
    shows_price(person, "USD 910.00")
    assert page.is_checked("[name=accept]")  # the terms are the same as before
    buy_now(person)
    said = facts(person)
    assert said["From the balance"] == "USD 910.00"
    assert (said["Keys"], said["Auto-renewal"]) == ("2,000", "3 months")
    assert said["To be paid until"].startswith("2026-03-10 10:30:0")
    press(person, "Pay")
    assert person.notice == "Paid. The instance is yours: enable it to use it."
    page.fill("#f-VpcId", "vpc-bp1example")
    page.fill("#f-VSwitchIds", "vsw-bp1example")
    press(person, "Enable Now")
    said = facts(person)
    assert (said["Remaining Period"], said["Ends"]) == ("31 days", "2026-04-11 00:00:00 UTC+8")
    assert said["Renewal"] == "Automatic"


def test_nothing_is_ordered_while_the_offer_for_what_was_changed_is_on_its_way(
    person: Person,
) -> None:
    person.visit(BUY)
    button = person.page.locator("#offer button")
    expect(button).to_be_enabled()
    disabled = person.page.locator("#f-KeyNum").evaluate(
        "it => { it.dispatchEvent(new Event('input', {bubbles: true}));"
        " return document.querySelector('#offer button').disabled; }"
    )
    assert disabled
    expect(button).to_be_enabled()


def test_an_order_that_waits_stands_in_the_way_of_another_until_it_is_cancelled(
    person: Person, instance: str
) -> None:
    person.visit(f"/console/instances/{instance}/renew")
    buy_now(person)
    person.visit(f"/console/instances/{instance}/upgrade")
    assert "waits to be paid" in person.page.inner_text("#offer")
    person.page.click("text=Go to the order")
    press(person, "Cancel the order")
    assert person.notice == "The order is cancelled. Nothing was charged."
    person.visit(f"/console/instances/{instance}/renew")
    shows_price(person, "USD 500.00")


def test_two_clicks_are_one_order(person: Person) -> None:
    page = person.page
    person.visit(BUY)
    page.check("[name=accept]")
    fields = page.locator("form.order").evaluate("one => Object.fromEntries(new FormData(one))")
    headers = {"Origin": person.url}
    led = [page.request.post(person.url + BUY, form=fields, headers=headers).url for _ in range(2)]
    assert led[0] == led[1]
    assert led[0].endswith("/pay")
    person.visit(BUY)
    buy_now(person)
    assert page.url != led[0]
    order = page.url
    fields = {"form_token": fields["form_token"]}
    paid = [page.request.post(order, form=fields, headers=headers) for _ in range(2)]
    assert [one.status for one in paid] == [200, 200]
    assert len({one.url for one in paid}) == 1  # both lead to the instance


def test_what_is_paid_by_the_day_is_bought_at_the_prices_shown(
    person: Person, product: Product, tmp_path: Path
) -> None:
    page = person.page
    person.visit("/console/buy/pay-as-you-go/confirm?ProductVersion=3")
    book = tmp_path / "book.toml"
    book.write_text(product.run("prices", "show", "--source").stdout)
    product.cli("prices", "load", str(book))
    page.check("[name=accept]")
    press(person, "Buy Now")
    assert person.notice == "The prices have changed: look at them, then buy again."
    person.forgive_refusals()
    page.check("[name=accept]")
    press(person, "Buy Now")
    assert person.notice == "The instance is yours. Enable it to use it."


def test_an_order_is_only_for_what_was_shown_and_accepted(poor: Person) -> None:
    for field, value, why in (
        ("amount", "49999", "The price has changed since it was shown"),
        ("terms_version", "0", "The terms of service have changed"),
        ("accept", "", "Read the terms of service"),
        ("KeyNum", "1500", "is not offered"),
    ):
        poor.visit(BUY)
        poor.page.evaluate(
            """([name, value]) => {
              const form = document.querySelector("form.order");
              form.elements.accept.checked = true;
              form.elements[name]?.remove();
              const made = document.createElement("input");
              form.append(Object.assign(made, {name, value, type: "hidden"}));
            }""",
            [field, value],
        )
        press(poor, "Buy Now")
        assert why in poor.notice
        assert poor.heading == "Buy a subscription"


def test_without_script_the_price_is_shown_by_a_button(
    browser: Browser, product: Product, ada: Customer
) -> None:
    with at_browser(browser, product, java_script_enabled=False) as somebody:
        somebody.sign_in("ada", ada.made["console_password"])
        somebody.visit(BUY)
        somebody.page.fill("#f-SecretNum", "300")
        somebody.page.select_option("#f-Period", "2")
        press(somebody, "Show price")
        shows_price(somebody, "USD 1,160.00")
        assert somebody.page.input_value("#f-SecretNum") == "300"
        assert "form_token" not in somebody.page.url
        buy_now(somebody)
        assert facts(somebody)["Secrets"] == "300"


def test_without_script_an_order_is_for_what_the_form_says_at_the_price_shown(
    browser: Browser, product: Product, ada: Customer
) -> None:
    with at_browser(browser, product, java_script_enabled=False) as somebody:
        somebody.sign_in("ada", ada.made["console_password"])
        somebody.visit(BUY)
        somebody.page.select_option("#f-Period", "12")
        somebody.page.check("[name=accept]")
        press(somebody, "Buy Now")
        assert somebody.notice.startswith("The price has changed since it was shown")
        shows_price(somebody, "USD 5,100.00")
        press(somebody, "Buy Now")  # the terms are still accepted
        assert facts(somebody)["Duration"] == "12 months"


def test_orders_and_instances_of_others_are_not_there(
    person: Person, poor: Person, instance: str
) -> None:
    person.visit(f"/console/instances/{instance}/renew")
    buy_now(person)
    for path in (
        person.page.url.removeprefix(person.url),
        *(f"/console/instances/{instance}/{page}" for page in ("renew", "upgrade", "auto-renewal")),
    ):
        assert poor.visit(path).status == 404, path


def test_the_terms_are_read_in_both_languages(person: Person) -> None:
    person.visit("/console/terms")
    assert "You pay before you use." in person.page.inner_text("main")
    person.prefer(language="zh")
    person.visit("/console/terms")
    assert person.heading == "服务条款"
    assert (
        "先付款、后使用。付款时优先使用代金券，其余从账户余额支付；代金券"
        in person.page.inner_text("main")
    )


@pytest.fixture
def held(walker: Customer) -> Own:
    """An instance of the walker's until 2026-04-11 00:00:00."""
    return Own(walker.buy(1)["InstanceId"])


def test_an_instance_is_bought_that_renews_itself(hand: Hand) -> None:
    hand.go("Instances")
    hand.follow("Create Instance")
    hand.follow("Buy a subscription")
    hand.fill("Keys", "2500")
    steps = {"item": hand.said("Keys"), "least": "1,000", "most": "100,000", "step": "1,000"}
    hand.reads("{item}: choose {least} to {most}, in steps of {step}.", **steps)
    hand.fill("Keys", "2000")
    hand.sees_price("USD 600.00")
    hand.tick("Renew it by itself before it ends")
    hand.choose("For how long each time", "{number} months", number=3)
    hand.tick(ACCEPT)
    hand.press("Buy Now")
    assert hand.fact("Keys") == "2,000"
    assert hand.fact("Auto-renewal") == hand.said("{number} months", number=3)
    assert hand.fact("To be paid until").startswith("2026-03-10 10:30:0")
    hand.press("Pay")
    assert hand.fact("Renewal") == hand.said("Automatic")


def test_an_upgrade_has_no_log_storage_while_log_analysis_is_off(hand: Hand, held: Own) -> None:
    hand.go("Instances")
    hand.follow("Upgrade", row=held)
    raise_one = "Raise at least one of the quantities to see what it costs."
    hand.reads(raise_one)
    with hand.page.expect_response("**/upgrade?*LogStorage=1000*"):
        hand.fill("Log storage (GB)", "1000")
    hand.reads(raise_one)
    hand.fill("Log storage (GB)", "0")
    hand.fill("Keys", "3000")
    hand.sees_price("USD 210.56")  # 200.00 / 720 x (31 x 24 + 14) hours
    hand.person.check_fits()


def test_an_order_that_waits_is_gone_to_and_cancelled(hand: Hand, held: Own) -> None:
    hand.go("Instances")
    hand.follow("Renew", row=held)
    hand.tick(ACCEPT)
    hand.press("Buy Now")
    hand.go("Instances")
    hand.follow("Upgrade", row=held)
    hand.reads("An order for this instance waits to be paid. Pay it or cancel it first.")
    hand.follow("Go to the order")
    hand.press("Cancel the order")
    hand.is_told("The order is cancelled. Nothing was charged.")
    hand.go("Instances")
    hand.follow("Renew", row=held)
    hand.sees_price("USD 500.00")


def test_a_renewal_can_begin_with_other_quantities(hand: Hand, walker: Customer) -> None:
    instance = Own(walker.buy(1, KeyNum="3000", SecretNum="300")["InstanceId"])
    hand.go("Instances")
    hand.follow("Renew", row=instance)
    hand.sees_price("USD 780.00")  # 500.00 + 2 x 100.00 + 2 x 40.00
    hand.unfold("Other quantities from the new term on")
    hand.fill("Keys", "1000")
    hand.fill("Secrets", "500")
    hand.sees_price("USD 660.00")  # 500.00 + 4 x 40.00
    hand.choose("Duration", "{number} months", number=3)
    hand.sees_price("USD 1,980.00")
    assert hand.fact("As it is now it would cost") == "USD 2,340.00"
    hand.fill("Keys", "1500")
    steps = {"item": hand.said("Keys"), "least": "1,000", "most": "100,000", "step": "1,000"}
    hand.reads("{item}: choose {least} to {most}, in steps of {step}.", **steps)
    hand.fill("Keys", "1000")
    hand.sees_price("USD 1,980.00")
    assert hand.lists("3,000 → 1,000")
    hand.person.check_accessible()
    hand.person.check_fits()
    hand.tick(ACCEPT)
    hand.press("Buy Now")
    assert hand.fact("From the balance") == "USD 1,980.00"
    assert hand.fact("Keys") == "3,000 → 1,000"
    hand.press("Pay")
    assert hand.fact("Other quantities from").startswith("2026-04-11 00:00:00 UTC+8")
    assert walker.instance(instance)["KeyNum"] == 3000
    hand.follow("Renew")
    hand.sees_price("USD 660.00")  # what the next term has
    hand.reads(
        "The next term begins with other quantities already; this renewal keeps them. "
        "To choose again, cancel that renewal first."
    )
    assert hand.page.get_by_label(hand.said("Keys"), exact=True).count() == 0


def test_a_service_is_bought_listed_renewed_and_given_back(hand: Hand) -> None:
    hand.go("Value-added services")
    hand.follow("Buy a value-added service")
    hand.sees_price("USD 102.00")  # 10.00 x 12 x 0.85
    for months, percent, amount in ((24, 30, "USD 168.00"), (12, 15, "USD 102.00")):
        discount = hand.said(" ({percent}% off)", percent=percent)
        hand.choose("Duration", Own(hand.said("{number} months", number=months) + discount))
        hand.sees_price(amount)
    hand.tick("Renew it by itself before it ends")
    hand.tick(ACCEPT)
    hand.press("Buy Now")
    hand.press("Pay")
    hand.is_told("Paid. The service is in effect.")
    (row,) = hand.rows()
    assert row.startswith(hand.said("Default key rotation"))
    service = Own(next(word for word in row.split() if word.startswith("dkr-")))
    assert hand.cell(service, "Ends") == "2027-03-11 00:00:00 UTC+8"
    assert hand.said("Automatic") in hand.cell(service, "Renewal")
    hand.follow("Renew")
    hand.sees_price("USD 102.00")
    hand.go("Value-added services")
    hand.follow("Auto-renewal")
    hand.tick("Not at all")
    hand.press("Set renewal")
    assert hand.heading == hand.said("Value-added services")
    hand.follow("Buy a value-added service")
    hand.reads("You have it in this region: {service}. Renew that one.", service=service)
    hand.go("Value-added services")
    hand.follow("Unsubscribe")
    assert hand.big("What comes back") == "USD 101.67"  # 1 of 366 days, without a discount: 0.33
    assert not hand.offers("Make a backup first")
