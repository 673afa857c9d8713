"""Hands at a page: what a person does there, by mouse or by keyboard, in either language.

A walk is written once, in the English words of the pages. A hand finds things as people do, by
their names in the language that the page speaks; no walk knows of ids, classes or addresses.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from playwright.sync_api import Browser, Download, Locator, Page, ViewportSize, expect

from console.people import DESK, PHONE, Person, at_browser
from keylease.console.chinese import CHINESE
from keylease.console.languages import texts_in
from keylease.console.rendering import region_name
from product import Product

#: More tabs than it takes to anything on a page.
TABS_MAX = 80

ACCEPT = "I have read and accept the terms of service"

#: What an English page says with more than one word, and a Chinese one never.
SENTENCES = [text for text in CHINESE if " " in text and "{" not in text]


class Own(str):
    """What is said as it is in every language: a name that somebody gave, an id, an amount."""

    __slots__ = ()


@dataclass
class Hand(ABC):
    """Somebody at a page, who goes by what it says."""

    person: Person
    language: str

    @property
    def page(self) -> Page:
        return self.person.page

    def said(self, english: str, **values: str | int) -> str:
        """How the page says it."""
        if isinstance(english, Own):
            return english
        assert self.language == "en" or english in CHINESE, f"no Chinese for {english!r}"
        return texts_in(self.language)(english, **values)

    # What a person does.

    def sign_in(self, name: str, password: str, console: str = "console") -> None:
        """Through the form, after choosing the language."""
        self.person.visit(f"/{console}/sign-in")
        if self.language == "zh":
            self.press(Own("中文"))
        self.fill("Name", name)
        self.fill("Password", password)
        self.press("Sign in")

    def go(self, title: str) -> None:
        """To a page of the navigation, which is behind a menu where there is little room."""
        menu = self.page.locator("summary", has_text=self.said("Menu"))
        if menu.is_visible():
            self._activate(menu)
        navigation = self.page.get_by_role("navigation", name=self.said("Navigation"), exact=True)
        with self._leads_on():
            self._activate(navigation.get_by_role("link", name=self.said(title), exact=True))

    def choose_region(self, region: str) -> None:
        """At the top of the page."""
        regions = self.page.get_by_label(self.said("Region"), exact=True)
        with self._leads_on():
            self._choose(regions, region_name(region, self.language))

    def reload(self) -> None:
        """The page once more."""
        self.page.reload()

    def follow(self, link: str, *, row: str = "", card: str = "") -> None:
        """A link; ``row`` or ``card`` tell in which row or under which heading it is."""
        with self._leads_on():
            self._activate(self._link(link, row, card))

    def download(self, link: str) -> Download:
        """The file behind a link."""
        with self.page.expect_download() as download:
            self._activate(self._link(link))
        return download.value

    def press(self, button: str, *, row: str = "", card: str = "") -> None:
        """A button that sends a form."""
        place = self._place(row, card)
        with self._leads_on():
            self._activate(place.get_by_role("button", name=self.said(button), exact=True))

    def unfold(self, summary: str, *, row: str = "", card: str = "") -> None:
        """What is folded behind a word."""
        self._activate(self._place(row, card).locator("summary", has_text=self.said(summary)))

    def fill(
        self, label: str, text: str, *, row: str = "", card: str = "", **values: str | int
    ) -> None:
        """A field by its label, in place of what is in it."""
        self._write(self._field(self.said(label, **values), row, card), text)

    def choose(
        self, label: str, option: str, *, row: str = "", card: str = "", **values: str | int
    ) -> None:
        """One of several."""
        self._choose(self._field(self.said(label), row, card), self.said(option, **values))

    def choose_and_see(self, label: str, option: str) -> None:
        """One of several, which changes what the page shows."""
        with self._leads_on():
            self.choose(label, option)

    def tick(self, label: str) -> None:
        """A box, or one of several that exclude each other."""
        place = self._place()
        boxes = place.get_by_role("checkbox", name=self.said(label))
        self._tick(boxes.or_(place.get_by_role("radio", name=self.said(label))))

    # What a person reads.

    @property
    def heading(self) -> str:
        return self.person.heading

    def is_told(self, english: str, **values: str | int) -> None:
        """The page says first of all that this was done."""
        expect(self.page.locator(".notice").first).to_have_text(self.said(english, **values))

    def made(self, english: str) -> str:
        """What the page says was made, where the text has its name."""
        before, after = re.split(r"{\w+}", self.said(english))
        return self.person.notice.removeprefix(before).removesuffix(after)

    def is_refused(self) -> None:
        """The page says why it was not done."""
        expect(self.page.get_by_role("main").get_by_role("alert")).to_be_visible()

    def reads(self, english: str, **values: str | int) -> None:
        """The page says it."""
        expect(self._place()).to_contain_text(self.said(english, **values))

    def sees_price(self, amount: str) -> None:
        """The offer costs so much, as soon as it is there."""
        expect(self.page.locator("#amount")).to_have_text(amount)

    def fact(self, name: str) -> str:
        """What stands beside a name."""
        names, values = (self._place().locator(tag).all_inner_texts() for tag in ("dt", "dd"))
        return dict(zip(names, values, strict=True))[self.said(name)]

    def big(self, card: str) -> str:
        """The figure under a heading."""
        return self._place(card=card).locator(".big").inner_text()

    def result(self, card: str) -> str:
        """What can be copied from under a heading."""
        return self._place(card=card).locator("pre").inner_text()

    def cell(self, row: str, column: str) -> str:
        """What a table says of something."""
        cells = self._place(row)
        names = cells.locator("xpath=ancestor::table//thead//th").all_inner_texts()
        return cells.get_by_role("cell").nth(names.index(self.said(column))).inner_text()

    def lists(self, name: str) -> bool:
        """Whether it stands in a table."""
        return self._place().get_by_role("row").filter(has_text=name).count() > 0

    def offers(self, action: str) -> bool:
        """Whether there is a link or a button of this name."""
        name = self.said(action)
        place = self._place()
        links = place.get_by_role("link", name=name, exact=True)
        return links.or_(place.get_by_role("button", name=name, exact=True)).count() > 0

    # How things are found.

    def _place(self, row: str = "", card: str = "") -> Locator:
        main = self.page.get_by_role("main")
        if card:
            heading = self.page.get_by_role("heading", name=self.said(card), exact=True)
            main = main.locator("section").filter(has=heading)
        return main.get_by_role("row").filter(has_text=row) if row else main

    def _link(self, link: str, row: str = "", card: str = "") -> Locator:
        links = self._place(row, card).get_by_role("link", name=self.said(link), exact=True)
        return links.first  # an empty list offers once more what stands above it

    def _field(self, label: str, row: str, card: str) -> Locator:
        place = self._place(row, card)
        return place.get_by_label(label, exact=True).and_(place.locator("input, select, textarea"))

    @contextmanager
    def _leads_on(self) -> Iterator[None]:
        """What is done in it leads to another page, which speaks the language of this one."""
        with self.page.expect_navigation(url=lambda url: not url.endswith("#main")):  # skipping
            yield
        if self.language == "zh" and not self.page.url.endswith("/sign-in"):
            text = self.page.inner_text("body")
            for refusal in self.page.get_by_role("alert").all_inner_texts():
                text = text.replace(refusal, "")
            assert [one for one in SENTENCES if one in text] == [], self.page.url

    # How it is done, given what.

    @abstractmethod
    def _activate(self, wanted: Locator) -> None: ...

    @abstractmethod
    def _write(self, wanted: Locator, text: str) -> None: ...

    @abstractmethod
    def _choose(self, wanted: Locator, option: str) -> None: ...

    @abstractmethod
    def _tick(self, wanted: Locator) -> None: ...


class Mouse(Hand):
    """Points at things and clicks."""

    def _activate(self, wanted: Locator) -> None:
        wanted.click()

    def _write(self, wanted: Locator, text: str) -> None:
        wanted.fill(text)

    def _choose(self, wanted: Locator, option: str) -> None:
        wanted.select_option(label=option)

    def _tick(self, wanted: Locator) -> None:
        wanted.check()


class Keyboard(Hand):
    """Never leaves the keys: Tab until the focus is there, then Enter, Space, arrows, letters."""

    def _activate(self, wanted: Locator) -> None:
        self._reach(wanted)
        self.page.keyboard.press("Enter")

    def _write(self, wanted: Locator, text: str) -> None:
        self._reach(wanted)
        kind = wanted.get_attribute("type")
        if kind in {"date", "datetime-local"}:  # in the order of the browser's language
            moment = datetime.fromisoformat(text)
            self.page.keyboard.type(f"{moment:%m%d%Y}")
            if kind == "datetime-local":
                self.page.keyboard.press("ArrowRight")
                self.page.keyboard.type(f"{moment:%I%M%p}")
        else:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)

    def _choose(self, wanted: Locator, option: str) -> None:
        self._reach(wanted)
        options = [one.strip() for one in wanted.locator("option").all_inner_texts()]
        way = options.index(option) - int(wanted.evaluate("it => it.selectedIndex"))
        self.page.keyboard.press("Space")
        for _ in range(abs(way)):
            self.page.keyboard.press("ArrowDown" if way > 0 else "ArrowUp")
        self.page.keyboard.press("Enter")

    def _tick(self, wanted: Locator) -> None:
        if wanted.get_attribute("type") == "checkbox":
            self._reach(wanted)
            if not wanted.is_checked():
                self.page.keyboard.press("Space")
        else:
            name = wanted.get_attribute("name")
            circles = self.page.locator(f"input[type=radio][name='{name}']")
            self._tab_to(circles)  # the focus goes to the one that is chosen
            for _ in range(circles.count()):
                if not wanted.is_checked():
                    self.page.keyboard.press("ArrowDown")
        assert wanted.is_checked()

    def _reach(self, wanted: Locator) -> None:
        expect(wanted).to_have_count(1)
        self._tab_to(wanted)
        expect(wanted).to_be_in_viewport()

    def _tab_to(self, wanted: Locator) -> None:
        """Press Tab until one of them has the focus; what is beside the content is skipped."""
        inside = wanted.first.evaluate("it => it.closest('main') !== null")
        skip = self.page.get_by_role("link", name=self.said("Skip to the content"), exact=True)
        for _ in range(TABS_MAX):
            if _has_focus(wanted):
                return
            if inside and _has_focus(skip):
                self.page.keyboard.press("Enter")
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} is out of reach on {self.page.url}")


def _has_focus(wanted: Locator) -> bool:
    focused: bool = wanted.evaluate_all("all => all.includes(document.activeElement)")
    return focused


@dataclass(frozen=True)
class Way:
    """A way to use the consoles."""

    hand: type[Hand]
    language: str
    window: ViewportSize

    def __str__(self) -> str:
        room = "-phone" if self.window == PHONE else ""
        return f"{self.hand.__name__.lower()}-{self.language}{room}"

    @contextmanager
    def at(self, browser: Browser, product: Product, state: Any = None) -> Iterator[Hand]:
        """A hand at a browser of its own, which complains of refusals only."""
        with at_browser(browser, product, viewport=self.window, storage_state=state) as somebody:
            yield self.hand(somebody, self.language)
            refused = "the server responded with a status of 40"
            assert [one for one in somebody.complaints if refused not in one] == []


WAYS = (
    Way(Mouse, "en", DESK),
    Way(Mouse, "zh", DESK),
    Way(Keyboard, "en", DESK),
    Way(Keyboard, "zh", PHONE),
)
