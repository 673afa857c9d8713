"""Take a picture of every page of the consoles: docs/console/.

    python tools/console_pictures.py [PART ...]

Serves a deployment of its own with a test clock, lives three months there, fills it as the tests
do, and looks at it with Debian's Chromium. PART takes only the pages whose address has it.
"""

import base64
import math
import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from console.people import CHROMIUM, DESK, PHONE, SWITCHES, Person, at_browser, still  # noqa: E402 - after the path
from console.town import PAST, Town, live, settle  # noqa: E402 - after the path
from keylease.console.routes import CUSTOMER, OPERATOR, View  # noqa: E402 - after the path

PICTURES = ROOT / "docs" / "console"
COLOURS = 64
#: What is no page.
FILES = (".csv", ".ics", ".pdf")
#: Also taken in Chinese and dark, and on a phone.
BOTH = {"/", "/instances", "/buy", "/expenses"}


def main(parts: list[str]) -> None:
    """Take the pictures."""
    with (
        tempfile.TemporaryDirectory() as directory,
        still(Path(directory) / "data", PAST) as product,
    ):
        product.customer("northwind", "2500")
        product.customer("lanhai", "1800", language="zh")
        town = settle(product, live(product))
        work_for_an_hour(town)
        if not parts:
            shutil.rmtree(PICTURES, ignore_errors=True)
        PICTURES.mkdir(exist_ok=True)
        _take_all(town, parts)


def work_for_an_hour(town: Town) -> None:
    """Requests in each of sixty minutes, now more and now fewer; then an order waits again."""
    for minute in range(60):
        for _ in range(round(14 + 8 * math.sin(minute / 7) + 5 * math.sin(minute / 1.7))):
            town.ada.encrypt(town.names["key_id"], base64.b64encode(b"hello").decode())
        town.product.cli("clock", "advance", "60s")
    town.names["order_id"] = town.product.cli("order", "place", "ada", "--months", "1")["order_id"]


def _take_all(town: Town, parts: list[str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        people = {"console": ("ada", town.ada.made["console_password"])}
        people["operator"] = ("operator", town.operator_password)
        for console, routes in (("console", CUSTOMER), ("operator", OPERATOR)):
            paths = [one.path for one in routes if isinstance(one, View)]
            with at_browser(browser, town.product) as person:
                _take(person, f"/{console}/sign-in", f"{console}-sign-in")
                person.sign_in(*people[console], console)
                for path in paths:
                    if not parts or any(part in path for part in parts):
                        _take_page(person, town, console, path)
                _take(person, f"/{console}/nothing-here", f"{console}-not-found")
        browser.close()


def _take_page(person: Person, town: Town, console: str, path: str) -> None:
    address, name = town.address(console, path), _name(console, path)
    if path.endswith(FILES):
        return
    _take(person, address, name)
    if console == "console" and path in BOTH:
        person.prefer(language="zh", theme="dark")
        _take(person, address, f"{name}-zh-dark")
        person.prefer(language="en", theme="light")
        person.page.set_viewport_size(PHONE)
        _take(person, address, f"{name}-phone")
        person.page.set_viewport_size(DESK)


def _take(person: Person, address: str, name: str) -> None:
    person.visit(address)
    target = PICTURES / f"{name}.png"
    taken = Image.open(BytesIO(person.page.screenshot(full_page=True)))
    # A page has few colours, and the repository keeps every picture that it ever had.
    taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    sys.stderr.write(f"{target.relative_to(ROOT)}\n")


def _name(console: str, path: str) -> str:
    parts = [part.strip("{}").removesuffix(":path") for part in path.split("/") if part]
    return "-".join([console, *parts]) if parts else f"{console}-overview"


if __name__ == "__main__":
    main(sys.argv[1:])
