"""Buying, paying, renewing and upgrading, as somebody does who has money, or not enough."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from console.people import PHONE, Person, at_browser
from product import Customer, Product

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
    expect(page.locator("#offer [name=RenewPeriod]")).to_have_value("3")
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


def test_a_renewal_adds_its_months_behind_the_present_term(person: Person, instance: str) -> None:
    page = person.page
    person.visit("/console/instances")
    page.click(f"a[href='/console/instances/{instance}/renew']")
    shows_price(person, "USD 500.00")
    page.select_option("#f-RenewPeriod", "3")
    shows_price(person, "USD 1,500.00")
    assert facts(person)["Ends, if you pay now"] == "2026-07-11 00:00:00 UTC+8"
    buy_now(person)
    press(person, "Pay")
    assert person.notice == "Paid. The instance is renewed."
    assert facts(person)["Remaining Period"] == "122 days"


def test_an_upgrade_explains_its_fee_item_by_item(person: Person, instance: str) -> None:
    page = person.page
    person.visit(f"/console/instances/{instance}/upgrade")
    expect(page.locator("#offer")).to_contain_text("Raise at least one of the quantities")
    with page.expect_response("**/upgrade?*LogStorage=1000*"):
        page.fill("#f-LogStorage", "1000")  # there is none while log analysis is off
    expect(page.locator("#offer")).to_contain_text("Raise at least one of the quantities")
    page.fill("#f-LogStorage", "0")
    page.fill("#f-KeyNum", "3000")
    page.fill("#f-SecretNum", "200")
    shows_price(person, "USD 252.67")  # 240.00 / 720 x (31 x 24 + 14) hours
    rows = page.locator("#offer tbody tr").all_inner_texts()
    assert [" ".join(row.split()) for row in rows] == [
        "Keys 1,000 → 3,000 USD 200.00 USD 210.56",
        "Secrets 100 → 200 USD 40.00 USD 42.11",
    ]
    person.check_accessible()
    page.set_viewport_size(PHONE)
    person.check_fits()
    buy_now(person)
    assert facts(person)["Keys"] == "1,000 → 3,000"
    press(person, "Pay")
    assert person.notice == "Paid. The instance is upgraded."
    assert facts(person)["Ends"] == "2026-04-11 00:00:00 UTC+8"
    assert "0 / 3,000" in page.inner_text("main")


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


def test_a_lack_of_money_is_told_with_what_is_missing(
    poor: Person, product: Product, bob: Customer
) -> None:
    poor.visit(BUY)
    buy_now(poor)
    assert poor.notice == "The balance does not cover it: USD 490.00 are missing."
    poor.check_accessible()
    press(poor, "Pay")
    assert "USD 490.00 are missing" in poor.notice
    product.cli("voucher", "grant", bob.name, "100", "--until", "30d")
    product.cli("account", "credit", bob.name, "390")
    poor.visit(poor.page.url.removeprefix(poor.url))
    said = facts(poor)
    assert [value for name, value in said.items() if "voucher" in name] == ["USD 100.00"]
    assert (said["From the balance"], said["Balance afterwards"]) == ("USD 400.00", "USD 0.00")
    press(poor, "Pay")
    assert poor.notice == "Paid. The instance is yours: enable it to use it."


@pytest.mark.long
def test_two_clicks_are_one_order(person: Person) -> None:
    page = person.page
    person.visit(BUY)
    page.check("[name=accept]")
    fields = page.locator("#offer form").evaluate("one => Object.fromEntries(new FormData(one))")
    headers = {"Origin": person.url}
    led = [page.request.post(person.url + BUY, form=fields, headers=headers).url for _ in range(2)]
    assert led[0] == led[1]
    assert led[0].endswith("/pay")
    person.visit(BUY)
    buy_now(person)
    assert page.url != led[0]


@pytest.mark.long
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
              const form = document.querySelector("#offer form");
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


@pytest.mark.long
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


@pytest.mark.long
def test_auto_renewal_is_switched_on_and_off(person: Person, instance: str) -> None:
    path = f"/console/instances/{instance}/auto-renewal"
    person.visit(path)
    assert "2026-04-07 08:00:00 UTC+8" in person.page.inner_text("main")
    person.page.check("text=By itself")
    person.page.select_option("#f-RenewalPeriod", label="12 months, USD 5,100.00")
    press(person, "Set renewal")
    assert person.notice == "The instance is renewed by itself from now on."
    assert facts(person)["Renewal"] == "Automatic"
    person.visit(path)
    assert person.page.input_value("#f-RenewalPeriod") == "12"
    person.page.check("text=Not at all")
    press(person, "Set renewal")
    assert facts(person)["Renewal"] == "Not renewed"


@pytest.mark.long
def test_pay_as_you_go_is_bought_at_once_after_a_confirmation(person: Person) -> None:
    person.visit("/console/buy")
    person.page.click("text=Buy pay-as-you-go")
    press(person, "Continue")
    person.page.check("[name=accept]")
    press(person, "Buy Now")
    assert person.notice == "The instance is yours. Enable it to use it."
    assert facts(person)["Remaining Period"] == "until it is released"


@pytest.mark.long
def test_a_trial_is_for_who_never_bought_anything(browser: Browser, product: Product) -> None:
    eve = product.customer("eve")
    with at_browser(browser, product) as somebody:
        somebody.sign_in("eve", eve.made["console_password"])
        somebody.visit("/console/buy")
        somebody.page.click("text=Try it for free")
        press(somebody, "Continue")
        assert facts(somebody)["Free until"].startswith("2026-03-24 10:00:0")
        somebody.page.check("[name=accept]")
        press(somebody, "Buy Now")
        assert facts(somebody)["Remaining Period"] == "until it is released"
        somebody.visit("/console/buy")
        assert "never bought anything: buy without Trial" in somebody.page.inner_text("main")
        assert somebody.page.locator("text=Try it for free").count() == 0


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


@pytest.mark.long
def test_the_terms_are_read_in_both_languages(person: Person) -> None:
    person.visit("/console/terms")
    assert "You pay before you use." in person.page.inner_text("main")
    cookie = {"name": "keylease-language", "value": "zh", "url": person.url}
    person.page.context.add_cookies([cookie])  # type: ignore[list-item] # a literal, no model
    person.visit("/console/terms")
    assert person.heading == "服务条款"
    assert (
        "先付款、后使用。付款时优先使用代金券，其余从账户余额支付；代金券"
        in person.page.inner_text("main")
    )


def test_a_renewal_can_begin_with_other_quantities(person: Person, ada: Customer) -> None:
    instance = ada.buy(1, KeyNum="3000", SecretNum="300")["InstanceId"]
    page = person.page
    person.visit(f"/console/instances/{instance}/renew")
    shows_price(person, "USD 780.00")  # 500.00 + 2 x 100.00 + 2 x 40.00
    page.click("summary:has-text('Other quantities')")
    page.fill("#f-KeyNum", "1000")
    page.fill("#f-SecretNum", "500")
    shows_price(person, "USD 660.00")  # 500.00 + 4 x 40.00
    page.select_option("#f-RenewPeriod", "3")
    shows_price(person, "USD 1,980.00")
    assert facts(person)["As it is now it would cost"] == "USD 2,340.00"
    page.fill("#f-KeyNum", "1500")
    expect(page.locator("#offer")).to_contain_text("in steps of 1,000.")
    page.fill("#f-KeyNum", "1000")
    shows_price(person, "USD 1,980.00")
    assert "3,000 → 1,000" in page.inner_text("#offer")
    person.check_accessible()
    page.set_viewport_size(PHONE)
    person.check_fits()
    buy_now(person)
    assert facts(person)["From the balance"] == "USD 1,980.00"
    assert facts(person)["Keys"] == "3,000 → 1,000"
    press(person, "Pay")
    assert facts(person)["Other quantities from"].startswith("2026-04-11 00:00:00 UTC+8")
    assert ada.instance(instance)["KeyNum"] == 3000
    person.visit(f"/console/instances/{instance}/renew")
    shows_price(person, "USD 660.00")  # what the next term has
    assert page.locator("#f-KeyNum").count() == 0
    assert "cancel that renewal first" in page.inner_text("main")


@pytest.mark.long
def test_a_service_is_bought_listed_renewed_and_given_back(person: Person) -> None:
    page = person.page
    person.visit("/console/buy")
    page.click("main >> text=Buy a value-added service")
    shows_price(person, "USD 102.00")  # 10.00 x 12 x 0.85
    page.select_option("#f-Period", "24")
    shows_price(person, "USD 168.00")
    page.select_option("#f-Period", "12")
    page.check("text=Renew it by itself")
    shows_price(person, "USD 102.00")
    buy_now(person)
    press(person, "Pay")
    assert person.notice == "Paid. The service is in effect."
    row = page.locator("tbody tr").inner_text()
    assert "2027-03-11 00:00:00 UTC+8" in row
    assert "Automatic" in row
    page.click("tbody >> text=Renew")
    shows_price(person, "USD 102.00")
    page.click(".crumbs a")
    page.click("tbody >> text=Auto-renewal")
    page.check("text=Not at all")
    press(person, "Set renewal")
    assert person.heading == "Value-added services"
    person.visit("/console/buy/service")
    assert "Renew that one." in page.inner_text("#offer")
    person.visit("/console/expenses/services")
    page.click("tbody >> text=Unsubscribe")
    assert page.inner_text(".big") == "USD 101.67"  # 1 of 366 days, without a discount: 0.33
    assert "Make a backup" not in page.inner_text("main")


@pytest.mark.long
def test_an_expired_instance_is_renewed_from_its_payment_on(
    person: Person, product: Product, instance: str
) -> None:
    product.cli("clock", "set", "2026-04-20T12:00:00+08:00")
    person.visit(f"/console/instances/{instance}")
    assert facts(person)["Remaining Period"] == "released in 5 days"
    person.page.click("a.primary:text-is('Renew')")
    assert "It has expired" in person.page.inner_text("main")
    assert facts(person)["Ends, if you pay now"] == "2026-05-21 00:00:00 UTC+8"
    buy_now(person)
    press(person, "Pay")
    assert facts(person)["Remaining Period"] == "30 days"
