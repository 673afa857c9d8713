"""Attacks on every page and every form there is, also on those that are still to be written."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from urllib.parse import urlencode

import pytest

from console.browserlike import Browserlike
from console.forms import Form, Reading, could_run
from console.town import Town, settle
from keylease.console.routes import CUSTOMER, OPERATOR, Action, View
from product import Product

pytestmark = pytest.mark.long

SCRIPT = """'"></textarea><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"""
#: A mark that stays in what was cut to the length of a field.
MARK = "<script>alert(1)"

#: Forms that end what the others need: last in line, and never sent as another account.
_LAST = ("delete", "unsubscribe", "cancel", "disable")

#: Names in addresses that are nobody's.
ALL_HAVE = {"by", "month", "version"}

VIEWS = [
    *(("console", one.path) for one in CUSTOMER if isinstance(one, View)),
    *(("operator", one.path) for one in OPERATOR if isinstance(one, View)),
]
ACTIONS = [
    *(("console", one) for one in CUSTOMER if isinstance(one, Action)),
    *(("operator", one) for one in OPERATOR if isinstance(one, Action)),
]


@pytest.fixture(scope="module")
def town(product: Product) -> Town:
    return settle(product)


@pytest.fixture(scope="module")
def ada_by_hand(town: Town) -> Browserlike:
    somebody = Browserlike(town.product)
    assert somebody.sign_in("ada", town.ada.made["console_password"]) == 303
    return somebody


@pytest.fixture(scope="module")
def operator_by_hand(town: Town) -> Browserlike:
    somebody = Browserlike(town.product)
    assert somebody.sign_in("operator", town.operator_password, "operator") == 303
    return somebody


@pytest.fixture(scope="module")
def bob_by_hand(town: Town) -> Browserlike:
    bob = town.product.customer("bob", "10000")
    somebody = Browserlike(town.product)
    assert somebody.sign_in("bob", bob.made["console_password"]) == 303
    return somebody


@pytest.mark.parametrize(
    ("console", "action"), ACTIONS, ids=lambda it: it if isinstance(it, str) else it.path
)
def test_no_action_is_taken_without_the_token_of_the_session(
    town: Town,
    ada_by_hand: Browserlike,
    operator_by_hand: Browserlike,
    console: str,
    action: Action,
) -> None:
    somebody = ada_by_hand if console == "console" else operator_by_hand
    address = town.address(console, action.path)
    assert somebody.post(f"{address}?{urlencode(town.names)}") == 403
    assert somebody.post(address) in {403, 404}  # what it is about can be missing
    assert somebody.ask("GET", address)[0] in {200, 404, 405}  # a page, or nothing


def test_every_form_that_changes_something_holds_the_token(
    town: Town, ada_by_hand: Browserlike, operator_by_hand: Browserlike
) -> None:
    changing = [
        form
        for somebody in (ada_by_hand, operator_by_hand)
        for page in pages_of(town, somebody)
        for form in Reading(page).forms
        if form.method == "post" and not form.action.endswith("/preferences")
    ]
    assert len(changing) > len(VIEWS)  # signing out stands on each
    assert [form.action for form in changing if "form_token" not in form.fields] == []


def test_somebody_elses_things_look_like_none_at_every_address(
    town: Town, ada_by_hand: Browserlike, bob_by_hand: Browserlike
) -> None:
    """Bob asks for Ada's pages, and sends the forms that stand on them."""
    before = [lasting(page) for page in pages_of(town, ada_by_hand)]
    unknown = nobodys(town)
    asked = 0
    for path in (one.path for one in CUSTOMER if isinstance(one, View) and "{" in one.path):
        theirs = bob_by_hand.ask("GET", town.address("console", path))
        nobody = bob_by_hand.ask("GET", unknown.address("console", path))
        assert plain(theirs, town) == plain(nobody, unknown), path
    for form in forms_of(town, ada_by_hand):
        fields = form.fields | {"form_token": bob_by_hand.form_token}
        guess = translated(form, town, unknown)
        if guess.action == form.action and guess.fields == form.fields:
            continue  # names nothing
        theirs = bob_by_hand.send(form.action, fields)
        nobody = bob_by_hand.send(guess.action, guess.fields | {"form_token": fields["form_token"]})
        assert plain(theirs, town) == plain(nobody, unknown), form.action
        asked += 1
    assert asked > 30
    assert [lasting(page) for page in pages_of(town, ada_by_hand)] == before


