"""Application access points: applications as we know them, and which policies hold for them.

Facts: facts/kms.md 6.1.
"""

import json
from collections import Counter

from keylease.console.pages.asking import require_typed
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.core import ids
from keylease.custody.applications import rules
from keylease.custody.applications.client_keys import MONTHS_VALID
from keylease.custody.applications.model import OBJECTS_MAX, StoredClientKey
from keylease.custody.applications.rules import Place

#: For how many years a client key can be valid; the last is what it is without dates.
YEARS = (1, 2, 3, MONTHS_VALID // 12)

_LIST = "/console/access-points"


def address_of(name: str) -> str:
    """The page of an access point; names need no quoting."""
    return f"{_LIST}/{name}"


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The access points of the region, and the form for a new one."""
    place, store = (visit.account_id, visit.region), work.applications
    found, total = store.access_points.page(*place, visit.offset, PAGE_SIZE)
    keys = store.client_keys.of(*place, [one.name for one in found])
    values = {
        "points": found,
        "total": total,
        "keys": Counter(one.access_point for one in keys),
        "policies": _policies(visit, work),
        "chosen": visit.lists.get("Policies", ()),
    }
    return Page("access_points/list.html", "Access points", values)


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One access point with its client keys."""
    store, place = work.applications, Place(visit.account_id, visit.region)
    one = rules.found(store.access_points, place, visit.path["name"])
    keys = store.client_keys.of(visit.account_id, visit.region, [one.name])
    values = {
        "one": one,
        "keys": [(key, _status(key, work.now)) for key in keys],
        "policies": _policies(visit, work),
        "chosen": visit.lists.get("Policies", one.policies),
        "client_token": ids.uuid(work.entropy),
        "validities": _validities(visit),
        "longest": str(YEARS[-1]),
    }
    return Page("access_points/details.html", one.name, values)


def create(visit: Visit) -> Goto:
    """CreateApplicationAccessPoint."""
    name = visit.given("Name")
    visit.perform(
        "CreateApplicationAccessPoint",
        Name=name,
        Policies=json.dumps(list(visit.lists.get("Policies", ()))),
        Description=visit.given("Description"),
    )
    return Goto(
        address_of(name), "The access point is created. Its applications need a client key."
    )


def update(visit: Visit) -> Goto:
    """UpdateApplicationAccessPoint: other policies."""
    name, chosen = visit.path["name"], list(visit.lists.get("Policies", ()))
    visit.perform("UpdateApplicationAccessPoint", Name=name, Policies=json.dumps(chosen))
    return Goto(address_of(name), "The policies are saved, and hold from the next request on.")


def delete(visit: Visit) -> Goto:
    """DeleteApplicationAccessPoint, whose name is typed again."""
    name = visit.path["name"]
    require_typed(visit, name)
    visit.perform("DeleteApplicationAccessPoint", Name=name)
    return Goto(_LIST, "The access point is deleted.")


def _policies(visit: Visit, work: ConsoleWork) -> list[str]:
    place = visit.account_id, visit.region
    return [one.name for one in work.applications.policies.page(*place, 0, OBJECTS_MAX)[0]]


def _validities(visit: Visit) -> list[tuple[str, str]]:
    """`YEARS` as choices."""
    said = [visit.t("1 year"), *(visit.t("{number} years", number=one) for one in YEARS[1:])]
    return [(str(one), text) for one, text in zip(YEARS, said, strict=True)]


def _status(key: StoredClientKey, now: int) -> tuple[str, str]:
    """What a client key is good for at a moment, and the colour of it."""
    if now >= key.not_after:
        return "Expired", "bad"
    return ("Valid", "good") if now >= key.not_before else ("Not valid yet", "wait")
