"""What pages say, and offer, of how an account, its orders and its instances stand."""

import csv
import re
from collections.abc import Iterator

import alibabacloud_bssopenapi20171214.models as bss
import pytest

from console.browserlike import Browserlike
from console.forms import Reading
from console.town import buy_service, fill_with_people, fill_with_secrets
from product import Customer, Product

pytestmark = pytest.mark.long

#: On the day before the first instance ends.
SOON = "2026-04-10T10:00:00+08:00"


def reader(product: Product, customer: Customer, language: str = "en") -> Browserlike:
    """A customer, signed in."""
    somebody = Browserlike(product, {"keylease-language": language})
    assert somebody.sign_in(customer.name, customer.made["console_password"]) == 303
    return somebody


def read(somebody: Browserlike, path: str) -> str:
    """What a page says, without its tags."""
    return plain(somebody.ask("GET", path)[1])


def plain(page: str) -> str:
    body = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def links(page: str) -> set[str]:
    """Where its links lead."""
    return {attributes.get("href", "") for tag, attributes in Reading(page).elements if tag == "a"}


def buy_by_the_day(customer: Customer, **more: str) -> str:
    parameters = {"Region": "cn-hangzhou", "ProductVersion": "3", **more}
    request = bss.CreateInstanceRequest(
        product_code="kms",
        product_type="kms_ppi_public_intl",
        subscription_type="PayAsYouGo",
        parameter=[
            bss.CreateInstanceRequestParameter(code=code, value=value)
            for code, value in parameters.items()
        ],
    )
    bought: str = customer.bss.create_instance(request).body.to_map()["Data"]["InstanceId"]
    return bought


@pytest.fixture(scope="module")
def poor(product: Product) -> Customer:
    """A customer with USD 150.01 left, and an instance until 2026-04-11."""
    return product.customer("poor", "650.01")


@pytest.fixture(scope="module")
def held(poor: Customer) -> str:
    bought: str = poor.buy(1)["InstanceId"]
    return bought


@pytest.fixture
def waiting(product: Product, poor: Customer, held: str) -> Iterator[str]:
    """An order that the balance does not cover, while it waits."""
    placed = product.cli("order", "place", poor.name, "--instance", held, "--months", "1")
    yield placed["order_id"]
    product.cli("order", "cancel", placed["order_id"])


def test_what_the_balance_does_not_cover_is_not_offered_to_be_paid(
    product: Product, poor: Customer, waiting: str
) -> None:
    path = f"/console/orders/{waiting}/pay"
    somebody = reader(product, poor)
    _, page = somebody.ask("GET", path)
    said = plain(page)
    assert "Needed from the balance USD 500.00 Balance now USD 150.01 Missing USD 349.99" in said
    assert "The order is kept until the time above." in said
    assert path not in {form.action for form in Reading(page).forms}
    assert somebody.post(path, form_token=somebody.form_token) == 400


def test_an_order_is_called_the_same_wherever_it_stands(
    product: Product, poor: Customer, waiting: str
) -> None:
    somebody = reader(product, poor, "zh")
    assert "类型 续费 " in read(somebody, f"/console/orders/{waiting}/pay")
    assert f"{waiting} 续费 " in read(somebody, "/console/expenses/orders")
    assert f"续费 {waiting} " in read(somebody, f"/console/expenses/orders/{waiting}")


def test_only_what_was_paid_counts_as_paid(product: Product, poor: Customer, waiting: str) -> None:
    somebody = reader(product, poor)
    _, text = somebody.ask("GET", "/console/expenses/orders.csv")
    paid = {row["Status"]: row["PaymentAmount"] for row in csv.DictReader(text.splitlines())}
    assert (paid["Unpaid"], paid["Paid"]) == ("0.00", "500.00")
    assert "From the balance" not in read(somebody, f"/console/expenses/orders/{waiting}")


def test_the_tick_for_the_rules_outlives_a_refusal(
    product: Product, poor: Customer, held: str
) -> None:
    somebody = reader(product, poor)
    path = f"/console/expenses/unsubscribe/{held}"
    form = next(one for one in Reading(somebody.ask("GET", path)[1]).forms if one.action == path)
    sent = form.fields | {"confirm_name": "wrong", "ImmediatelyRelease": "0", "accept": "true"}
    status, page = somebody.send(path, sent)
    assert status == 400
    kept = next(one for one in Reading(page).forms if one.action == path).fields
    assert (kept["confirm_name"], kept["ImmediatelyRelease"]) == ("wrong", "0")
    assert kept["accept"] == "true"


def test_what_is_paid_by_the_day_is_released_from_the_list(product: Product) -> None:
    spender = product.customer("spender", "100")
    own = f"/console/instances/{buy_by_the_day(spender)}"
    somebody = reader(product, spender)
    assert f"{own}#release" in links(somebody.ask("GET", "/console/instances")[1])
    assert 'id="release"' in somebody.ask("GET", own)[1]


