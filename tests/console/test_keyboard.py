"""Everything can be done with the keyboard alone."""

import re

import pytest
from playwright.sync_api import Browser

from console.people import Person, at_browser
from console.ways import TABS_MAX
from product import Customer, Product

pytestmark = pytest.mark.long


def tab_to(person: Person, words: str) -> None:
    """Press Tab until something with these words, or this label, has the focus."""
    for _ in range(TABS_MAX):
        person.page.keyboard.press("Tab")
        said = person.page.evaluate(
            "(() => { const e = document.activeElement;"
            " return [e.innerText, e.labels?.[0]?.innerText, e.getAttribute('aria-label')] })()"
        )
        if words in {one.strip() for one in said if one}:
            return
    raise AssertionError(f"nothing says {words!r} on {person.page.url}")


def test_signing_in_and_enabling_an_instance_by_keyboard(
    browser: Browser, product: Product, ada: Customer
) -> None:
    instance = ada.buy(1)["InstanceId"]
    with at_browser(browser, product) as somebody:
        keyboard = somebody.page.keyboard
        somebody.visit(f"/console/instances/{instance}")
        keyboard.type("ada")  # the name has the focus
        keyboard.press("Tab")
        keyboard.type(ada.made["console_password"])
        keyboard.press("Enter")
        somebody.page.wait_for_selector("#enable")
        keyboard.press("Tab")
        assert somebody.page.evaluate("document.activeElement.innerText") == "Skip to the content"
        keyboard.press("Enter")
        tab_to(somebody, "VPC")
        keyboard.type("vpc-bp1keyboard")
        tab_to(somebody, "vSwitches")
        keyboard.type("vsw-bp1keyboard")
        tab_to(somebody, "Enable Now")
        keyboard.press("Enter")
        somebody.page.wait_for_selector(".notice.good")
        assert somebody.notice == "The instance is enabled."


def test_a_menu_opens_and_closes_by_keyboard(person: Person) -> None:
    tab_to(person, "ada")
    person.page.keyboard.press("Enter")
    assert person.page.is_visible("text=Sign out everywhere")
    person.page.keyboard.press("Escape")
    assert not person.page.is_visible("text=Sign out everywhere")


def test_a_form_that_was_refused_keeps_what_was_filled_in(person: Person, ada: Customer) -> None:
    instance = ada.buy(1)["InstanceId"]
    person.visit(f"/console/instances/{instance}")
    person.page.fill("#f-VpcId", "vpc-bp1wrong")
    person.page.fill("#f-VSwitchIds", "vsw-a b c")
    zones = person.page.locator("[name=ZoneIds]")
    zones.first.uncheck()
    person.page.click("text=Enable Now")
    person.page.wait_for_selector(".notice.bad")
    assert "vSwitch" in person.notice
    assert person.page.input_value("#f-VpcId") == "vpc-bp1wrong"
    assert [one.is_checked() for one in zones.all()] == [False, True, False]
    person.forgive_refusals()


def test_buttons_for_those_without_javascript_are_for_those_only(
    browser: Browser, product: Product, person: Person, ada: Customer
) -> None:
    person.visit("/console/buy/subscription")
    assert person.page.locator("button[data-fallback]:visible").count() == 0
    with at_browser(browser, product, java_script_enabled=False) as somebody:
        somebody.sign_in("ada", ada.made["console_password"])
        somebody.visit("/console/buy/subscription")
        assert somebody.page.locator("button[data-fallback]:visible").count() >= 2


def test_without_javascript_regions_and_forms_work(
    browser: Browser, product: Product, ada: Customer
) -> None:
    with at_browser(browser, product, java_script_enabled=False) as somebody:
        somebody.sign_in("ada", ada.made["console_password"])
        somebody.page.select_option("#region", "ap-southeast-1")
        somebody.page.click("text=Go")
        somebody.page.wait_for_load_state()
        somebody.visit("/console/instances")
        assert somebody.page.input_value("#region") == "ap-southeast-1"
        assert "No instance here" in somebody.page.inner_text("main")


def test_the_language_can_be_changed_where_a_form_was_refused(
    person: Person, ada: Customer
) -> None:
    instance = ada.buy(1)["InstanceId"]
    person.visit(f"/console/instances/{instance}")
    person.page.fill("#f-VpcId", "vpc-1")
    person.page.fill("#f-VSwitchIds", "vsw-a b c")
    person.page.click("text=Enable Now")
    person.page.wait_for_selector(".notice.bad")
    person.page.click(".user-menu summary")
    person.page.select_option("#language", "zh")
    person.page.wait_for_selector("text=立即启用")
    assert person.page.url.endswith(f"/console/instances/{instance}")
    person.forgive_refusals()


@pytest.mark.parametrize("end", ["Enter", "Tab"])
def test_a_choice_is_sent_once_it_is_made_and_not_what_is_passed_on_the_way(
    person: Person, end: str
) -> None:
    region, keyboard = person.page.locator("#region"), person.page.keyboard
    assert not person.page.is_visible("text=Go")  # it is for those without script
    tab_to(person, "Region")
    before = region.evaluate("it => it.selectedIndex")
    sent: list[str] = []
    person.page.on("request", lambda request: sent.append(request.method))
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    person.page.wait_for_timeout(100)
    assert sent == []
    with person.page.expect_navigation():
        keyboard.press(end)
    assert region.evaluate("it => it.selectedIndex") == before + 2


#: Of what has the focus: its kind, how its outline is drawn, and what that stands on.
FOCUS = """() => {
  const it = document.activeElement, drawn = getComputedStyle(it);
  let under = it.parentElement;
  while (under && getComputedStyle(under).backgroundColor === "rgba(0, 0, 0, 0)")
    under = under.parentElement;
  const ground = under ? getComputedStyle(under).backgroundColor : "rgb(255, 255, 255)";
  const width = parseFloat(drawn.outlineWidth);
  return [it.tagName, drawn.outlineStyle, width, drawn.outlineColor, ground];
}"""


def luminance(colour: str) -> float:
    """Of a colour as browsers write it. Source: WCAG 2.2, relative luminance."""
    parts = [int(one) / 255 for one in re.findall(r"\d+", colour)[:3]]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_has_the_focus_shows_it(person: Person, theme: str) -> None:
    person.prefer(theme=theme)
    person.visit("/console/expenses/tickets")
    assert person.page.get_attribute("html", "data-theme") == theme
    kinds = set()
    for _ in range(TABS_MAX):
        person.page.keyboard.press("Tab")
        kind, style, width, colour, ground = person.page.evaluate(FOCUS)
        if kind == "BODY":
            break
        kinds.add(kind)
        assert style == "solid"
        assert width >= 2
        darker, lighter = sorted(map(luminance, (colour, ground)))
        assert (lighter + 0.05) / (darker + 0.05) >= 3, f"{colour} on {ground}"
    assert kinds >= {"A", "SELECT", "INPUT", "SUMMARY", "TEXTAREA", "BUTTON"}
