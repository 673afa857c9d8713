"""What holds on every page: nobody is kept out, it fits a phone, it asks few questions.

And users of an account neither see nor do there what policies do not allow them.
"""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import product as combinations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import event

from console.browserlike import Browserlike
from console.people import DESK, PHONE, Person, at_browser, opened, still
from console.town import PAST, Town, fill_with_people, fill_with_secrets, live, settle
from keylease.access.accounts import Principal
from keylease.access.admission import Caller
from keylease.access.passwords import hash_password
from keylease.access.permissions import Permission
from keylease.access.ram import directory
from keylease.access.ram.logins import set_login
from keylease.access.ram.model import TargetKind
from keylease.access.sign_in import Session
from keylease.api.rpc.page_permissions import require
from keylease.app.deployment import Deployment
from keylease.app.file_exports import FileExports
from keylease.console.permissions import NEEDS, needs_of
from keylease.console.ports import (
    ConsoleWork,
    Export,
    ExportState,
    Outside,
    Table,
    Transactions,
    Visitor,
)
from keylease.console.routes import CUSTOMER, OPERATOR, Action, View
from keylease.console.visit import Download, Page, Visit
from keylease.core.errors import Code, Refusal
from product import Product
from waiting import until

CUSTOMERS = [one.path for one in CUSTOMER if isinstance(one, View)]
OPERATORS = [one.path for one in OPERATOR if isinstance(one, View)]
PAGES = [("console", path) for path in CUSTOMERS] + [("operator", path) for path in OPERATORS]

#: Statements for who visits and the clock, then 5, then one for each listed section.
STATEMENTS = 2 + 5
#: What a user's page asks besides: for its policies, its groups and what policies say; then once
#: for what the page is about, the instance that this is in, and its tags.
OF_PERMISSIONS = 3 + 3
#: Pages with more than one list.
SECTIONS: dict[str, int] = {
    "/": 4,  # what is to be noticed, the requests, what ends, what is planned
    "/accounts/{account_id}": 3,  # instances, what is used of them, vouchers
    "/expenses/unsubscribe/{instance_id}": 3,  # the orders, what is held, the rules
    "/expenses/unsubscribe/{instance_id}/renewals/{renewal_id}": 2,  # the orders, the rules
    "/access/users/{user}": 3,  # its groups and their policies, its own, and its access keys
    # Its lines and how many they are, and the balances at both ends.
    "/expenses/bills/{month}/statement.pdf": 7,
}

VIEWS = [one for one in CUSTOMER if isinstance(one, View)]
ACTIONS = [one for one in CUSTOMER if isinstance(one, Action)]

