"""A served product for the pages of a file, a browser, and a customer who has signed in."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from console.people import CHROMIUM, SWITCHES, Person, at_browser
from product import Customer, Product, serving

CLOCK = "test=2026-03-10T10:00:00+08:00"


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
    data = tmp_path_factory.mktemp("console") / "data"
    places = {"KEYLEASE_EXPORT_DIR": str(data.parent / "exports")}
    with serving(data, "--clock", CLOCK, environment=places) as served:
        served.cli("clock", "freeze")
        yield served


@pytest.fixture(scope="module")
def ada(product: Product) -> Customer:
    """A customer with USD 10,000.00; her sign-in is in ``made``."""
    return product.customer("ada", "10000")


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
