"""People in front of a browser: Debian's Chromium, and who signs in with it."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response

from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from product import Product, serving

NOW = "2026-03-10T10:00:00+08:00"
_START = timedelta(minutes=2)
CHROMIUM = "/usr/bin/chromium"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass
class Person:
    """Somebody at a page. ``complaints``: what the browser says of it, like what CSP blocked."""

    page: Page
    url: str
    complaints: list[str]

    def sign_in(self, name: str, password: str, console: str = "console") -> None:
        """Through the form, as everybody does."""
        self.page.goto(f"{self.url}/{console}/sign-in")
        self.page.fill("#name", name)
        self.page.fill("#password", password)
        self.page.click("main button.primary")
        self.page.wait_for_url(f"**/{console}/")

    def visit(self, path: str) -> Response:
        """A page by its address."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        return answer

    @property
    def heading(self) -> str:
        """The heading of the page."""
        return self.page.inner_text("h1")

    @property
    def notice(self) -> str:
        """What the page says of what was just done, or why it was refused."""
        return self.page.inner_text(".notice >> nth=0")

    def prefer(self, **chosen: str) -> None:
        """A language, theme or region from now on, as the browser remembers it."""
        for name, value in chosen.items():
            cookie = {"name": f"keylease-{name}", "value": value, "url": self.url}
            self.page.context.add_cookies([cookie])  # type: ignore[list-item] # a literal, no model

    def forgive_refusals(self) -> None:
        """The browser complains of the status of what is refused, and must of nothing else."""
        refused = "the server responded with a status of 40"
        assert [one for one in self.complaints if refused not in one] == []
        self.complaints.clear()

    def check_accessible(self) -> None:
        """axe-core finds nothing on this page, nor targets too small for a finger (WCAG 2.2)."""
        found = Axe().run(self.page, options={"rules": {"target-size": {"enabled": True}}})
        assert found.violations_count == 0, found.generate_report()

    def check_fits(self) -> None:
        """Nothing is wider than the window."""
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} is {wide} pixels too wide"

    def check_tables_fit(self) -> None:
        """No table has columns that are only seen by scrolling."""
        wide = self.page.evaluate(
            "[...document.querySelectorAll('.scroll')].map(x => x.scrollWidth - x.clientWidth)"
        )
        assert max(wide, default=0) <= 0, f"{self.page.url} has a table {wide} pixels too wide"


@contextmanager
def at_browser(browser: Browser, product: Product, **options: Any) -> Iterator[Person]:
    """A person with a browser of their own: cookies and all; nothing the browser complains of."""
    context = browser.new_context(**{"viewport": DESK, **options})
    context.set_default_timeout(10_000)
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield Person(page, product.url, complaints)
    finally:
        context.close()


def operators_password(product: Product) -> str:
    """What was told at the first start."""
    told = re.search(r"shown this once: operator / (\S+)", product.errors.read_text())
    assert told is not None
    return told[1]


@contextmanager
def opened(product: Product) -> Iterator[Deployment]:
    """The data of a served product, opened beside it."""
    with closing(open_deployment(read_settings({"data": str(product.data)}, {}))) as deployment:
        yield deployment


@contextmanager
def still(data: Path, moment: str = NOW) -> Iterator[Product]:
    """A served product whose clock stands still at a moment, to the second."""
    places = {"KEYLEASE_EXPORT_DIR": str(data.with_name("exports"))}
    before = datetime.fromisoformat(moment) - _START  # it runs until it is stopped
    clock = f"test={before.isoformat()}"
    with serving(data, "--clock", clock, environment=places) as served:
        served.cli("clock", "freeze")
        served.cli("clock", "set", moment)
        yield served
