"""Hands at a page: what a person does and reads there, in either language.

A walk is written once, in the English words of the pages. A hand finds things as people do, by
their names in the language that the page speaks; no walk knows of ids, classes or addresses.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Download, Locator, Page, expect

from console.people import Person
from keylease.console.chinese import CHINESE
from keylease.console.languages import texts_in
from keylease.console.rendering import region_name

ACCEPT = "I have read and accept the terms of service"
ACCEPT_RULES = "I have read and accept the rules of unsubscription"

#: What a language calls itself.
LANGUAGES = {"en": "English", "zh": "中文"}

#: What an English page says with more than one word, and a Chinese one never.
SENTENCES = [text for text in CHINESE if re.search(r"\w.* .*\w", text) and "{" not in text]


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

    def choose_language(self, language: str) -> None:
        """In the menu of who has signed in."""
        languages = self._menu().get_by_label(self.said("Language"), exact=True)
        with self._leads_on():
            self._choose(languages, LANGUAGES[language])
            self.language = language

    def choose_theme(self, theme: str) -> None:
        """In the same menu."""
        themes = self._menu().get_by_label(self.said("Theme"), exact=True)
        with self._leads_on():
            self._choose(themes, self.said(theme))

    def take(self, action: str) -> None:
        """What else is in that menu."""
        menu, name = self._menu(), self.said(action)
        links = menu.get_by_role("link", name=name, exact=True)
        with self._leads_on():
            self._activate(links.or_(menu.get_by_role("button", name=name, exact=True)))

    def search(self, text: str) -> None:
        """At the top of the page."""
        field = self.page.get_by_role("search").get_by_label(self.said("Search"), exact=True)
        with self._leads_on():
            self._write(field, text)
            self.page.keyboard.press("Enter")

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

    def attach(self, label: str, content: bytes) -> None:
        """A file of one's own."""
        with self.page.expect_file_chooser() as chooser:
            self._activate(self._field(self.said(label), "", ""))
        chooser.value.set_files(
            {"name": "own.bin", "mimeType": "application/octet-stream", "buffer": content}
        )

    def tick(self, label: str) -> None:
        """A box, or one of several that exclude each other."""
        self._tick(self._box(label))

    def untick(self, label: str) -> None:
        """A box that is ticked."""
        self._untick(self._box(label))

    def delete(self, name: str, *, typed: str = "", row: str = "") -> None:
        """Open what deletes, type the name to confirm, delete."""
        self.unfold("Delete", row=row)
        self.fill("Type {name} to confirm", typed or name, row=row, name=name)
        self.press("Delete", row=row)

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

    def written(self, label: str, *, card: str = "", **values: str | int) -> str:
        """What is in a field now."""
        return self._field(self.said(label, **values), "", card).input_value()

    def is_ticked(self, label: str) -> bool:
        """Whether a box is ticked."""
        return self._box(label).is_checked()

    def rows(self, card: str = "") -> list[str]:
        """What stands in the rows of a table, or of those under a heading."""
        return self._place(card=card).locator("tbody tr").all_inner_texts()

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

    def _box(self, label: str) -> Locator:
        place, name = self._place(), self.said(label)
        boxes = place.get_by_role("checkbox", name=name)
        return boxes.or_(place.get_by_role("radio", name=name))

    def _menu(self) -> Locator:
        """That of who has signed in, opened."""
        menu = self.page.get_by_role("banner").locator("details").last
        self._activate(menu.locator("summary"))
        return menu

    @contextmanager
    def _leads_on(self) -> Iterator[None]:
        """What is done in it leads to another page, which speaks the language of this one."""
        with self.page.expect_navigation(url=lambda url: not url.endswith("#main")):  # skipping
            yield
        if self.language == "zh" and not self.page.url.endswith("/sign-in"):
            text = self.page.inner_text("body")
            for quoted in self.page.locator("body [lang=en]").all_inner_texts():
                text = text.replace(quoted, "")
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

    @abstractmethod
    def _untick(self, wanted: Locator) -> None: ...
