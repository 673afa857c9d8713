"""The Keys page: keys of instances, default keys, managed data keys. Facts: facts/kms.md 9."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keylease.console.pages import data_keys
from keylease.console.pages.instances import instances_of
from keylease.console.pages.key_words import WORDS, aliases_of
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Page, Visit
from keylease.core.terms import RETENTION
from keylease.custody.keys.model import Key
from keylease.custody.keys.ports import KeyFilter
from keylease.custody.keys.states import KeyState

TABS = {
    "customer": "Customer Master Keys",
    "default": "Default Keys",
    "data": "Managed data keys",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A key in a list, with its state at the moment."""

    key: Key
    state: KeyState
    aliases: Sequence[str]


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The Keys page."""
    if visit.query.get("tab") == "default":
        return _default_keys(visit, work)
    if visit.query.get("tab") == "data":
        return Page(
            "keys/data_keys.html", "Managed data keys", data_keys.listed(visit, work) | _PAGE
        )
    instance_id = visit.query.get("instance", "")
    names = {one.id: one.name for one in instances_of(work, visit.account_id, visit.region)}
    chosen = _filter(work, is_default=False, fields=_of_instance(instance_id))
    rows, total = _rows(visit, work, chosen)
    if instance_id and instance_id not in names:
        names[instance_id] = instance_id
    values = {"rows": rows, "total": total, "instances": names, "instance_id": instance_id}
    return Page("keys/list.html", "Keys", values | _PAGE)


def _default_keys(visit: Visit, work: ConsoleWork) -> Page:
    rows, total = _rows(visit, work, _filter(work, is_default=True, fields={}))
    has_master = work.keys.default_key(visit.account_id, visit.region, "") is not None
    values = {"rows": rows, "total": total, "has_master": has_master}
    return Page("keys/default.html", "Default Keys", values | _PAGE)


def _filter(work: ConsoleWork, *, is_default: bool, fields: Mapping[str, list[str]]) -> KeyFilter:
    return KeyFilter(fields, kept_after=work.now - RETENTION, now=work.now, is_default=is_default)


def _of_instance(instance_id: str) -> dict[str, list[str]]:
    return {"instance_id": [instance_id]} if instance_id else {}


def _rows(visit: Visit, work: ConsoleWork, chosen: KeyFilter) -> tuple[list[Row], int]:
    found, total = work.keys.page(visit.account_id, visit.region, chosen, visit.offset, PAGE_SIZE)
    aliases = aliases_of(work, list(found))
    return [Row(key, key.state_at(work.now), aliases.get(key.id, [])) for key in found], total


_PAGE = {"tabs": TABS} | WORDS
