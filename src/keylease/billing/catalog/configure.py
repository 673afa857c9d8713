"""From documented parameters to a configuration that the book offers.

A value that is missing or below what is included means what is included. Log storage is kept only
while the log is on: with ``Log`` 0 it becomes 0 and costs nothing; with ``Log`` 1 and no storage
named it is the smallest that is sold, because a log that is on has storage. Everything refused
names the allowed values. Source: rules.md 4 and 6, facts/kms.md 1.2.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from keylease.billing.catalog.model import Configuration, Edition, Module, PriceBook
from keylease.core.errors import Code, Refusal

#: The documented codes; Alibaba's own material spells ``Log`` two ways, so case does not matter.
CODES = ("Region", "ProductVersion", "Spec", "KeyNum", "SecretNum", "VpcNum", "Log", "LogStorage")
_CODE_OF = {code.lower(): code for code in CODES}

#: Twelve digits are more than any book offers; the limit keeps hostile input cheap.
_WHOLE = re.compile(r"[0-9]{1,12}")


def configure(book: PriceBook, parameters: Mapping[str, str]) -> Configuration:
    """The configuration that a purchase asks for; Refusal for what the book does not offer.

    ``Region`` is accepted and not looked at: where an instance lives is no matter of price.
    """
    given = _by_code(parameters)
    edition = _edition(book, given.get("ProductVersion", "3"))
    return _changed(edition, _all_included(edition), given)


def reconfigure(
    book: PriceBook, old: Configuration, parameters: Mapping[str, str]
) -> Configuration:
    """``old`` with the parameters that are given changed and all others as they were.

    A value that stays is accepted even if today's book no longer offers it. Refusal for what the
    book does not offer and for another edition.
    """
    given = _by_code(parameters)
    edition = book.edition(old.product_version)
    if _edition(book, given.get("ProductVersion", str(old.product_version))) is not edition:
        raise Refusal(
            Code.INVALID_PARAMETER,
            f"ProductVersion cannot be changed; allowed value: {old.product_version}.",
        )
    return _changed(edition, old, given)


def _by_code(parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters under the documented spelling of their codes."""
    given: dict[str, str] = {}
    for name, value in parameters.items():
        code = _CODE_OF.get(name.lower())
        if code is None:
            raise Refusal(
                Code.INVALID_PARAMETER,
                f"Unknown parameter code {name[:40]!r}; allowed codes: {', '.join(CODES)}.",
            )
        if code in given:
            raise Refusal(Code.INVALID_PARAMETER, f"{code} is given twice; give it once.")
        given[code] = value
    return given


def _edition(book: PriceBook, text: str) -> Edition:
    if not _WHOLE.fullmatch(text):
        raise _not_offered("ProductVersion", text, book.offered_versions())
    return book.edition(int(text))


def _all_included(edition: Edition) -> Configuration:
    """What the base price buys."""
    included = {module.code: module.included for module in edition.modules}
    return Configuration(
        edition=edition.name,
        product_version=edition.product_version,
        qps=included["Spec"],
        keys=included["KeyNum"],
        secrets=included["SecretNum"],
        access_units=included["VpcNum"],
        log=False,
        log_storage=0,
    )


def _changed(edition: Edition, base: Configuration, given: Mapping[str, str]) -> Configuration:
    chosen = base.quantities
    for module in edition.modules:
        if module.code in given:
            chosen[module.code] = _chosen(module, given[module.code], chosen[module.code])
    log = _switch(given["Log"]) if "Log" in given else base.log
    storage = next(module for module in edition.modules if module.code == "LogStorage")
    return replace(
        base,
        qps=chosen["Spec"],
        keys=chosen["KeyNum"],
        secrets=chosen["SecretNum"],
        access_units=chosen["VpcNum"],
        log=log,
        log_storage=(chosen["LogStorage"] or storage.included or storage.block) if log else 0,
    )


def _chosen(module: Module, text: str, base: int) -> int:
    number = int(text) if _WHOLE.fullmatch(text) else None
    if number == base:
        return base
    if number is None or not module.offers(max(number, module.included)):
        raise _not_offered(module.code, text, module.offered())
    return max(number, module.included)


def _switch(text: str) -> bool:
    if text not in {"0", "1"}:
        raise _not_offered("Log", text, "0, 1")
    return text == "1"


def _not_offered(code: str, text: str, offered: str) -> Refusal:
    return Refusal(
        Code.INVALID_PARAMETER,
        f"{code} {text[:40]!r} is not offered; allowed values: {offered}.",
    )
