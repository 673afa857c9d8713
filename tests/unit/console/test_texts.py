"""Everything that pages say is said in Chinese as well, with the same values in it."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from pkgutil import iter_modules
from string import Formatter

import pytest

import keylease.console.chinese as tables
from keylease.access.policies.operators import Kind
from keylease.access.ram.model import TargetKind
from keylease.billing.ledger.check import QUESTIONS
from keylease.billing.orders.states import ORDER_LIFE
from keylease.billing.tickets.states import TICKET_LIFE
from keylease.billing.wallet.vouchers import VoucherStatus
from keylease.console.chinese import CHINESE
from keylease.console.english import ENGLISH
from keylease.console.labels import LABELS
from keylease.console.navigation import CUSTOMER, OPERATOR
from keylease.console.pages.offers import ITEMS
from keylease.custody.instances.states import INSTANCE_LIFE
from keylease.custody.keys.states import KEY_LIFE
from keylease.custody.secrets.states import SECRET_LIFE
from unit.console.refused import Said, misuses, parameters, refusals, words

ROOT = Path(str(files("keylease.console")))
#: t("..."), and the same in several pieces.
_SAID = re.compile(r"""\bt\(\s*((?:"[^"]*"\s*)+|(?:'[^']*'\s*)+)""")
#: Calls of views whose argument at this place is translated.
_TITLES = {"Page": 1, "Goto": 1}

#: What never reaches a page: signatures, roles' credentials, gateway messages.
_ELSEWHERE = (
    "access/accounts.py",
    "access/ram/assuming.py",
    "access/replay.py",
    "access/signatures/",
    "api/gateway/",
    "api/rpc/door.py",
    "storage/deployment.py",
)
#: What only commands do: no page does it, or asks for it.
_COMMANDS = (
    "access/accounts.py",
    "app/",
    "billing/legal/",
    "billing/wallet/corrections.py",
    "cli/",
    "crypto/",
    "custody/backups/files.py",
    "custody/secrets/targets.py",
    "notifications/",
    "storage/",
)
#: But this a page does too: it moves the clock.
_COMMANDS_AND_PAGES = ("app/clock.py", "app/liveness.py")
#: Those whose text is not theirs: another refusal's, a library's, or one for our faults.
_OTHERS = {
    "access/ram/assuming.py",
    "api/gateway/errors.py",
    "api/rpc/replies.py",
    "app/ram.py",
    "console/pages/doing.py",
    "crypto/pkcs11/module.py",
    "crypto/pkcs11/thread_test.py",
    "crypto/providers.py",
}
_LIVES = (INSTANCE_LIFE, KEY_LIFE, SECRET_LIFE, ORDER_LIFE, TICKET_LIFE)
#: Modules whose words are no literals; `in_words` knows them.
_NAMED = {
    "access/policies/conditions.py",
    "access/policies/operators.py",
    "access/ram/directory.py",
    "billing/catalog/file_section.py",
    "console/pages/offers.py",
    "core/states.py",
    "custody/backups/restoring.py",
    "lifecycle/vouchers.py",
}
#: What a parameter or an operation is called, and JSON.
_API_NAME = re.compile(r"\b(?:[A-Z]+[a-z]+[A-Z]\w*|JSON)\b")
#: Pages say these as well: policies are written in JSON, conditions and databases have names.
_ON_PAGES = {"CurrentTime", "SecureTransport", "SourceIp", "SourceVpc", "VpcSourceIp"}
_ON_PAGES |= {"JSON", "MySQL", "OpenSSL", "PostgreSQL"}
#: Parameters that follow from the page, from a button or from a choice that cannot be wrong.
_NOT_TYPED = {
    *("AapName", "ClientKeyId", "ClientToken", "ImmediatelyRelease", "InstanceIDs", "InstanceId"),
    *("KMProvider", "KeyVersionId", "KmsInstanceId", "MoveToVersion", "OrderId", "Origin"),
    *("PasswordLength", "ProductCode", "ProductType", "RenewalPeriodUnit", "SecretType"),
    *("SubscriptionType", "Type", "VersionStage", "Digest", "TagKeys", "NotAfter", "NotBefore"),
    *("EnableAutomaticRotation", "EnableDeletionProtection", "ForceDeleteWithoutRecovery"),
    *("ExcludePunctuation", "AccessControlRules", "BindVpcs", "ExtendedConfig"),
}
#: What is refused to calls of the API only: no form sends what they are about, or sends it so.
_NO_FORM = (
    "ExtendedConfig of a {kind} secret takes a JSON object.",
    "ExtendedConfig takes AccountName and _clone",
    "ExtendedConfig takes at most {most} pairs",
    "ExtendedConfig: a Generic secret",
    "EncryptionContext",
    "ExcludeCharacters leaves",
    "KeySpec takes",
    "NotAfter must be",
    "NumberOfBytes takes",
    "PasswordLength takes",
    "PolicyName takes",
    "PublicKeyBlob takes",
    "Recipient:",
    "ProductCode {code!r}",
    "ProductType {given!r}",
    "ProductVersion cannot be changed",
    "ProductVersion {version} is a value-added service",
    "RenewalPeriodUnit",
    "Say MoveToVersion",
    "SecretDataType of a {kind} secret",
    "SetAllExpirationDay is for ECS",
    "The parameter ValueAddedService is needed",
    "The parameter {name} is not valid: it does not go with ForceDeleteWithoutRecovery",
    "The parameter {name} is not valid: it takes NewOrder",
    "The parameter {name} is not valid: it takes Upgrade",
    "The parameter {name} is not valid: it takes a JSON array of objects with TagKey",
    "The parameter {name} is not valid: it takes a JSON array of objects with VpcId",
    "The parameter {name} is not valid: it takes a text as TagValue",
    "The parameter {name} is not valid: it takes objects with a SecretName",
    'The parameter {name} is not valid: it takes {{"NetworkRules"',
    "The request would have succeeded, but DryRun",
    "There is no module {code!r}: see DescribePricingModule",
    "VersionStage of a {kind} secret",
    "param mismatch: RemoveFromVersion",
    "{stage} is moved, not removed: say MoveToVersion",
)


def in_templates() -> Iterator[str]:
    for template in (ROOT / "templates").rglob("*.html"):
        for pieces in _SAID.findall(template.read_text()):
            yield "".join(a or b for a, b in re.findall(r"""\"([^"]*)\"|'([^']*)'""", pieces))


def in_views() -> Iterator[str]:
    for module in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call):
                yield from _literals(node)


