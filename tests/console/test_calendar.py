"""The calendar and its feed, the audit log and its file, and the search."""

import re
from base64 import b64encode
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from console.people import Person
from product import Customer, Product

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def bought(ada: Customer) -> tuple[str, str]:
    """An instance that ends on 2026-04-11 and a key in it that was used."""
    instance_id = ada.buy()["InstanceId"]
    ada.enable(instance_id)
    key_id = ada.create_key(instance_id)
    ada.encrypt(key_id, "aGVsbG8=")
    return instance_id, key_id


def test_the_calendar_shows_what_comes_and_so_does_its_feed(
    person: Person, product: Product, bought: tuple[str, str]
) -> None:
    instance_id, _ = bought
    product.cli("renewal", "set", "ada", "AutoRenewal", instance_id, "--months", "1")
    page = person.page
    page.click(".side a:has-text('Calendar')")
    assert person.heading == "Calendar 2026-03"
    page.click("a[rel=next]")
    assert person.heading == "Calendar 2026-04"
    cell = page.inner_text("td:has(time[datetime='2026-04-11'])")
    assert f"Expires: {instance_id}" in cell
    assert "Automatic renewal" in page.inner_text("td:has(time[datetime='2026-04-07'])")
    feed = page.request.get(f"{person.url}/console/calendar.ics").text()
    assert "DTSTART:20260410T160000Z" in feed
    assert all(len(line.encode()) <= 75 for line in feed.split("\r\n"))


def fetched(person: Person, user: str, password: str) -> tuple[int, str]:
    """What a calendar program gets."""
    url, coded = f"{person.url}/console/calendar/feed.ics", b64encode(f"{user}:{password}".encode())
    headers = {"Authorization": f"Basic {coded.decode()}"}
    try:
        with urlopen(Request(url, headers=headers)) as opened:
            return opened.status, opened.read().decode()
    except HTTPError as error:
        with error:
            return error.status, error.read().decode()


def test_a_calendar_program_reads_the_feed_with_a_password_of_its_own(
    person: Person, product: Product, ada: Customer, bought: tuple[str, str]
) -> None:
    page, user = person.page, ada.account_id
    person.visit("/console/calendar")
    page.click("text=Make a password for the feed")
    first = page.inner_text("#password")
    assert page.inner_text("code >> nth=0") == f"{person.url}/console/calendar/feed.ics"
    person.check_accessible()
    status, body = fetched(person, user, first)
    assert status == 200
    assert bought[0] in body.replace("\r\n ", "")
    refused = page.request.get(f"{person.url}/console/calendar/feed.ics")
    assert refused.status == 401  # a session does not matter here
    assert refused.headers["www-authenticate"].startswith("Basic realm=")
    bob = product.customer("robert")
    assert fetched(person, bob.account_id, first)[0] == 401
    page.click("text=Back to the calendar")
    person.check_accessible()
    page.click("text=Make another password")
    second = page.inner_text("#password")
    assert fetched(person, user, first)[0] == 401
    assert fetched(person, user, second)[0] == 200
    statuses = [fetched(person, user, f"wrong-{number}")[0] for number in range(12)]
    assert statuses[:5] == [401] * 5
    assert 429 in statuses[5:]
    page.click("text=Back to the calendar")
    page.click("text=Switch the feed off")
    assert person.notice == "The feed is switched off."
    assert page.locator("text=Make a password for the feed").count() == 1


def test_the_audit_log_is_filtered_and_downloaded(person: Person, bought: tuple[str, str]) -> None:
    _, key_id = bought
    page = person.page
    person.visit("/console/audit")
    assert key_id in page.inner_text("tbody")
    page.fill("#f-operation", "CreateKey")
    page.click("button:has-text('Filter')")
    assert page.locator("tbody tr").count() == 1
    page.click("nav >> text=Uses")
    page.wait_for_url("**tab=uses")
    assert key_id in page.inner_text("tr:has-text('Encrypt')")
    link = f"{person.url}/console/audit.csv?operation=CreateKey"
    lines = page.request.get(link).text().splitlines()
    assert len(lines) == 2
    assert key_id in lines[1]


def test_older_records_are_a_page_away(
    person: Person, ada: Customer, bought: tuple[str, str]
) -> None:
    for _ in range(21):
        ada.create_key(bought[0])
    person.visit("/console/audit")
    first = person.page.inner_text("tbody")
    person.page.click("text=Older")
    assert person.page.inner_text("tbody") != first
    person.page.click("text=Newest")
    assert person.page.inner_text("tbody") == first


def test_search_finds_ones_own_resources_by_how_they_begin(
    person: Person, product: Product, bought: tuple[str, str]
) -> None:
    instance_id, key_id = bought
    bob = product.customer("bob", "10000")
    other = bob.buy()["InstanceId"]
    page = person.page
    page.fill("#q", instance_id[:9])
    page.press("#q", "Enter")
    page.wait_for_url("**/search?q=*")
    assert instance_id in page.inner_text("main")
    page.fill("#q", key_id)
    page.press("#q", "Enter")
    page.wait_for_url(re.compile(key_id))
    assert page.get_attribute("main tbody a", "href") == f"/console/keys/{key_id}"
    page.fill("#q", other)
    page.press("#q", "Enter")
    page.wait_for_url(re.compile(other))
    assert "Nothing found" in page.inner_text("main")
    person.visit("/console/search?q=%25")
    assert "Nothing found" in page.inner_text("main")
