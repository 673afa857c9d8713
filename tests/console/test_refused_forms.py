"""What a form is refused with: in the words of its page, in its language, and at its field."""

import re
from dataclasses import dataclass
from html import unescape

import pytest

from console.browserlike import Browserlike
from console.forms import Reading
from console.people import operators_password
from product import Customer, Product

pytestmark = pytest.mark.long

LANGUAGES = ("en", "zh")
#: What is called so in the API only.
API_NAME = re.compile(r"\b(?:[A-Z]+[a-z]+[A-Z]\w*|JSON)\b")


@dataclass
class Refused:
    """A form that was sent, and the page that says why it was refused."""

    said: str
    page: str

    @property
    def wrong(self) -> list[str]:
        """The fields that are marked, and said to be described by the message."""
        return [
            attributes["name"]
            for _, attributes in Reading(self.page).elements
            if attributes.get("aria-invalid") == "true"
            and "problem" in attributes["aria-describedby"].split()
        ]


@dataclass
class Sender:
    """Sends forms as they are filled in, whatever a browser would say to that."""

    browser: Browserlike

    def send(self, path: str, language: str = "en", **fields: str) -> Refused:
        self.browser.cookies["keylease-language"] = language
        token = self.browser.form_token_of(path.split("/")[1])
        return self._refused(*self.browser.send(path, {"form_token": token, **fields}))

    def ask(self, path: str, language: str = "en") -> Refused:
        self.browser.cookies["keylease-language"] = language
        return self._refused(*self.browser.ask("GET", path))

    def _refused(self, status: int, page: str) -> Refused:
        assert status >= 400, page
        told = re.search(r'role="alert"[^>]*>(.*?)</div>', page, re.DOTALL)
        assert told is not None, page
        return Refused(unescape(told[1]), page)


@pytest.fixture(scope="module")
def sender(product: Product, ada: Customer) -> Sender:
    somebody = Browserlike(product)
    assert somebody.sign_in("ada", ada.made["console_password"]) == 303
    return Sender(somebody)


@pytest.fixture(scope="module")
def key(ada: Customer, adas_instance: str) -> str:
    return f"/console/keys/{ada.create_key(adas_instance)}"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "“Rotation period in days” takes a whole number of days."),
        ("zh", "“轮转周期（天）”须为整数（天）。"),
    ],
)
def test_a_wrong_period_is_said_in_days(sender: Sender, key: str, language: str, said: str) -> None:
    for days in ("-1", "1.5", "365d", "9" * 30):
        refused = sender.send(f"{key}/rotation?tab=versions", language, on="true", days=days)
        assert refused.said == said
        assert refused.wrong == ["days"]