def _literals(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    name = call.func.id if isinstance(call.func, ast.Name) else name
    place = 0 if name == "t" else _TITLES.get(name, len(call.args))
    for one in call.args[place : place + 1]:
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value:
            yield one.value


def in_navigation() -> Iterator[str]:
    for heading, links in (*CUSTOMER, *OPERATOR):
        yield from (heading, *(title for _, title in links))


def in_the_check_of_the_books() -> Iterator[str]:
    yield from (one.holds for one in QUESTIONS)


def in_refusals() -> Iterator[str]:
    yield from (one.text for one in refusals() if one.text and not is_elsewhere(one))


def in_misuses() -> Iterator[str]:
    """What commands and pages refuse alike."""
    yield from (one.text for one in misuses() if one.text and not is_of_commands_only(one))


def in_words() -> Iterator[str]:
    """Words among the values of refusals."""
    yield from (one.text for one in words() if one.text)
    yield from (*Kind, *ITEMS.values(), *TargetKind, "key versions", "secrets", ", ", "; ")
    yield from (status.lower() for status in VoucherStatus)
    for life in _LIVES:
        yield from (life.noun, *life.states)
        yield from life.events


def is_elsewhere(said: Said) -> bool:
    return said.module.startswith(_ELSEWHERE)


def is_of_commands_only(said: Said) -> bool:
    return said.module.startswith(_COMMANDS) and said.module not in _COMMANDS_AND_PAGES


@pytest.mark.parametrize(
    "said",
    [
        in_templates,
        in_views,
        in_navigation,
        in_refusals,
        in_misuses,
        in_words,
        in_the_check_of_the_books,
    ],
)
def test_every_text_has_its_chinese(said) -> None:
    missing = sorted({one for one in said() if one} - set(CHINESE))
    assert missing == []


def test_translations_take_the_same_values() -> None:
    for english, chinese in CHINESE.items():
        assert fields(ENGLISH.get(english, english)) == fields(chinese), english
    for english, on_pages in ENGLISH.items():
        assert fields(on_pages) <= fields(english), english


def test_pages_say_in_other_words_only_what_is_refused() -> None:
    said = {one.text for one in refusals()} | set(in_words())
    assert [text for text in ENGLISH if text not in said] == []
    events = {event for life in _LIVES for event in life.events}
    assert {event for event in events if _API_NAME.search(ENGLISH.get(event, event))} == set()


def test_no_page_names_a_parameter_or_an_operation() -> None:
    for one in refusals():
        if one.text and not is_elsewhere(one) and not is_never_of_forms(one):
            for text in (ENGLISH.get(one.text, one.text), CHINESE[one.text]):
                named = set(_API_NAME.findall(text)) - _ON_PAGES
                assert named == set(), (text, one)


def is_never_of_forms(said: Said) -> bool:
    return (said.text or "").startswith(_NO_FORM)


def test_every_parameter_that_forms_send_has_the_label_of_its_field() -> None:
    sent = {name for module in (ROOT / "pages").rglob("*.py") for name in parameters_in(module)}
    assert len(sent) > 60
    assert sorted(sent - set(LABELS) - _NOT_TYPED) == []
    assert {code: LABELS[code] for code in ITEMS} == ITEMS


def test_labels_are_those_of_forms() -> None:
    named = {one.text for one in parameters() if one.module.startswith("console/") and one.text}
    labels = {*LABELS.values(), *(named - set(LABELS))}
    assert sorted(labels - {*in_templates(), *ITEMS.values()}) == []
    assert len(named - set(LABELS)) > 5


def parameters_in(module: Path) -> Iterator[str]:
    """What is given to operations by keyword."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "perform":
            yield from (one.arg for one in node.keywords if one.arg)


def test_every_refusal_is_a_text_and_the_values_in_it() -> None:
    found = [*refusals(), *misuses()]
    assert len(found) > 500
    for one in found:
        if one.text is None:
            assert one.module in _OTHERS, one
        else:
            assert fields(one.text) == one.values, one


def test_every_word_among_the_values_is_known() -> None:
    found = list(words())
    assert {one.module for one in found if one.text is None} == _NAMED
    for one in found:
        assert fields(one.text or "") == one.values or one.text is None, one


def test_no_text_is_translated_twice() -> None:
    modules = [
        import_module(f"{tables.__name__}.{one.name}") for one in iter_modules(tables.__path__)
    ]
    times = Counter(text for module in modules for text in module.TEXTS)
    assert [text for text, count in times.items() if count > 1] == []


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
