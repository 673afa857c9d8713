"""What a browser loads with the first page after signing in: little, and most of it only once."""

import gzip
import re
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

import pytest

from product import Customer, Product

FORM = "application/x-www-form-urlencoded"
FIRST_LOAD_BYTES = 150_000
ASSET = re.compile(r'(?:href|src)="(/console/static/[^"]+)"')


@pytest.fixture
def browser(product: Product) -> Iterator[HTTPConnection]:
    with closing(HTTPConnection(product.host_port, timeout=30)) as connection:
        yield connection


def get(browser: HTTPConnection, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    browser.request("GET", path, headers={name.replace("_", "-"): v for name, v in headers.items()})
    answer = browser.getresponse()
    return answer, answer.read()


def sign_in(browser: HTTPConnection, customer: Customer) -> str:
    """The cookie of a session."""
    form = urlencode({"name": customer.name, "password": customer.made["console_password"]})
    browser.request("POST", "/console/sign-in", form, {"Content-Type": FORM})
    answer = browser.getresponse()
    answer.read()
    return answer.headers["Set-Cookie"].partition(";")[0]


def test_the_first_page_loads_little_and_its_files_compressed(
    browser: HTTPConnection, ada: Customer
) -> None:
    cookie = sign_in(browser, ada)
    page, text = get(browser, "/console/", cookie=cookie, accept_encoding="gzip, br")
    assert page.headers["Content-Encoding"] is None, "a page's length would tell of its tokens"
    addresses = set(ASSET.findall(text.decode()))
    assert {one.partition("?")[0].rpartition(".")[2] for one in addresses} == {"css", "js", "svg"}
    total = len(text)
    for address in sorted(addresses):
        answer, body = get(browser, address, accept_encoding="gzip, br")
        total += len(body)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "immutable" in answer.headers["Cache-Control"]
        plain, whole = get(browser, address)
        assert plain.headers["Content-Encoding"] is None
        assert plain.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(body) == whole
        tag = answer.headers["ETag"]
        again, _ = get(browser, address, accept_encoding="gzip", if_none_match=tag)
        assert again.status == 304
    assert total < FIRST_LOAD_BYTES


def test_a_file_that_is_not_there_is_not_found(browser: HTTPConnection) -> None:
    for name in ("none.css", "../door.py", "%2e%2e/door.py"):
        answer, _ = get(browser, f"/console/static/{name}", accept_encoding="gzip")
        assert answer.status in {400, 404}, name
