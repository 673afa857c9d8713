"""Signing in, staying signed in, and signing out."""

import pytest
from playwright.sync_api import Browser

from console.people import at_browser
from product import Customer, Product

pytestmark = pytest.mark.long


def test_signing_in_leads_to_the_page_that_was_asked_for(
    browser: Browser, product: Product, ada: Customer
) -> None:
    with at_browser(browser, product) as somebody:
        somebody.visit("/console/instances?tab=hardware")
        assert somebody.heading == "Sign in"
        somebody.page.fill("#name", "ada")
        somebody.page.fill("#password", ada.made["console_password"])
        somebody.page.keyboard.press("Enter")
        somebody.page.wait_for_url("**/console/instances?tab=hardware")
        assert somebody.heading == "Instances"


def test_the_bare_address_leads_a_browser_to_the_console(
    browser: Browser, product: Product
) -> None:
    with at_browser(browser, product) as somebody:
        somebody.visit("/")
        assert somebody.heading == "Sign in"


def test_a_wrong_password_and_an_unknown_name_look_the_same(
    browser: Browser, product: Product, ada: Customer
) -> None:
    said, known = [], ada.name
    with at_browser(browser, product) as somebody:
        for name in (known, "nobody-at-all"):
            somebody.visit("/console/sign-in")
            somebody.page.fill("#name", name)
            somebody.page.fill("#password", "wrong")
            somebody.page.click("main button.primary")
            said.append(somebody.notice)
    assert said == ["The name or the password is wrong."] * 2


def test_signing_out_ends_the_session(browser: Browser, product: Product, ada: Customer) -> None:
    with at_browser(browser, product) as somebody:
        somebody.sign_in("ada", ada.made["console_password"])
        somebody.page.click(".user-menu summary")
        somebody.page.click("text=Sign out >> nth=0")
        somebody.page.wait_for_url("**/console/sign-in")
        somebody.visit("/console/")
        assert somebody.heading == "Sign in"