LOOKS = list(combinations(("en", "zh"), ("light", "dark")))
#: What a browser shows: the others are files.
SHOWN = [(console, path) for console, path in PAGES if not path.endswith((".csv", ".ics", ".pdf"))]
#: A page in one look each, so that every look is looked at.
QUICK = [(page, LOOKS[number % len(LOOKS)]) for number, page in enumerate(SHOWN)]
REST = [(page, look) for page in SHOWN for look in LOOKS if (page, look) not in QUICK]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Its clock stands still a while ago."""
    with still(tmp_path_factory.mktemp("town") / "data", PAST) as served:
        yield served


@pytest.fixture(scope="module")
def town(product: Product) -> Town:
    return settle(product, live(product))


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
    language, theme = look
    person.prefer(language=language, theme=theme)
    person.complaints.clear()
    assert person.visit(town.address(console, path)).status == 200
    assert person.page.locator("h1").count() == 1
    person.check_accessible()
    person.page.set_viewport_size(PHONE)
    person.check_fits()
    person.page.set_viewport_size(DESK)
    person.check_fits()
    person.check_tables_fit()
    assert person.complaints == []


@pytest.mark.parametrize("path", ["/calendar?month=2026-13", "/instances/kst-0", "/nothing/here"])
def test_what_cannot_be_shown_is_said_on_a_page(people: dict[str, Person], path: str) -> None:
    answer = people["console"].page.request.get(f"{people['console'].url}/console{path}")
    assert answer.status in {400, 404}
    assert "<h1>" in answer.text()


@pytest.mark.long
def test_the_longest_names_fit(people: dict[str, Person], town: Town) -> None:
    """Names without a space, as long as they may be."""
    ada, person, long = town.ada, people["console"], "w" * 64
    names = town.names | fill_with_people(town.product, ada.account_id, "w" * 40)
    names["name"] = long
    fill_with_secrets(ada, names["instance_id"], long)
    ada.rename(names["instance_id"], "w" * 128)
    named = replace(town, names=names)
    for console, path in SHOWN:
        if console == "console":
            person.visit(named.address(console, path))
            for size in (PHONE, DESK):
                person.page.set_viewport_size(size)
                person.check_fits()
    ada.rename(names["instance_id"], "Production")


# --- what it asks the database ---------------------------------------------------------------


@pytest.fixture(scope="module")
def beside(town: Town) -> Iterator[Deployment]:
    """The data of the served product, opened beside it."""
    with opened(town.product) as deployment:
        yield deployment


@pytest.fixture(scope="module")
def outside(beside: Deployment, town: Town) -> Outside:
    """A file of Ada's is ready; views do nothing else beside the database."""
    directory = town.product.data / "exports"
    with closing(FileExports(beside.database.read, directory, beside.machine)) as exports:
        asked = Export("a.csv", "orders", "", 0, 0, ExportState.MAKING)
        exports.begin(town.ada.account_id, asked, lambda _: Table(("a",), 0, iter(())))
        until((directory / f"{town.ada.account_id}.csv").exists)
        return Outside(None, None, exports, None, None)  # type: ignore[arg-type] # views do not ask for these


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
        show(view, visit, work)
    limit = STATEMENTS - 1 + SECTIONS.get(path, 1)  # who visits is not asked here
    assert len(asked) <= limit, "\n".join(asked)


@pytest.mark.parametrize("path", [one.path for one in VIEWS if NEEDS.get(one.path)])
def test_a_page_asks_hardly_more_for_a_user(
    beside: Deployment, outside: Outside, town: Town, user: str, path: str
) -> None:
    allow(beside, town, "*")
    view = next(one for one in VIEWS if one.path == path)
    principal = Principal(town.ada.account_id, user=user)
    caller = Caller(principal, "cn-hangzhou", "127.0.0.1")
    visit = visit_of(beside, outside, town, "console", path)
    with counted(beside) as asked, beside.database.read() as work:
        require(caller, needs_of(path, visit) or (), work)
        show(view, visit, work)
    limit = STATEMENTS - 1 + SECTIONS.get(path, 1) + OF_PERMISSIONS
    assert len(asked) <= limit, "\n".join(asked)


def show(view: View, visit: Visit, work: ConsoleWork) -> None:
    """What a view reads to answer."""
    shown = view.show(visit, work)
    assert not isinstance(shown, Page) or shown.status == 200
    if isinstance(shown, Download) and not isinstance(shown.body, bytes):
        shown.body.close()


