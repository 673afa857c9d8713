"""Letters: what one is, and how facts become one. Source: rules.md 3.

The facts of a letter are a mapping; `facts_needed` says which ones a kind has to be given, no fewer
and no more. In whatever letter they stand, they mean:

========================= ========================================================================
``instance_id``           the instance; ``instance_name`` its name, or ""
``product``               ``instance`` or ``service`` (value-added): what was bought
``edition``               the edition's name, in the letter's language
``region``                a region id of `keylease.core.regions`
``start``, ``end``        business instants: from when to when a term runs; the end of the last one
``days``, ``months``      whole numbers: days until the expiration date; the months of a renewal
``method``                ``subscription``, ``daily`` or ``trial``: how an instance is paid for
``trial_until``           business instant: the end of a trial (not read where there is none)
``mode``                  ``AutoRenewal``, ``ManualRenewal`` or ``NotRenewal``
``rest_days``             whole number: the days of a renewal after its months
``automatic``             bool: whether a renewal was made automatically
``currency``              ``USD`` or ``CNY``, of all amounts in the letter
``amount``, ``price``     minor units: what an order, refund or top-up moved; what a renewal costs
``balance``, ``missing``  minor units: the balance after the fact; what it lacked
``voucher``               minor units: what a voucher would pay of the price, or 0
``order_id``              the order, for a refund the refund order
``reference``             the id by which a top-up, an alert or a day's bill is found again
``threshold``             minor units: the balance below which the owner wants to be told
``changes``, ``backups``  lists of lines in the letter's language: what rose; what remains
``backups_until``         business instant: when the remaining backups go (not read if none do)
``released``              business instant of the release
``ticket_id``             the ticket; ``decision`` is ``answered``, ``approved`` or ``refused``
``said``, ``answer``      bool: whether the operator wrote something; what that is
``next_attempt``          business instant of the next automatic renewal, or None
``secret``                the name of a secret
``level``                 ``nearly`` or ``full``: the log storage; ``log_capacity`` its GB
``client_key_id``         the client key of an application that ends, and the application access
``access_point``          point that it belongs to
``findings``, ``found``   how much a check found; lines that name the first of it
========================= ========================================================================
"""

import hashlib
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from keylease.core.clock import local_text
from keylease.core.money import amount_for_people
from keylease.core.regions import REGIONS
from keylease.core.terms import expiration_date_of, release_of
from keylease.notifications.texts import FRAME, MESSAGES, OPERATOR_FRAME, VARIANTS, Language, Twins

Facts = Mapping[str, Any]


class Kind(StrEnum):
    """Why a letter is written. Source: rules.md 3."""

    REMINDER = "reminder"
    EXPIRED = "expired"
    RELEASE_SOON = "release_soon"
    RELEASED = "released"
    PURCHASE = "purchase"
    UPGRADE = "upgrade"
    RENEWAL = "renewal"
    REFUND = "refund"
    TOP_UP = "top_up"
    AUTO_RENEWAL_FAILED = "auto_renewal_failed"
    LOW_BALANCE = "low_balance"
    BOOKS_ALERT = "books_alert"
    IN_DEBT = "in_debt"
    STOPPED = "stopped"
    DEBT_PAID = "debt_paid"
    TICKET = "ticket"
    ROTATION_FAILED = "rotation_failed"
    LOG_STORAGE = "log_storage"
    CLIENT_KEY_EXPIRING = "client_key_expiring"


#: The facts that tell two letters of one kind apart: the same ones never make a second letter.
_IDENTITY: Mapping[Kind, tuple[str, ...]] = {
    Kind.REMINDER: ("instance_id", "end", "days"),
    Kind.EXPIRED: ("instance_id", "end"),
    Kind.RELEASE_SOON: ("instance_id", "end"),
    Kind.RELEASED: ("instance_id",),
    Kind.PURCHASE: ("order_id",),
    Kind.UPGRADE: ("order_id",),
    Kind.RENEWAL: ("order_id",),
    Kind.REFUND: ("order_id",),
    Kind.TOP_UP: ("reference",),
    Kind.AUTO_RENEWAL_FAILED: ("instance_id", "end", "due_at"),
    Kind.LOW_BALANCE: ("reference",),
    Kind.BOOKS_ALERT: ("due_at",),
    Kind.IN_DEBT: ("reference",),
    Kind.STOPPED: ("instance_id", "end"),
    Kind.DEBT_PAID: ("reference",),
    Kind.TICKET: ("reference", "decision"),
    Kind.ROTATION_FAILED: ("instance_id", "secret", "due_at"),
    Kind.LOG_STORAGE: ("instance_id", "level", "log_capacity"),
    Kind.CLIENT_KEY_EXPIRING: ("client_key_id", "days"),
}

#: The facts that `compose` adds by itself: its moment, and whether that is at or after ``end``.
_OWN = frozenset({"due_at", "overdue"})