@pytest.mark.parametrize(
    ("path", "field", "lines", "bad"),
    [
        ("/console/network-rules", "SourcePrivateIp", "10.0.0.0/8\n10.0.0.300\n", "10.0.0.300"),
        ("/console/policies", "Resources", "key/*\nkeys/*\nsecret/*", "keys/*"),
        ("/console/keys/create", "tags", "team=a\nteam", "team"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("adas_instance")
def test_a_wrong_line_is_named(
    sender: Sender, language: str, path: str, field: str, lines: str, bad: str
) -> None:
    refused = sender.send(path, language, Name="a", instance="kst-a", kind="", **{field: lines})
    assert repr(bad) in refused.said
    assert refused.wrong == [field]
    assert API_NAME.findall(refused.said) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_empty_is_asked_for_by_its_label(sender: Sender, key: str, language: str) -> None:
    for path, field, label in (
        (f"{key}/aliases?tab=names", "alias", {"en": "Alias", "zh": "别名"}),
        (f"{key}/decrypt?tab=try", "ciphertext", {"en": "Ciphertext", "zh": "密文"}),
        ("/console/network-rules", "Name", {"en": "Name", "zh": "名称"}),
    ):
        refused = sender.send(path, language, **{field: "", "SourcePrivateIp": "10.0.0.1"})
        assert f"“{label[language]}”" in refused.said
        assert refused.wrong == [field]


def test_what_is_typed_to_confirm_is_marked(sender: Sender, key: str) -> None:
    assert sender.send(f"{key}/delete", confirm="no", days="7").wrong == ["confirm"]


@pytest.mark.parametrize(("language", "said"), [("en", "Error: "), ("zh", "错误：")])
def test_a_refused_form_comes_with_its_message_first(
    sender: Sender, language: str, said: str
) -> None:
    refused = sender.send("/console/network-rules", language, Name="", SourcePrivateIp="10.0.0.1")
    assert f"<title>{said}" in refused.page
    elements = Reading(refused.page).elements
    main = next(at for at, (tag, _) in enumerate(elements) if tag == "main")
    _, first = elements[main + 1]
    assert first["role"] == "alert"
    assert "autofocus" in first
    assert first["tabindex"] == "-1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_is_too_large_gets_a_page_that_says_how_large_it_may_be(
    sender: Sender, language: str
) -> None:
    sender.browser.cookies["keylease-language"] = language
    status, page = sender.browser.send("/console/expenses/tickets", {"reason": "字" * 130_000})
    assert status == 413
    assert sender.browser.header("Content-Type").startswith("text/html")
    assert "default-src 'none'" in sender.browser.header("Content-Security-Policy")
    assert "1,048,576" in page
    assert "116,508" in page
    assert f'lang="{language}' in page


def test_an_address_that_is_too_long_gets_a_page_and_a_call_json(product: Product) -> None:
    somebody = Browserlike(product)
    status, page = somebody.ask("GET", f"/operator/accounts?name={'a' * 200_000}")
    assert (status, "<!doctype html>" in page) == (414, True)
    status, answer = somebody.ask("POST", "/", "a" * 2_000_000)
    assert (status, answer[:7]) == (413, '{"Code"')


@pytest.mark.parametrize(
    ("asked", "lang"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("fr, zh-TW;q=0.5", "zh-CN"),
        ("en-US,zh", "en"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_the_sign_in_speaks_the_language_of_the_browser(
    product: Product, asked: str, lang: str
) -> None:
    somebody = Browserlike(product)
    _, page = somebody.ask("GET", "/console/sign-in", **{"Accept-Language": asked})
    assert f'<html lang="{lang}"' in page
    somebody.cookies["keylease-language"] = "en"
    _, page = somebody.ask("GET", "/console/sign-in", **{"Accept-Language": asked})
    assert '<html lang="en"' in page


@pytest.mark.parametrize(
    ("path", "field", "most"),
    [
        ("/console/secrets/create", "SecretData", "30720"),
        ("/console/network-rules", "SourcePrivateIp", "4500"),
        ("/console/access/policies", "document", "32768"),
        ("/console/expenses/tickets", "reason", "2000"),
    ],
)
@pytest.mark.usefixtures("adas_instance")
def test_a_browser_takes_no_more_than_the_operation(
    sender: Sender, path: str, field: str, most: str
) -> None:
    _, page = sender.browser.ask("GET", path)
    elements = [attributes for tag, attributes in Reading(page).elements if tag == "textarea"]
    assert next(one for one in elements if one["name"] == field)["maxlength"] == most


@pytest.mark.parametrize(
    ("asked", "said", "wrong"),
    [
        ("usage?since=2026-03-05&until=2026-03-01", "“From” is after the last day", ["since"]),
        ("usage?since=yesterday", "“From” takes a day like 2026-01-31.", ["since"]),
        ("usage?until=2026-02-30", "“To and including” takes a day", ["until"]),
    ],
)
def test_days_that_are_none_are_told(
    sender: Sender, asked: str, said: str, wrong: list[str]
) -> None:
    refused = sender.ask(f"/console/expenses/{asked}")
    assert refused.said.startswith(said)
    assert refused.wrong == wrong


@pytest.mark.parametrize("month", ["2027-13", "soon", "9999-01"])
def test_a_month_that_is_none_is_told(sender: Sender, month: str) -> None:
    refused = sender.ask(f"/console/calendar?month={month}")
    assert refused.said == "A month is written like 2026-01."
    assert "2026-03" in refused.page


@pytest.fixture(scope="module")
def operator(product: Product) -> Sender:
    somebody = Browserlike(product)
    assert somebody.sign_in("operator", operators_password(product), "operator") == 303
    return Sender(somebody)


def test_money_is_written_as_people_write_it(operator: Sender, ada: Customer) -> None:
    path = f"/operator/accounts/{ada.account_id}"
    credit = {"note": "Bank transfer", "ClientToken": "one"}
    credit["form_token"] = operator.browser.form_token_of("operator")
    status, _ = operator.browser.send(f"{path}/credit", {**credit, "amount": "1,234,567.89"})
    assert status == 303
    for amount, said in (
        ("1,23", "“Amount in USD” takes an amount like 1,234.56, not '1,23'."),
        ("9" * 14, f"“Amount in USD”: {'9' * 14} is too large."),
        ("0", "“Amount in USD” takes 0.01 or more."),
    ):
        refused = operator.send(f"{path}/credit", amount=amount, note="", ClientToken="two")
        assert refused.said == said
        assert "amount" in refused.wrong


def test_a_name_that_commands_refuse_is_marked_as_well(sender: Sender) -> None:
    assert sender.send("/console/access/users", name="not allowed").wrong == ["name"]