def test_a_trial_is_known_as_one_wherever_it_stands(product: Product) -> None:
    curious = product.customer("curious")
    own = f"/console/instances/{buy_by_the_day(curious, Trial='1')}"
    somebody = reader(product, curious)
    for path in (own, "/console/instances", "/console/expenses"):
        said = read(somebody, path)
        assert "Free trial" in said, path
        assert "Free until 2026-03-24 10:00:" in said, path
    _, page = somebody.ask("GET", "/console/calendar?month=2026-03")
    assert "Free trial ends" in plain(page)
    assert own in links(page)


def test_a_service_is_called_what_it_is(product: Product) -> None:
    renter = product.customer("renter", "200")
    buy_service(renter)
    somebody = reader(product, renter)
    assert re.search(r"Default key rotation dkr-\w+", read(somebody, "/console/expenses/orders"))
    assert re.search(r"Default key rotation dkr-\w+", read(somebody, "/console/search?q=dkr-"))
    assert "Expires: Default key rotation" in read(somebody, "/console/calendar?month=2027-03")


def test_what_waits_to_be_paid_is_noticed(product: Product, poor: Customer, waiting: str) -> None:
    somebody = reader(product, poor)
    assert f"/console/orders/{waiting}/pay" in links(somebody.ask("GET", "/console/")[1])


@pytest.mark.usefixtures("held")
def test_without_cause_there_are_no_notices(product: Product, poor: Customer) -> None:
    assert "Notices" not in read(reader(product, poor), "/console/")


def test_what_is_shown_once_is_made_once(
    product: Product, ada: Customer, adas_instance: str
) -> None:
    fill_with_secrets(ada, adas_instance, "shown")
    whose = fill_with_people(product, ada.account_id)["user"]
    somebody = reader(product, ada)
    for page, path in (
        ("/console/access-points/shown", "/console/access-points/shown/client-keys"),
        ("/console/access/access-keys", "/console/access/access-keys"),
        (f"/console/access/users/{whose}", f"/console/access/users/{whose}/access-keys"),
        (f"/console/access/users/{whose}", f"/console/access/users/{whose}/password"),
        ("/console/calendar", "/console/calendar/feed"),
    ):
        shown = Reading(somebody.ask("GET", page)[1]).forms
        fields = next(form.fields for form in shown if form.action == path)
        assert somebody.send(path, fields)[0] == 200, path
        made = counted(somebody, page)
        status, again = somebody.send(path, fields)
        assert status == 400, path
        assert "What it makes is shown only once" in plain(again)
        assert counted(somebody, page) == made


def counted(somebody: Browserlike, page: str) -> int:
    """How many rows its tables have."""
    return somebody.ask("GET", page)[1].count("<tr>")


# --- when time has passed: what follows moves the clock ---------------------------------------


@pytest.fixture(scope="module")
def debtor(product: Product) -> Customer:
    """Who has no money, and buys by the day."""
    return product.customer("debtor")


def test_what_ends_within_a_week_is_noticed(product: Product, poor: Customer, held: str) -> None:
    product.cli("clock", "set", SOON)
    said = read(reader(product, poor), "/console/")
    assert f"{held} expires on: 2026-04-11 00:00:00 UTC+8" in said


@pytest.fixture(scope="module")
def late(product: Product, held: str, debtor: Customer) -> str:
    """When an instance has expired, and the days of another could not be paid."""
    product.cli("clock", "set", SOON)
    buy_by_the_day(debtor)
    product.cli("clock", "set", "2026-04-12T10:00:00+08:00")
    return held


def test_of_what_has_expired_only_what_is_possible_is_offered(
    product: Product, poor: Customer, late: str
) -> None:
    somebody = reader(product, poor)
    own = f"/console/instances/{late}"
    refused = f"{own}/upgrade", f"/console/expenses/unsubscribe/{late}"
    for path in ("/console/instances", own):
        offered = links(somebody.ask("GET", path)[1])
        assert f"{own}/renew" in offered
        assert not offered & set(refused), path
    for path in refused:
        status, page = somebody.ask("GET", path)
        assert status == 400
        assert own in links(page), path


def test_a_debt_and_what_has_expired_are_noticed_in_every_region(
    product: Product, poor: Customer, debtor: Customer, late: str
) -> None:
    somebody = reader(product, poor)
    somebody.cookies["keylease-region"] = "cn-beijing"
    _, page = somebody.ask("GET", "/console/")
    assert f"{late} has expired" in plain(page)
    assert f"/console/instances/{late}/renew" in links(page)
    said = read(reader(product, debtor), "/console/")
    assert re.search(r"The balance lacks USD [0-9.]+\. Pay-as-you-go instances stop on:", said)


@pytest.mark.usefixtures("late")
def test_without_an_automatic_renewal_none_is_missed(product: Product, debtor: Customer) -> None:
    said = read(reader(product, debtor), "/console/expenses")
    assert "A bill was not covered by the balance" in said
    assert "more than the balance" not in said
