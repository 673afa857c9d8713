"""Every page of the consoles at scale: ``python bench/pages.py``; status 1 if one is too slow.

10,000 instances, 100,000 keys, 1,000,000 lines of bills, most of all of it one customer's. Lists
are asked for at their first and their last page, and with the usual filters.
"""

import argparse
import gzip
import http.client
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote, urlencode

import estate
import servers
from tables import show

from keylease.console.pages.expenses.tables import OF_MONTHS
from keylease.console.permissions import NEEDS
from keylease.console.routes import CUSTOMER, OPERATOR, Routes, View

#: Seconds for a page; a file of thousands of records takes as long as these take.
LIMIT, FILE_LIMIT = 0.150, 1.0
_FILES = (".csv", ".pdf", ".ics")
_FIRST_LOAD = 150_000

#: What is asked for besides a page's bare address, by path. The first is asked in its place.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "/": ("", "span=day", "span=week"),
    "/instances": ("", "tab=hardware"),
    "/instances/{instance_id}": ("", "span=day", "span=week"),
    "/keys": ("", "tab=default", "instance={instance_id}"),
    "/keys/data-keys/versions": ("name={name}",),
    "/secrets": ("", "name={secret}"),
    "/secrets/{name:path}": ("name={secret}",),
    "/expenses/orders": ("", "type=Renew", "type=Refund", "status=Paid", "status=Unpaid"),
    "/expenses/transactions": ("", "kind=order", "kind=top_up", "kind=refund"),
    "/expenses/bills/{month}": ("", "tab=details", "tab=amortised"),
    "/expenses/usage": ("", "by=hour", "by=month"),
    "/expenses/renewals": ("", "mode=AutoRenewal", "mode=ManualRenewal"),
    "/expenses/unsubscribe": ("", "tab=pending"),
    "/calendar": ("", "month=2026-04"),
    "/logs": (
        "instance={instance_id}",
        "instance={instance_id}&operation=Decrypt",
        "instance={instance_id}&outcome=refused",
        "instance={instance_id}&operation=Nothing",
    ),
    "/logs.csv": ("instance={instance_id}", "instance={instance_id}&outcome=refused"),
    "/audit": ("", "before=21", "operation=CreateKey", "operation=Nothing", "tab=uses"),
    "/audit.csv": ("", "operation=CreateKey", "tab=uses"),
    "/search": ("q=kst-", "q=key-", "q=alias/key", "q=secret", "q=2", "q=nothing"),
}
OPERATOR_QUESTIONS: dict[str, tuple[str, ...]] = {
    "/accounts": ("", "name=bench"),
    "/tickets": ("", "tab=decided", "account={account_id}"),
    "/letters": ("", "tab=waiting", "tab=sent", "tab=kept", "account={account_id}"),
    "/agenda": ("", "tab=overdue", "tab=failed"),
    "/audit": ("", "before=21", "account={account_id}", "operation=CreateKey", "operation=Nothing"),
}

#: What users may see, who are asked for their permissions on each page.
OF_USERS = tuple(one for one in CUSTOMER if isinstance(one, View) and one.path in NEEDS)

_PAGES = re.compile(rb"Page 1 of (\d+)")
_ASSET = re.compile(r'(?:href|src)="(/console/static/[^"]+)"')


@dataclass(frozen=True)
class Timed:
    """Whose page, how long its answers took, the server's processor time for one; in seconds."""

    name: str
    address: str
    status: int
    size: int
    seconds: list[float]
    processor: float

    @property
    def is_slow(self) -> bool:
        """Whether the median is above what it may be."""
        is_file = self.address.partition("?")[0].endswith(_FILES)
        return median(self.seconds) > (FILE_LIMIT if is_file else LIMIT)

    @property
    def row(self) -> list[str]:
        """As a line of the table."""
        late = sorted(self.seconds)[int(len(self.seconds) * 0.95)]
        times = (median(self.seconds), late, self.processor)
        shown = [f"{one * 1e3:.1f}" for one in times]
        return [
            self.address,
            self.name,
            "" if self.status == 200 else str(self.status),
            *shown,
            f"{self.size:,}",
        ]


