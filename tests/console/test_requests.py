"""Charts of requests: on the overview and with an instance."""

import pytest
from playwright.sync_api import Browser

from console.people import Person, at_browser
from product import Customer, Product
from waiting import until

pytestmark = pytest.mark.long


def drawn(person: Person, path: str, total: int) -> bool:
    """Whether a page would show so many requests now."""
    text = person.page.request.get(person.url + path).text()
    return f'<strong class="price">{total}</strong>' in text


def test_requests_are_drawn_as_they_come_unless_somebody_reads_them(
    browser: Browser, product: Product, ada: Customer
) -> None:
    instance_id = ada.buy()["InstanceId"]
    ada.enable(instance_id)
    key_id = ada.create_key(instance_id)
    path = f"/console/instances/{instance_id}"
    with at_browser(browser, product) as person:
        page = person.page
        page.clock.install()
        person.sign_in("ada", ada.made["console_password"])
        person.visit(path)
        card = page.locator("#requests")
        assert "There was none in this time" in card.inner_text()
        for _ in range(3):
            ada.encrypt(key_id, "aGVsbG8=")
        until(lambda: drawn(person, path, 3))
        page.clock.run_for(31_000)
        page.wait_for_selector("#requests svg")
        assert card.locator("rect").count() == 60
        assert "3 in all, at most 3 in one minute" in card.inner_text()
        card.locator("summary").click()
        assert card.locator("tbody tr").count() == 1
        ada.encrypt(key_id, "aGVsbG8=")
        until(lambda: drawn(person, path, 4))
        page.clock.run_for(61_000)
        assert card.locator("strong").inner_text() == "3"
        card.locator("a:has-text('7 days')").click()
        page.wait_for_url("**span=week*")
        assert card.locator("rect").count() == 84
        assert card.locator("strong").inner_text() == "4"
        person.check_accessible()
        person.visit("/console/")
        assert "4 in all, at most" in card.inner_text()
        assert "None is planned" in page.inner_text("main")
        product.cli("account", "password", "ada")  # ends every session
        page.clock.run_for(31_000)
        page.wait_for_url("**/console/sign-in", wait_until="commit")
