"""Ways to use the consoles: mouse or keyboard alone, in either language, at a desk or a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from playwright.sync_api import Browser, Locator, ViewportSize, expect

from console.hands import Hand
from console.people import DESK, PHONE, at_browser
from product import Product

#: More tabs than it takes to anything on a page.
TABS_MAX = 80

#: Nobody types a longer text: it is pasted.
TYPED_MAX = 100


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

    def _untick(self, wanted: Locator) -> None:
        wanted.uncheck()


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
            if not text:
                self.page.keyboard.press("Delete")
            elif len(text) > TYPED_MAX:
                self.page.keyboard.insert_text(text)
            else:
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

    def _untick(self, wanted: Locator) -> None:
        self._reach(wanted)
        self.page.keyboard.press("Space")
        assert not wanted.is_checked()

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
            somebody.forgive_refusals()


WAYS = (
    Way(Mouse, "en", DESK),
    Way(Mouse, "zh", DESK),
    Way(Keyboard, "en", DESK),
    Way(Keyboard, "zh", PHONE),
)