def visit_of(
    deployment: Deployment, outside: Outside, town: Town, console: str, path: str
) -> Visit:
    with deployment.database.read() as work:
        name = "ada" if console == "console" else "operator"
        user = work.sign_ins.user(name)
        assert user is not None
        account = work.accounts.find(user.account_id) if user.account_id else None
    return Visit(
        visitor=Visitor(Session(b"", user.id, "", 0, 0), user, account),
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


# --- which of the account's users see it ------------------------------------------------------

PASSWORD = "correct horse"
HASH = hash_password(PASSWORD)
#: What everybody may do who has signed in.
OWN = ("/terms", "/security")


@pytest.fixture
def user(beside: Deployment, town: Town) -> Iterator[str]:
    """A user with a policy of its own name, which allows nothing."""
    account_id, name = town.ada.account_id, "uma"
    with beside.database.begin() as work:
        directory.create_user(work, account_id, name)
        directory.write_policy(work, account_id, name, policy("kms:Nothing"), "", new=True)
        directory.attach(work, account_id, name, TargetKind.USER, name)
        set_login(work, account_id, name, HASH)
    yield name
    with beside.database.begin() as work:
        directory.detach(work, account_id, name, TargetKind.USER, name)
        directory.delete_policy(work, account_id, name)
        directory.delete_user(work, account_id, name)


@pytest.fixture
def uma(user: str, town: Town) -> Browserlike:
    somebody = Browserlike(town.product)
    assert somebody.sign_in(f"{user}@ada", PASSWORD) == 303
    return somebody


def policy(*actions: str, denied: str = "") -> str:
    statements = [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]
    if denied:
        statements.append({"Effect": "Deny", "Action": "*", "Resource": denied})
    return json.dumps({"Version": "1", "Statement": statements})


def allow(beside: Deployment, town: Town, *actions: str, denied: str = "") -> None:
    with beside.database.begin() as work:
        text = policy(*actions, denied=denied)
        directory.write_policy(work, town.ada.account_id, "uma", text, "", new=False)


def test_a_user_without_policies_sees_nothing_and_does_nothing(
    uma: Browserlike, town: Town
) -> None:
    token = uma.form_token
    for one in VIEWS:
        status, text = uma.ask("GET", town.address("console", one.path))
        assert status == (200 if one.path in OWN else 403), one.path
        assert town.names["key_id"] not in text or "key_id" in one.path
    for action in ACTIONS:
        if not action.path.startswith("/security"):
            path = f"/console{action.path}".format_map(town.names)
            asked = f"?name={town.names['name']}" if "secrets" in path else ""
            assert uma.post(f"{path}{asked}", form_token=token) == 403, action.path


def test_a_user_who_may_do_everything_sees_all_but_what_is_for_the_account_itself(
    uma: Browserlike, beside: Deployment, town: Town
) -> None:
    allow(beside, town, "*")
    for one in VIEWS:
        status, _ = uma.ask("GET", town.address("console", one.path))
        assert status == (200 if one.path in NEEDS else 403), one.path
    assert uma.post("/console/access/access-keys", form_token=uma.form_token) == 403
    assert uma.post("/console/backups", form_token=uma.form_token) == 403
    for path in (one.path for one in OPERATOR if isinstance(one, View)):
        assert uma.ask("GET", f"/operator{path}")[0] in {303, 404}


class _Visit:
    """As far as what is needed depends on it."""

    def __init__(self, path: dict[str, str]) -> None:
        self.path = path

    def given(self, name: str) -> str:
        return self.path.get(name, f"some-{name}")


@pytest.mark.usefixtures("user")
@pytest.mark.parametrize("path", [one.path for one in VIEWS if NEEDS.get(one.path)])
def test_each_permission_of_a_page_is_needed_and_together_they_suffice(
    beside: Deployment, town: Town, path: str
) -> None:
    needs = [one(_Visit(town.names)) for one in NEEDS[path]]  # type: ignore[arg-type] # see there
    actions = sorted({one.action for one in needs})
    caller = Caller(Principal(town.ada.account_id, user="uma"), "cn-hangzhou", "127.0.0.1")

    def ask(*allowed: str) -> None:
        allow(beside, town, "kms:Nothing", *allowed)
        with beside.database.read() as work:
            require(caller, needs, work)

    ask(*actions)
    for missing in actions:
        with pytest.raises(Refusal) as refused:
            ask(*(one for one in actions if one != missing))
        assert refused.value.code is Code.NO_PERMISSION


def test_every_address_in_the_table_is_that_of_a_page() -> None:
    assert set(NEEDS) <= {one.path for one in VIEWS}


def test_only_operations_that_are_decided_in_a_transaction_are_permissions_of_pages(
    beside: Deployment, town: Town
) -> None:
    caller = Caller(Principal(town.ada.account_id, user="uma"), "cn-hangzhou")
    with beside.database.read() as work:
        for action in ("kms:Encrypt", "sts:GetCallerIdentity", "kms:None"):
            with pytest.raises((AssertionError, KeyError)):
                require(caller, [Permission(action)], work)


def test_a_denial_of_one_key_or_secret_hides_its_page_however_it_is_asked_for(
    uma: Browserlike, beside: Deployment, town: Town
) -> None:
    key, secret = town.names["key_id"], town.names["name"]
    allow(beside, town, "*", denied=f"acs:kms:*:*:key/{key}")
    assert uma.ask("GET", f"/console/keys/{key}")[0] == 403
    assert uma.ask("GET", f"/console/keys/{key}?tab=policy")[0] == 403
    assert uma.ask("GET", f"/console/secrets/{secret}")[0] == 200
    allow(beside, town, "*", denied=f"acs:kms:*:*:secret/{secret}")
    for path in (secret, f"details?name={secret}", f"none?name={secret}", f"{secret}?name=none"):
        assert uma.ask("GET", f"/console/secrets/{path}")[0] in {403, 404}
    reveal = {"name": secret, "form_token": uma.form_token}
    for path in ("reveal?name=none", f"reveal?name={secret}"):
        assert uma.post(f"/console/secrets/{path}", **reveal) == 403


def test_the_names_of_data_keys_are_for_whoever_may_list_the_versions_of_each(
    uma: Browserlike, beside: Deployment, town: Town
) -> None:
    lists, path = ("kms:ListKeys", "kms:ListAliases", "kms:ListKmsInstances"), "/console/keys"
    allow(beside, town, *lists)
    assert uma.ask("GET", path)[0] == 200
    status, text = uma.ask("GET", f"{path}?tab=data")
    assert (status, town.names["name"] in text) == (403, False)
    assert "kms:ListManagedDataKeyVersions" in text
    allow(beside, town, *lists, "kms:ListManagedDataKeyVersions")
    assert town.names["name"] in uma.ask("GET", f"{path}?tab=data")[1]
    hidden = "acs:kms:*:*:datakey/*"
    allow(beside, town, *lists, "kms:ListManagedDataKeyVersions", denied=hidden)
    assert uma.ask("GET", f"{path}?tab=data")[0] == 403


def test_what_a_form_does_is_decided_for_the_user_and_on_record_as_the_users(
    uma: Browserlike, beside: Deployment, town: Town
) -> None:
    reading = ("kms:List*", "kms:Describe*", "kms:GetKeyPolicy")
    path, token = f"/console/keys/{town.names['key_id']}", uma.form_token
    allow(beside, town, *reading)
    assert uma.ask("GET", path)[0] == 200
    for what in ("disable", "encrypt"):
        assert uma.post(f"{path}/{what}", form_token=token, plaintext="hello") == 403
    allow(beside, town, *reading, "kms:UpdateKeyDescription", "kms:Encrypt")
    assert uma.post(f"{path}/describe", form_token=token, Description="by uma") == 303
    assert uma.post(f"{path}/encrypt", form_token=token, plaintext="hello") == 200
    records = [one for one in town.product.cli("audit", "list") if "uma" in one["principal"]]
    done = {(one["operation"], one["outcome"]) for one in records}
    assert ("UpdateKeyDescription", "OK") in done
    assert ("DisableKey", "Forbidden.NoPermission") in done


def test_a_user_cannot_make_itself_or_the_account_more_powerful(
    uma: Browserlike, beside: Deployment, town: Town
) -> None:
    allow(beside, town, "kms:*", "bss:*", "ram:Get*", "ram:List*")
    token, page = uma.form_token, "/console/access/users/uma"
    assert uma.ask("GET", page)[0] == 200
    for path, fields in {
        f"{page}/attach": {"policy": "AliyunKMSFullAccess"},
        f"{page}/access-keys": {},
        f"{page}/password": {},
        "/console/access/policies/uma": {"document": policy("*")},
        "/console/access/policies": {"name": "more", "document": policy("*")},
        "/console/access/groups/developers/add": {"user": "uma"},
        "/console/access/users": {"name": "other"},
    }.items():
        assert uma.post(path, form_token=token, **fields) == 403, path


def test_who_is_removed_or_gets_another_password_is_signed_out(
    uma: Browserlike, town: Town
) -> None:
    assert uma.ask("GET", "/console/security")[0] == 200
    owner = Browserlike(town.product)
    owner.sign_in("ada", town.ada.made["console_password"])
    page, token = "/console/access/users/uma/password", owner.form_token
    assert owner.post(page, form_token=token) == 200
    assert uma.ask("GET", "/console/security")[0] == 303
    assert uma.sign_in("uma@ada", PASSWORD) == 403
    assert owner.post(f"{page}/remove", form_token=token) == 303
    assert uma.sign_in("uma@ada", PASSWORD) == 403


def test_a_users_name_of_another_account_is_nobodys(uma: Browserlike, town: Town) -> None:
    town.product.customer("bob")
    for name in ("uma@bob", "uma", "@ada", "uma@ada@ada", "operator@ada"):
        assert uma.sign_in(name, PASSWORD) == 403