def test_a_script_in_any_field_of_any_form_is_text_for_ever(
    town: Town, ada_by_hand: Browserlike, operator_by_hand: Browserlike
) -> None:
    accepted, shown = 0, 0
    for somebody in (ada_by_hand, operator_by_hand):
        for form in sorted(forms_of(town, somebody), key=_ends_something):
            for text in (SCRIPT, MARK, f"alias/{MARK}"):
                status, answer = somebody.send(form.action, form.saying(text))
                assert status in range(200, 500), form.action
                assert list(could_run(answer)) == [], form.action
                accepted += status == 303
                shown += "&lt;script&gt;alert(1)" in answer
        for path in ("/search", "/audit", "/keys", "/secrets", "/accounts"):
            asked = urlencode(dict.fromkeys(("q", "operation", "name", "tab", "page"), SCRIPT))
            _, answer = somebody.ask("GET", f"/console{path}?{asked}")
            assert list(could_run(answer)) == [], path
    for page in chain(pages_of(town, ada_by_hand), pages_of(town, operator_by_hand)):
        assert list(could_run(page)) == []
        shown += "&lt;script&gt;alert(1)" in page
    assert accepted > 10, "some fields take any text"
    assert shown > 20, "and pages show it"


def pages_of(town: Town, somebody: Browserlike) -> Iterator[str]:
    """Every page of the console that somebody has signed in to."""
    own = "operator" if "keylease-operator" in somebody.cookies else "console"
    for console, path in VIEWS:
        if console == own and not path.endswith((".csv", ".ics", ".pdf")):
            yield somebody.ask("GET", town.address(console, path))[1]


def forms_of(town: Town, somebody: Browserlike) -> list[Form]:
    """The forms on them that change something, each address once; not those of the frame."""
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for page in pages_of(town, somebody):
        for form in Reading(page).forms:
            frame = form.action.endswith(("/preferences", "/sign-out"))
            if form.method == "post" and not frame:
                found.setdefault((form.action, tuple(form.fields)), form)
    return list(found.values())


def nobodys(town: Town) -> Town:
    """Names of the same kind that nobody has."""
    names = {
        name: value
        if name in ALL_HAVE
        else value[:-4] + ("0000" if value[-1].isdecimal() else "none")
        for name, value in town.names.items()
    }
    return replace(town, names=names)


def translated(form: Form, town: Town, unknown: Town) -> Form:
    """The form about what nobody has."""
    return replace(
        form,
        action=_about(form.action, town, unknown),
        fields={name: _about(value, town, unknown) for name, value in form.fields.items()},
    )


def _about(text: str, town: Town, unknown: Town) -> str:
    for name, value in town.names.items():
        if value != unknown.names[name]:
            text = text.replace(value, unknown.names[name])
    return text


def plain(answer: tuple[int, str], town: Town) -> tuple[int, str]:
    """An answer without the names that were asked for."""
    status, text = answer
    for name in set(town.names) - ALL_HAVE:
        text = text.replace(town.names[name], f"<{name}>")
    return status, text


def lasting(page: str) -> str:
    """A page without what is drawn anew each time it is shown."""
    return re.sub(r'name="ClientToken" value="[0-9a-f-]{36}"', "", page)


def _ends_something(form: Form) -> bool:
    return any(word in form.action for word in _LAST)
