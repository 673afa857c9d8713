"""From documented parameters to a configuration that the book offers.

A value that is missing or below what is included means what is included. Log storage is kept only
while the log is on: with ``Log`` 0 it becomes 0 and costs nothing; with ``Log`` 1 and no storage
named it is the smallest that is sold, because a log that is on has storage. Everything refused
names the allowed values. Source: rules.md 4 and 6, facts/kms.md 1.2.
"""

from collections.abc import Mapping
from dataclasses import replace

from keylease.billing.catalog.model import (
    SERVICE_VERSION,
    Configuration,
    Edition,
    Module,
    PriceBook,
)
from keylease.billing.catalog.parameters import WHOLE, by_code, not_offered, version_of
from keylease.core.errors import Code, Refusal

CODES = ("Region", "ProductVersion", "Spec", "KeyNum", "SecretNum", "VpcNum", "Log", "LogStorage")


def configure(book: PriceBook, parameters: Mapping[str, str]) -> Configuration:
    """The configuration that a purchase asks for; Refusal for what the book does not offer.

    ``Region`` is accepted and not looked at: where an instance lives is no matter of price.
    """
    version = version_of(parameters)
    if version == SERVICE_VERSION:
        raise _is_a_service(book)
    given = by_code(parameters, CODES)
    edition = book.edition(version)
    return _changed(edition, _all_included(edition), given)


def reconfigure(
    book: PriceBook, old: Configuration, parameters: Mapping[str, str]
) -> Configuration:
    """``old`` with the parameters that are given changed and all others as they were.

    A value that stays is accepted even if today's book no longer offers it. Refusal for what the
    book does not offer and for another edition.
    """
    given = by_code(parameters, CODES)
    edition = book.edition_named(old.edition)
    if "ProductVersion" in given and version_of(given) not in edition.product_versions:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "ProductVersion cannot be changed; allowed value: {allowed}.",
            allowed=edition.product_versions[0],
        )
    return _changed(edition, old, given)


def _is_a_service(book: PriceBook) -> Refusal:
    """Who asks for an instance with the version of services is told both ways."""
    return Refusal(
        Code.INVALID_PARAMETER,
        "ProductVersion {version} is a value-added service, which takes ProductVersion and "
        "ValueAddedService only; it is not offered as an instance; allowed values: {allowed}.",
        version=SERVICE_VERSION,
        allowed=book.offered_versions(),
    )


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
    number = int(text) if WHOLE.fullmatch(text) else None
    if number == base:
        return base
    if number is None or not module.offers(max(number, module.included)):
        raise not_offered(module.code, text, module.offered())
    return max(number, module.included)


def _switch(text: str) -> bool:
    if text not in {"0", "1"}:
        raise not_offered("Log", text, "0, 1")
    return text == "1"