@dataclass(frozen=True, slots=True)
class Recipient:
    """The account that a letter is for; the operator has the ``account_id`` "".

    ``email`` may be "": the letter is then only kept.
    """

    account_id: str
    name: str
    email: str
    language: Language


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it is written: it never changes afterwards.

    ``dedupe`` is unique among all letters, so that the fact that causes one causes it once.
    ``message_id`` follows from it, so that a second delivery of one letter can be recognised.
    ``facts`` are those it was composed of; they are not kept with it.
    """

    id: str
    account_id: str
    kind: Kind
    instance_id: str
    to: str
    language: Language
    subject: str
    text: str
    due_at: int
    message_id: str
    dedupe: str
    facts: Facts = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter and what became of it; ``sent_at`` is a business instant."""

    letter: Letter
    state: str
    sent_at: int | None
    attempts: int
    last_error: str


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which letters a list is about; None means any. States: waiting, sent, kept."""

    account_id: str | None = None
    state: str | None = None


def compose(
    kind: Kind,
    recipient: Recipient,
    facts: Facts,
    due_at: int,
    *,
    letter_id: str,
    domain: str = "keylease.local",
) -> Letter:
    """Write the letter of ``kind`` that is due at the business instant ``due_at``.

    ValueError unless ``facts`` are exactly what the kind needs. ``letter_id`` is a fresh UUID;
    ``domain`` is the right side of the Message-ID.
    """
    needed = facts_needed(kind)
    if facts.keys() != needed:
        raise ValueError(f"a letter {kind} needs the facts {sorted(needed)}, not {sorted(facts)}")
    overdue = "end" in facts and due_at >= facts["end"]
    all_facts = {**facts, "due_at": due_at, "overdue": overdue}
    dedupe = ":".join([kind, *(str(all_facts[name]) for name in _IDENTITY[kind])])
    message = MESSAGES[kind]
    pen = _Pen(recipient.language, all_facts)
    return Letter(
        id=letter_id,
        account_id=recipient.account_id,
        kind=kind,
        instance_id=facts.get("instance_id", ""),
        to=recipient.email,
        language=recipient.language,
        subject=pen.write(message.subject),
        text=_framed(recipient, pen.write(message.body)),
        due_at=due_at,
        message_id=message_id(dedupe, domain),
        dedupe=dedupe,
        facts=facts,
    )


def message_id(dedupe: str, domain: str) -> str:
    """The Message-ID of a letter: the same for every delivery of it."""
    return f"<{hashlib.sha256(dedupe.encode()).hexdigest()[:32]}@{domain}>"


def facts_needed(kind: Kind) -> frozenset[str]:
    """The names of the facts that `compose` takes for ``kind``."""
    message = MESSAGES[kind]
    return (fields_of(message.subject.en) | fields_of(message.body.en)) - _OWN


def fields_of(text: str) -> frozenset[str]:
    """The facts that a text shows, its variants and the currency of its amounts included."""
    shown = list(_shown_in(text))
    currency = {"currency"} if any(way == "money" for _, way in shown) else set()
    return frozenset(name for name, _ in shown) | currency


def ways_of(kind: Kind) -> Mapping[str, frozenset[str]]:
    """The ways in which a kind shows each of its facts: they tell a moment from an amount."""
    ways: dict[str, frozenset[str]] = {}
    for text in (MESSAGES[kind].subject, MESSAGES[kind].body):
        for name, way in _shown_in(text.en):
            ways[name] = ways.get(name, frozenset()) | {way}
    return ways


def _shown_in(text: str) -> Iterator[tuple[str, str]]:
    for _, name, way, _ in string.Formatter().parse(text):
        if name is not None:
            yield name, way or ""
        for variant in VARIANTS.get(way or "", {}).values():
            yield from _shown_in(variant.en)


def _framed(recipient: Recipient, body: str) -> str:
    facts = {"recipient": recipient.name, "account_id": recipient.account_id, "body": body}
    frame = FRAME if recipient.account_id else OPERATOR_FRAME
    return _Pen(recipient.language, facts).write(frame)


class _Pen(string.Formatter):
    """Fills texts in with facts, in one language; a fact that is missing is a KeyError."""

    def __init__(self, language: Language, facts: Facts) -> None:
        self.language = language
        self.facts = facts

    def write(self, text: Twins) -> str:
        """The text in this pen's language."""
        return self.vformat(text.of(self.language), (), self.facts)

    def format_field(self, value: Any, way: str) -> str:
        """One fact, shown in the way that its field names."""
        if way in VARIANTS:
            choice = value if isinstance(value, str) else ("yes" if value else "no")
            return self.write(VARIANTS[way][choice])
        return _WAYS[way](self, value)

    def pick(self, en: str, zh: str) -> str:
        """One of two, by language."""
        return zh if self.language == "zh" else en


def _time(pen: _Pen, instant: int) -> str:
    return local_text(instant) + pen.pick(" (UTC+8)", "（UTC+8）")


def _aside(name: str) -> str:
    shown = _one_line(name)
    return f" ({shown})" if shown else ""


def _count(pen: _Pen, number: int, noun: str, measure: str) -> str:
    return pen.pick(f"{number} {noun}" + ("" if number == 1 else "s"), f"{number}{measure}")


def _more(pen: _Pen, number: int) -> str:
    return pen.pick(" and ", "") + _count(pen, number, "day", "天") if number else ""


def _region(pen: _Pen, region_id: str) -> str:
    region = REGIONS[region_id]
    return pen.pick(region.name_en, region.name_zh)


def _one_line(text: str) -> str:
    """Without line breaks and control characters: a name cannot add lines to a letter."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


#: The ways of showing a fact that the texts use.
_WAYS: Mapping[str, Callable[[_Pen, Any], str]] = {
    "": lambda _, value: _one_line(str(value)),
    "text": lambda _, text: text,
    "aside": lambda _, name: _aside(name),
    "time": _time,
    "last_day": lambda _, end: expiration_date_of(end).isoformat(),
    "release": lambda pen, end: _time(pen, release_of(end)),
    "days": lambda pen, number: _count(pen, number, "day", "天"),
    "more": _more,
    "findings": lambda pen, number: _count(pen, number, "finding", "处问题"),
    "months": lambda pen, number: _count(pen, number, "month", "个月"),
    "money": lambda pen, minor: amount_for_people(minor, pen.facts["currency"]),
    "region": _region,
    "quoted": lambda _, text: "\n".join(
        f"> {_one_line(line)}".rstrip() for line in text.split("\n")
    ),
    "list": lambda _, lines: "\n".join(f"- {_one_line(line)}" for line in lines),
}