class Browser:
    """Somebody who has signed in, on one connection."""

    def __init__(self, server: servers.Server, console: str, name: str, password: str) -> None:
        self.server = server
        self.name = name
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        form = urlencode({"name": name, "password": password})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", f"/{console}/sign-in", form, headers)
        answer = self._connection.getresponse()
        answer.read()
        self._cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        if answer.status != 303:
            raise RuntimeError(f"{name} could not sign in")

    def get(self, address: str) -> tuple[int, bytes]:
        """Status and body, as they are sent to a browser that takes gzip."""
        headers = {"Cookie": self._cookie, "Accept-Encoding": "gzip"}
        self._connection.request("GET", address, headers=headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def run(directory: Path, *, quick: bool) -> bool:
    """Whether every median is below `LIMIT`."""
    sizes = (
        estate.Sizes(100, 5_000, 2_000, 1_000, 100, 2_400, 60, 2_000) if quick else estate.Sizes()
    )
    print(f"\nfilling: {sizes.instances:,} instances, {sizes.lines:,} lines", flush=True)
    begun = time.perf_counter()
    place = estate.build(directory / "estate", sizes)
    print(f"filled in {time.perf_counter() - begun:.0f} s")
    return measure(place, 3 if quick else 15)


def measure(place: estate.Estate, times: int) -> bool:
    """Serve it, and ask for every page so many times."""
    timed: list[Timed] = []
    with servers.product(place.data) as product:
        for console, name, routes, questions in (
            ("console", estate.OWNER, CUSTOMER, QUESTIONS),
            ("console", estate.USER, OF_USERS, QUESTIONS),
            ("operator", "operator", OPERATOR, OPERATOR_QUESTIONS),
        ):
            print(f"{name}:", flush=True)
            password = place.passwords[name]
            with closing(Browser(product, console, name, password)) as browser:
                for address in _addresses(console, routes, questions, place.names):
                    timed += _timed(browser, address, times)
                if name == estate.OWNER:
                    _first_load(browser)
    slow = [f"{one.name} {one.address}" for one in timed if one.is_slow]
    header = ["milliseconds", "who", "status", "median", "p95", "processor", "bytes"]
    note = f"{len(timed)} in all, above {LIMIT * 1e3:.0f} ms (files: 1 s): {slow or 'none'}"
    show("Every page", header, [one.row for one in timed], note)
    return not slow


def _addresses(
    console: str, routes: Routes, questions: dict[str, tuple[str, ...]], names: dict[str, str]
) -> Iterator[str]:
    for view in (one for one in routes if isinstance(one, View)):
        for month, by in _files(view.path):
            own = {**names, "month": month, "by": by}
            plain = view.path.replace(":path}", "}").format_map(own)
            for question in questions.get(view.path, ("",)):
                asked = f"?{question.format_map(own)}" if question else ""
                yield f"/{console}{quote(plain)}{asked}"


def _files(path: str) -> Iterator[tuple[str, str]]:
    """The months and kinds of file that a path is asked for with, where it has any."""
    for month in (estate.MONTH, estate.SHORT_MONTH) if "{month}" in path else ("",):
        for by in OF_MONTHS if "{by}" in path else ("",):
            yield month, by


def _timed(browser: Browser, address: str, times: int) -> Iterator[Timed]:
    """A page, and the last one of its list."""
    status, body = browser.get(address)
    if status >= 500:
        raise RuntimeError(f"{address} answers {status}")
    yield _asked(browser, address, times)
    last = _PAGES.search(body)
    if last:
        joint = "&" if "?" in address else "?"
        yield _asked(browser, f"{address}{joint}page={last[1].decode()}", times)


def _asked(browser: Browser, address: str, times: int) -> Timed:
    seconds, before = [], browser.server.cpu()
    for _ in range(times):
        begun = time.perf_counter()
        status, body = browser.get(address)
        seconds.append(time.perf_counter() - begun)
        if sum(seconds) > 5:  # too slow in any case
            break
    print(f"  {median(seconds) * 1e3:7.1f}  {address}", flush=True)
    processor = (browser.server.cpu() - before) / len(seconds)
    return Timed(browser.name, address, status, len(body), seconds, processor)


def _first_load(browser: Browser) -> None:
    """What a browser loads after signing in, as it is sent."""
    _, page = browser.get("/console/")
    rows = [["/console/", f"{len(page):,}", f"{len(page):,}"]]
    for address in sorted(set(_ASSET.findall(page.decode()))):
        _, sent = browser.get(address)
        whole = gzip.decompress(sent) if sent[:2] == b"\x1f\x8b" else sent
        rows.append([address.partition("?")[0], f"{len(sent):,}", f"{len(whole):,}"])
    total = sum(int(row[1].replace(",", "")) for row in rows)
    note = f"{total:,} bytes in all; aim: below {_FIRST_LOAD:,}"
    show("The first page after signing in", ["", "bytes sent", "bytes"], rows, note)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure every page of the consoles at scale.")
    parser.add_argument("--quick", action="store_true", help="small numbers: does it work?")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="keylease-bench-") as directory:
        return 0 if run(Path(directory), quick=given.quick) else 1


if __name__ == "__main__":
    sys.exit(main())
