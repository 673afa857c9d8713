"""What holds on every page: nobody is kept out, it fits a phone, it asks few questions."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import product as combinations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import event

from console.people import PHONE, Person, at_browser
from console.town import Town, settle
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.file_exports import FileExports
from keylease.app.settings import read_settings
from keylease.console.ports import (
    Export,
    ExportState,
    Outside,
    Table,
    Transactions,
    Visitor,
)
from keylease.console.routes import CUSTOMER, OPERATOR, View
from keylease.console.visit import Download, Page, Visit
from product import Product
from waiting import until

CUSTOMERS = [one.path for one in CUSTOMER if isinstance(one, View)]
OPERATORS = [one.path for one in OPERATOR if isinstance(one, View)]
PAGES = [("console", path) for path in CUSTOMERS] + [("operator", path) for path in OPERATORS]

#: Statements for who visits and the clock, then 5, then one for each listed section.
STATEMENTS = 2 + 5
#: Pages with more than one list.
SECTIONS: dict[str, int] = {
    "/search": 5,
    "/accounts/{account_id}": 5,
    "/expenses/unsubscribe/{instance_id}": 3,  # the orders, what is held, the rules
    "/expenses/unsubscribe/{instance_id}/renewals/{renewal_id}": 2,  # the orders, the rules
    "/expenses/transactions.csv": 5,  # how many, and pages of them until one is empty
    "/expenses/bills/{month}/statement.pdf": 6,  # its lines, and the balances at both ends
}

LOOKS = list(combinations(("en", "zh"), ("light", "dark")))
#: What a browser shows: the others are files.
SHOWN = [(console, path) for console, path in PAGES if not path.endswith((".csv", ".ics", ".pdf"))]
#: A page in one look each, so that every look is looked at.
QUICK = [(page, LOOKS[number % len(LOOKS)]) for number, page in enumerate(SHOWN)]
REST = [(page, look) for page in SHOWN for look in LOOKS if (page, look) not in QUICK]


@pytest.fixture(scope="module")
def town(product: Product) -> Town:
    return settle(product)


@pytest.fixture(scope="module")
def people(browser: Browser, town: Town) -> Iterator[dict[str, Person]]:
    """Ada and the operator, signed in."""
    with at_browser(browser, town.product) as ada, at_browser(browser, town.product) as operator:
        ada.sign_in("ada", town.ada.made["console_password"])
        operator.sign_in("operator", town.operator_password, "operator")
        yield {"console": ada, "operator": operator}


@pytest.mark.parametrize(
    ("page", "look"),
    [*QUICK, *(pytest.param(*one, marks=pytest.mark.long) for one in REST)],
    ids=str,
)
def test_a_page_is_for_everybody(
    people: dict[str, Person], town: Town, page: tuple[str, str], look: tuple[str, str]
) -> None:
    console, path = page
    person = people[console]
    for name, value in zip(("language", "theme"), look, strict=True):
        cookie = {"name": f"keylease-{name}", "value": value, "url": person.url}
        person.page.context.add_cookies([cookie])  # type: ignore[list-item] # a literal, no model
    person.complaints.clear()
    address = town.address(console, path)
    answer = person.page.request.get(person.url + address)
    assert answer.status == 200
    if "text/html" not in answer.headers.get("content-type", ""):
        return  # a file
    person.visit(address)
    assert person.page.locator("h1").count() == 1
    person.check_accessible()
    person.page.set_viewport_size(PHONE)
    person.check_fits()
    person.page.set_viewport_size({"width": 1280, "height": 900})
    assert person.complaints == []


# --- what it asks the database ---------------------------------------------------------------


@pytest.fixture(scope="module")
def beside(town: Town) -> Iterator[Deployment]:
    """The data of the served product, opened beside it."""
    settings = read_settings({"data": str(town.product.data)}, {})
    with closing(open_deployment(settings)) as opened:
        yield opened


@pytest.fixture(scope="module")
def outside(beside: Deployment, town: Town) -> Outside:
    """A file of Ada's is ready; views do nothing else beside the database."""
    directory = town.product.data / "exports"
    with closing(FileExports(beside.database.read, directory, beside.machine)) as exports:
        asked = Export("a.csv", "orders", "", 0, 0, ExportState.MAKING)
        exports.begin(town.ada.account_id, asked, lambda _: Table(("a",), 0, iter(())))
        until((directory / f"{town.ada.account_id}.csv").exists)
        return Outside(None, None, exports)  # type: ignore[arg-type] # views do not ask for these


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_asks_few_questions(
    beside: Deployment, outside: Outside, town: Town, page: tuple[str, str]
) -> None:
    console, path = page
    view = next(
        one
        for one in (CUSTOMER if console == "console" else OPERATOR)
        if isinstance(one, View) and one.path == path
    )
    visit = visit_of(beside, outside, town, console, path)
    with counted(beside) as asked, beside.database.read() as work:
        shown = view.show(visit, work)
    assert not isinstance(shown, Page) or shown.status == 200
    if isinstance(shown, Download) and not isinstance(shown.body, bytes):
        shown.body.close()
    limit = STATEMENTS - 1 + SECTIONS.get(path, 1)  # who visits is not asked here
    assert len(asked) <= limit, "\n".join(asked)


def visit_of(
    deployment: Deployment, outside: Outside, town: Town, console: str, path: str
) -> Visit:
    with deployment.database.read() as work:
        name = "ada" if console == "console" else "operator"
        user = work.sign_ins.user(name)
        assert user is not None
        account = work.accounts.find(user.account_id) if user.account_id else None
    return Visit(
        visitor=Visitor(None, user, account),  # type: ignore[arg-type] # no view reads the session
        region="cn-hangzhou",
        language="en",
        peer="127.0.0.1",
        is_secure=False,
        path=town.names,
        query=town.query(path),
        form={},
        lists={},
        transactions=Transactions(deployment.database.begin, deployment.database.read),
        carry_out=None,  # type: ignore[arg-type] # views do nothing
        outside=outside,
    )


@contextmanager
def counted(deployment: Deployment) -> Iterator[list[str]]:
    """The statements that are carried out meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    engine = deployment.store.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_every_template_belongs_to_a_page() -> None:
    """Nothing lies about that nobody shows."""
    root = Path(__file__).parents[2] / "src" / "keylease" / "console"
    named = "".join(one.read_text() for one in root.rglob("*.py"))
    named += "".join(one.read_text() for one in (root / "templates").rglob("*.html"))
    for template in (root / "templates").rglob("*.html"):
        assert template.relative_to(root / "templates").as_posix() in named
