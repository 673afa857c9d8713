"""The terms of service, and the rules of unsubscription, as they are in force or once were."""

import re
from typing import Any

from keylease.billing.legal.model import LegalKind
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Page, Visit, whole
from keylease.core.errors import Code, Refusal

_TITLES = {
    LegalKind.SERVICE: "Terms of service",
    LegalKind.UNSUBSCRIPTION: "Rules of unsubscription",
}

_NUMBERED = re.compile(r"[0-9]+[.、]|[一二三四五六七八九十]+、")
_IDEOGRAPH = re.compile("[　-鿿＀-￯]")


def show(visit: Visit, work: ConsoleWork) -> Page:
    """The text in the reader's language: ``kind`` says which, ``version`` asks for an old one."""
    kind = LegalKind.SERVICE
    if visit.given("kind") == LegalKind.UNSUBSCRIPTION:
        kind = LegalKind.UNSUBSCRIPTION
    version = whole(visit.given("version")) or work.legal_texts.current_version(kind)
    found = work.legal_texts.find(kind, version, visit.language)
    if found is None:
        raise Refusal(Code.RESOURCE_NOT_FOUND, "There is no such version.")
    values = {"text": found, "paragraphs": paragraphs(found.text)}
    return Page("buying/terms.html", _TITLES[kind], values)


def rules_of_unsubscription(visit: Visit, work: ConsoleWork) -> dict[str, Any]:
    """The rules in force, as ``expenses/rules.html`` shows them before something is given back."""
    version = work.legal_texts.current_version(LegalKind.UNSUBSCRIPTION)
    found = work.legal_texts.find(LegalKind.UNSUBSCRIPTION, version, visit.language)
    return {
        "rules_version": version,
        "rules": paragraphs(found.text) if found is not None else [],
    }


def require_rules_accepted(visit: Visit) -> None:
    """Refuse to give something back unless the rules in force are accepted."""
    with visit.transactions.read() as work:
        current = work.legal_texts.current_version(LegalKind.UNSUBSCRIPTION)
    if not visit.given("accept"):
        raise Refusal(
            Code.MISSING_PARAMETER,
            "Read the rules of unsubscription, and tick that you accept them.",
        )
    if visit.given("rules_version") != str(current):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The rules of unsubscription have changed: read them, and accept them again.",
        )


def paragraphs(text: str) -> list[tuple[str, str]]:
    """Pairs of a heading, or nothing, and a paragraph, whose hard line breaks are joined.

    A heading is the title of the text, or a numbered line. Indented lines are formulas.
    """
    found: list[tuple[str, str]] = []
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        first, *rest = block.splitlines()
        if not found or _NUMBERED.match(first):
            found.append((first, _joined(rest)))
        elif first.startswith("  "):
            found += [("", line.strip()) for line in (first, *rest)]
        else:
            found.append(("", _joined([first, *rest])))
    return found


def _joined(lines: list[str]) -> str:
    """Lines as one; between ideographs no space is due."""
    said = ""
    for line in lines:
        tight = not said or _IDEOGRAPH.fullmatch(said[-1])
        said += line if tight else f" {line}"
    return said
