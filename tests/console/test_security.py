"""One's own password and sessions."""

import pytest
from playwright.sync_api import Browser

from console.people import Person, at_browser
from product import Product

pytestmark = pytest.mark.long


def change(person: Person, present: str, new: str, again: str = "") -> str:
    person.page.fill("#f-present", present)
    person.page.fill("#f-new", new)
    person.page.fill("#f-again", again or new)
    person.page.click("button:has-text('Change the password')")
    said = person.notice
    person.complaints.clear()  # the browser tells of the status 400 or 403
    return said


def test_a_password_is_changed_by_who_knows_the_present_one(
    browser: Browser, product: Product
) -> None:
    eve = product.customer("eve")
    old, new = eve.made["console_password"], "correct horse battery"
    with at_browser(browser, product) as here, at_browser(browser, product) as there:
        for one in (here, there):
            one.sign_in("eve", old)
        here.page.click(".user-menu summary")
        here.page.click("text=Password and sessions")
        assert change(here, old, new, "correct hores") == "The two new passwords are not the same."
        assert change(here, "wrong", new) == "The present password is wrong."
        assert change(here, old, "short").startswith("Choose a password")
        assert change(here, old, new).startswith("The password is changed")
        there.visit("/console/")
        assert there.heading == "Sign in"
        there.sign_in("eve", new)
        records = product.cli("audit", "list")
        assert any(one["operation"] == "ChangePassword" for one in records)


def test_sessions_elsewhere_are_seen_and_ended(browser: Browser, product: Product) -> None:
    finn = product.customer("finn")
    with at_browser(browser, product) as here, at_browser(browser, product) as there:
        for one in (here, there):
            one.sign_in("finn", finn.made["console_password"])
        here.visit("/console/security")
        assert here.page.locator("tbody tr").count() == 2
        assert here.page.locator("td:has-text('This one')").count() == 1
        here.page.click("td button:has-text('End')")
        assert here.notice == "The session has ended."
        assert here.page.locator("text=End all other sessions").count() == 0
        there.visit("/console/")
        assert there.heading == "Sign in"
        there.sign_in("finn", finn.made["console_password"])
        here.visit("/console/security")
        here.page.click("text=End all other sessions")
        assert here.page.locator("tbody tr").count() == 1
