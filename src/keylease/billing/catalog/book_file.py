"""Reading the price book: TOML in, a `PriceBook` or everything that is wrong with it out.

A finding names the line and the place in the file, what is wrong there and what is allowed, and
all of them are collected, so that an operator needs one round. Prices and discounts are strings: a
TOML number with a point is a binary float and never meets money. A book that was valid once stays
valid, because orders are looked up in the one they were made with: what is new may be left out.
Source: rules.md 4.
"""

import re
import tomllib
from collections.abc import Sequence
from fractions import Fraction
from importlib import resources
from itertools import pairwise

from keylease.billing.catalog.file_lines import line_of, lines_of
from keylease.billing.catalog.file_section import MOST_QUANTITY, Finding, Section
from keylease.billing.catalog.model import (
    DAILY_CODES,
    PRODUCT_VERSIONS,
    SERVICE_VALUES,
    Durations,
    Edition,
    Module,
    PayAsYouGo,
    PriceBook,
    Service,
)
from keylease.core.errors import Misuse, Word, Words
from keylease.core.money import CURRENCIES

#: The tables of an edition in the file, and the parameter code of each.
_CODES = {
    "qps": "Spec",
    "keys": "KeyNum",
    "secrets": "SecretNum",
    "access_units": "VpcNum",
    "log_storage": "LogStorage",
}

#: The services that a book can have: the API can name some of them.
_SERVICES = (*SERVICE_VALUES, "backup")

#: The editions that can be sold by the day, and the day prices of each in the file.
_BY_THE_DAY = ("software", "hardware")
_DAILY = dict(zip(("instance", "key", "secret", "qps"), DAILY_CODES, strict=True))

_MOST_MONTHS = 60
_MOST_TRIAL_DAYS = 366

_TIER = re.compile(r"[1-9][0-9]?")
_FACTOR = re.compile(r"0\.[0-9]{1,4}|1\.0{1,4}")
_TOML_LINE = re.compile(r"at line ([0-9]+)")


class PriceBookInvalid(Misuse):
    """A price book that cannot be used; ``findings`` says everything that is wrong."""

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__("The price book is not valid: {findings}", findings=Words("; ", findings))
        self.findings = findings


def default_price_book_text() -> str:
    """The price book that a new data directory starts with."""
    return resources.files(__package__).joinpath("default.toml").read_text("utf-8")


def check_price_book(text: str) -> Sequence[str]:
    """All that is wrong with a price book; an empty list if it can be used."""
    try:
        parse_price_book(text)
    except PriceBookInvalid as invalid:
        return invalid.findings
    return []


