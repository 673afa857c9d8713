"""Charts of requests: on the overview and with an instance."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from console.hands import Hand, Own
from console.ways import Way
from product import Customer, Product
from waiting import until

pytestmark = pytest.mark.long


@pytest.fixture
def reader(browser: Browser, product: Product, way: Way, walker: Customer) -> Iterator[Hand]:
    """The walker's hand at pages that think that time passes when they are told."""
    with way.at(browser, product) as hand:
        hand.page.clock.install()
        hand.sign_in(walker.name, walker.made["console_password"])
        yield hand


def drawn(hand: Hand, total: int) -> bool:
    """Whether the page would show so many requests now."""
    text = hand.page.request.get(hand.page.url).text()
    return f'<strong class="price">{total}</strong>' in text


def test_requests_are_drawn_as_they_come_unless_somebody_reads_them(
    reader: Hand, walker: Customer, place: Own
) -> None:
    hand, page, key_id = reader, reader.page, walker.create_key(place)
    in_all = "in all, at most {number} {within}"
    hand.go("Instances")
    hand.follow("Details", row=place)
    card = page.locator("#requests")
    hand.reads(
        "There was none in this time. Every call that uses a key or reads a secret in an "
        "instance is counted here by the minute. Try a key on its page, or call Encrypt or "
        "GetSecretValue with an SDK."
    )
    for _ in range(3):
        walker.encrypt(key_id, "aGVsbG8=")
    until(lambda: drawn(hand, 3))
    page.clock.run_for(31_000)
    page.wait_for_selector("#requests svg")
    assert card.locator("rect").count() == 60
    hand.reads(in_all, number=3, within=hand.said("in one minute"))
    hand.unfold("The figures as a table")
    assert len(hand.rows("Requests")) == 1
    walker.encrypt(key_id, "aGVsbG8=")
    until(lambda: drawn(hand, 4))
    page.clock.run_for(61_000)
    assert card.locator("strong").inner_text() == "3"
    hand.follow("7 days", card="Requests")
    expect(card.locator("rect")).to_have_count(84)
    assert card.locator("strong").inner_text() == "4"
    hand.person.check_accessible()
    hand.go("Overview")
    hand.reads(in_all, number=4, within=hand.said("in one minute"))
    walker.product.cli("account", "password", walker.name)  # ends every session
    page.clock.run_for(31_000)
    page.wait_for_url("**/console/sign-in", wait_until="commit")
