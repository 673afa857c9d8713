"""The calendar and its feed, the audit log and its file, and the search."""

import csv
from base64 import b64encode
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from console.hands import Hand, Own
from product import Customer, Product

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def key(walker: Customer, place: Own) -> Own:
    """A key that was used."""
    made = Own(walker.create_key(place))
    walker.encrypt(made, "aGVsbG8=")
    return made


def test_the_calendar_shows_what_comes_and_so_does_its_file(
    hand: Hand, product: Product, walker: Customer, place: Own
) -> None:
    product.cli("renewal", "set", walker.name, "AutoRenewal", place, "--months", "1")
    hand.go("Calendar")
    assert hand.heading == f"{hand.said('Calendar')} 2026-03"
    hand.follow(Own("2026-04"))
    assert hand.heading == f"{hand.said('Calendar')} 2026-04"
    day = "td:has(time[datetime='2026-04-{}'])"
    assert f"{hand.said('Expires')}{hand.said(': ')}{place}" in hand.page.inner_text(
        day.format("11")
    )
    assert hand.said("Automatic renewal") in hand.page.inner_text(day.format("07"))
    feed = hand.download("Download calendar.ics").path().read_bytes().decode()
    assert "DTSTART:20260410T160000Z" in feed
    assert all(len(line.encode()) <= 75 for line in feed.split("\r\n"))
    hand.follow(Own(f"{hand.said('Expires')}{hand.said(': ')}{place}"))
    assert hand.heading == place


def fetched(product: Product, user: str, password: str) -> tuple[int, str]:
    """What a calendar program gets."""
    url = f"{product.url}/console/calendar/feed.ics"
    coded = b64encode(f"{user}:{password}".encode())
    headers = {"Authorization": f"Basic {coded.decode()}"}
    try:
        with urlopen(Request(url, headers=headers)) as opened:
            return opened.status, opened.read().decode()
    except HTTPError as error:
        with error:
            return error.status, error.read().decode()


def test_a_calendar_program_reads_the_feed_with_a_password_of_its_own(
    hand: Hand, product: Product, ada: Customer, walker: Customer, place: Own
) -> None:
    user = walker.account_id
    hand.go("Calendar")
    hand.press("Make a password for the feed")
    first = hand.fact("Password")
    assert hand.fact("Feed address") == f"{product.url}/console/calendar/feed.ics"
    assert hand.fact("User name") == user
    hand.person.check_accessible()
    status, body = fetched(product, user, first)
    assert status == 200
    assert place in body.replace("\r\n ", "")
    refused = hand.page.request.get(f"{product.url}/console/calendar/feed.ics")
    assert refused.status == 401  # a session does not matter here
    assert refused.headers["www-authenticate"].startswith("Basic realm=")
    assert fetched(product, ada.account_id, first)[0] == 401
    hand.follow("Back to the calendar")
    hand.person.check_accessible()
    hand.press("Make another password")
    second = hand.fact("Password")
    assert fetched(product, user, first)[0] == 401
    assert fetched(product, user, second)[0] == 200
    statuses = [fetched(product, user, f"wrong-{number}")[0] for number in range(12)]
    assert statuses[:5] == [401] * 5
    assert 429 in statuses[5:]
    hand.follow("Back to the calendar")
    hand.press("Switch the feed off")
    hand.is_told("The feed is switched off.")
    assert hand.offers("Make a password for the feed")


def test_the_audit_log_is_filtered_and_downloaded(hand: Hand, key: Own) -> None:
    hand.go("Audit log")
    assert hand.lists(key)
    hand.fill("Operation", "CreateKey")
    hand.press("Filter")
    (record,) = hand.rows()
    assert key in record
    text = hand.download("Download as CSV").path().read_text("utf-8-sig")
    (row,) = csv.DictReader(text.splitlines())
    assert key in row.values()
    hand.follow("Uses")
    assert hand.cell("Encrypt", "Resource").startswith(key)


def test_older_records_are_a_page_away(hand: Hand, walker: Customer, place: Own) -> None:
    for _ in range(21):
        walker.create_key(place)
    hand.go("Audit log")
    first = hand.rows()
    hand.follow("Older")
    assert hand.rows() != first
    hand.follow("Newest")
    assert hand.rows() == first


def test_search_finds_ones_own_resources_by_how_they_begin(
    hand: Hand, ada: Customer, place: Own, key: Own
) -> None:
    hand.search(place[:9])
    assert place in hand.page.inner_text("main")
    others = ada.buy()["InstanceId"]
    for nothing in (others, "%"):
        hand.search(nothing)
        hand.reads("Nothing found")
    hand.search(key)
    hand.follow(key)
    assert hand.heading == key