def parse_price_book(text: str) -> PriceBook:
    """Read a price book; PriceBookInvalid with all findings, by line, if it cannot be used."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        named = _TOML_LINE.search(str(error))
        line = int(named[1]) if named else text.count("\n") + 1
        wrong = Word("line {line}: not TOML: {error}", line=line, error=error)
        raise PriceBookInvalid([wrong]) from error
    findings: list[Finding] = []
    book = _book(Section("", content, findings))
    if findings:
        raise PriceBookInvalid(_told(text, findings))
    return book


def _told(text: str, findings: list[Finding]) -> list[Word]:
    lines = lines_of(text)
    placed = [(line_of(lines, one.place), one) for one in findings]
    placed.sort(key=lambda each: each[0])
    return [
        Word("line {line}: {place}: {wrong}", line=line, place=one.place, wrong=one.wrong)
        for line, one in placed
    ]


def _book(top: Section) -> PriceBook:
    top.only(
        "currencies",
        "durations",
        "discounts",
        "editions",
        "services",
        "pay_as_you_go",
        "valid_from",
    )
    currencies = _currencies(top)
    by_the_day = top.optional_table("pay_as_you_go")
    return PriceBook(
        currencies=currencies,
        durations=_durations(top.table("durations"), services="services" in top.content),
        discounts=_discounts(top.table("discounts")),
        editions=_editions(top.table("editions"), currencies),
        services=_services(top.optional_table("services"), currencies),
        pay_as_you_go=_pay_as_you_go(by_the_day, currencies),
        trial_days=_trial_days(by_the_day),
        valid_from=top.moment("valid_from"),
    )


def _currencies(top: Section) -> tuple[str, ...]:
    value = top.content.get("currencies")
    if (
        isinstance(value, list)
        and value
        and all(currency in CURRENCIES for currency in value)
        and len(set(value)) == len(value)
    ):
        return tuple(value)
    top.complain(
        "currencies", "must be a list of {offered}, each once", offered=" or ".join(CURRENCIES)
    )
    return ()


def _durations(section: Section, *, services: bool) -> Durations:
    section.only("purchase", "renewal", "automatic", "service")
    needed = services or "service" in section.content
    return Durations(
        purchase=section.rising("purchase", _MOST_MONTHS),
        renewal=section.rising("renewal", _MOST_MONTHS),
        automatic=section.rising("automatic", _MOST_MONTHS),
        service=section.rising("service", _MOST_MONTHS) if needed else (),
    )


def _discounts(section: Section) -> tuple[tuple[int, Fraction], ...]:
    """The tiers by rising months; the factor must fall with them."""
    tiers: list[tuple[int, Fraction]] = []
    for key, value in section.content.items():
        if not _TIER.fullmatch(key):
            section.complain(key, "must be a number of months from 1 to 99")
        elif not isinstance(value, str) or not _FACTOR.fullmatch(value) or not Fraction(value):
            section.complain(
                key, 'must be a factor in quotes, like "0.85", above "0.00" up to "1.00"'
            )
        else:
            tiers.append((int(key), Fraction(value)))
    tiers.sort()
    for (shorter, before), (longer, after) in pairwise(tiers):
        if after >= before:
            section.complain(
                str(longer), "must be lower than the factor from {shorter} months", shorter=shorter
            )
    return tuple(tiers)


def _editions(section: Section, currencies: tuple[str, ...]) -> tuple[Edition, ...]:
    section.only(*PRODUCT_VERSIONS)
    if "software" not in section.content:
        section.complain("software", "missing; it is what a purchase means unless it says more")
    names = [name for name in PRODUCT_VERSIONS if name in section.content]
    return tuple(_edition(name, section.table(name), currencies) for name in names)


def _edition(name: str, section: Section, currencies: tuple[str, ...]) -> Edition:
    section.only("monthly", *_CODES)
    return Edition(
        name=name,
        monthly=section.prices("monthly", currencies),
        modules=tuple(
            _stepped(code, section.table(key), currencies)
            if code == "Spec"
            else _in_blocks(code, section.table(key), currencies)
            for key, code in _CODES.items()
        ),
    )


def _in_blocks(code: str, section: Section, currencies: tuple[str, ...]) -> Module:
    section.only("included", "block", "maximum", "monthly")
    known = len(section.findings)
    included = section.whole("included", 0)
    block = section.whole("block", 1)
    maximum = section.whole("maximum", 0)
    if len(section.findings) == known and (maximum < included or (maximum - included) % block):
        section.complain(
            "maximum",
            "must be {included} and a whole number of blocks of {block}",
            included=included,
            block=block,
        )
    return Module(code, included, block, maximum, section.prices("monthly", currencies))


def _stepped(code: str, section: Section, currencies: tuple[str, ...]) -> Module:
    """A module that is offered in a few steps only; the first is included."""
    section.only("steps", "block", "monthly")
    known = len(section.findings)
    steps = section.rising("steps", MOST_QUANTITY)
    block = section.whole("block", 1)
    if len(section.findings) == known and any((step - steps[0]) % block for step in steps):
        section.complain(
            "steps",
            "must each be {first} and a whole number of blocks of {block}",
            first=steps[0],
            block=block,
        )
    prices = section.prices("monthly", currencies)
    return Module(code, steps[0], block, steps[-1], prices, steps)


def _services(section: Section, currencies: tuple[str, ...]) -> tuple[Service, ...]:
    section.only(*_SERVICES)
    names = [name for name in _SERVICES if name in section.content]
    return tuple(_service(name, section.table(name), currencies) for name in names)


def _service(name: str, section: Section, currencies: tuple[str, ...]) -> Service:
    section.only("monthly")
    return Service(name, SERVICE_VALUES.get(name, ""), section.prices("monthly", currencies))


def _pay_as_you_go(section: Section, currencies: tuple[str, ...]) -> tuple[PayAsYouGo, ...]:
    section.only("trial_days", *_BY_THE_DAY)
    names = [name for name in _BY_THE_DAY if name in section.content]
    return tuple(_by_the_day(name, section.table(name), currencies) for name in names)


def _by_the_day(name: str, section: Section, currencies: tuple[str, ...]) -> PayAsYouGo:
    section.only("daily", "maximum")
    daily, maximum = section.table("daily"), section.table("maximum")
    daily.only(*_DAILY)
    maximum.only("qps", "keys", "secrets", "access_units")
    return PayAsYouGo(
        edition=name,
        daily={code: daily.day_prices(key, currencies) for key, code in _DAILY.items()},
        qps=maximum.whole("qps", 1),
        keys=maximum.whole("keys", 1),
        secrets=maximum.whole("secrets", 0),
        access_units=maximum.whole("access_units", 1),
    )


def _trial_days(section: Section) -> int:
    if "trial_days" not in section.content:
        return 0
    return section.whole("trial_days", 0, _MOST_TRIAL_DAYS)
