"""A served product for the pages of a file, a browser, and a customer who has signed in."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from console.hands import Hand, Own
from console.people import CHROMIUM, SWITCHES, Person, at_browser, operators_password, still
from console.ways import WAYS, Way
from product import Customer, Product


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each file: while it is there, nobody else can run an event loop."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield started
        started.close()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Its clock stands still at 2026-03-10 10:00:00 UTC+8."""
    with still(tmp_path_factory.mktemp("console") / "data") as served:
        yield served


@pytest.fixture(scope="module")
def ada(product: Product) -> Customer:
    """A customer with USD 10,000.00; her sign-in is in ``made``."""
    return product.customer("ada", "10000")


@pytest.fixture(scope="module")
def adas_instance(ada: Customer) -> str:
    """An enabled one."""
    bought: str = ada.buy()["InstanceId"]
    ada.enable(bought)
    return bought


@pytest.fixture(scope="module")
def signed_in(browser: Browser, product: Product, ada: Customer) -> Any:
    """What Ada's browser keeps once she has signed in."""
    with at_browser(browser, product) as somebody:
        somebody.sign_in("ada", ada.made["console_password"])
        return somebody.page.context.storage_state()


@pytest.fixture
def person(browser: Browser, product: Product, signed_in: Any) -> Iterator[Person]:
    """Ada, signed in; the browser must have had nothing to complain of in the end."""
    with at_browser(browser, product, storage_state=signed_in) as somebody:
        somebody.visit("/console/")
        yield somebody
        assert somebody.complaints == []


@pytest.fixture(scope="module", params=WAYS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    """How the consoles are used: a walk is gone in each of these ways."""
    chosen: Way = request.param
    return chosen


@pytest.fixture(scope="module")
def walker(product: Product, way: Way) -> Customer:
    """Who goes this way, with USD 100,000.00."""
    return product.customer(str(way), "100000")


@pytest.fixture(scope="module")
def place(walker: Customer) -> Own:
    """An enabled instance of the walker's, until 2026-04-11 00:00:00."""
    bought = Own(walker.buy(1)["InstanceId"])
    walker.enable(bought)
    return bought


@pytest.fixture(scope="module")
def walker_signed_in(browser: Browser, product: Product, way: Way, walker: Customer) -> Any:
    """What the browser keeps once the walker has signed in, in a language."""
    with way.at(browser, product) as hand:
        hand.sign_in(walker.name, walker.made["console_password"])
        return hand.page.context.storage_state()


@pytest.fixture
def hand(browser: Browser, product: Product, way: Way, walker_signed_in: Any) -> Iterator[Hand]:
    """The walker's, at the console."""
    with way.at(browser, product, walker_signed_in) as hand:
        hand.person.visit("/console/")
        yield hand


@pytest.fixture
def adas_hand(browser: Browser, product: Product, way: Way, ada: Customer) -> Iterator[Hand]:
    """Ada's, whichever way she goes."""
    with way.at(browser, product) as hand:
        hand.sign_in(ada.name, ada.made["console_password"])
        yield hand


@pytest.fixture
def operator_hand(browser: Browser, product: Product, way: Way) -> Iterator[Hand]:
    """The operator's, at the other console."""
    with way.at(browser, product) as hand:
        hand.sign_in("operator", operators_password(product), "operator")
        yield hand
