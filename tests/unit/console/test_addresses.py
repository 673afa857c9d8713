"""Where things are: names of secrets hold slashes and dots, and can be words of our own."""

from urllib.parse import parse_qs, urlsplit

import pytest

from keylease.console.pages import calendar, search
from keylease.lifecycle.calendar import Event, EventKind
from keylease.lifecycle.searching import Found, Sort


@pytest.mark.parametrize("name", ["shop-db", "create", "a/../b", "..", "a+b=c"])
def test_every_name_of_a_secret_leads_to_its_page(name: str) -> None:
    event = Event(0, EventKind.SECRET_DELETION, name, name, "cn-hangzhou")
    found = Found(Sort.SECRET, "id", name, "cn-hangzhou")
    for address in (calendar.address_of(event), search.address_of(found)):
        parts = urlsplit(address)
        assert parts.path == "/console/secrets/details"
        assert parse_qs(parts.query) == {"name": [name]}
