"""Permission policies: which keys and secrets applications may use. Facts: facts/kms.md 6.1."""

import json
from typing import Any

from keylease.console.pages.asking import lines_that, require_typed
from keylease.console.pages.instances import instances_of
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.core.errors import Word
from keylease.custody.applications import rules
from keylease.custody.applications.model import OBJECTS_MAX, Permission, check_resources
from keylease.custody.applications.rules import Place

_LIST = "/console/policies"

PERMISSIONS = {
    Permission.KEYS: "Use keys of the instance",
    Permission.SECRETS: "Read secrets of the instance",
    Permission.ACCOUNT_SECRETS: "Read secrets of any instance",
}


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The permission policies of the region, and the form for a new one."""
    place = visit.account_id, visit.region
    found, total = work.applications.policies.page(*place, visit.offset, PAGE_SIZE)
    names = {one.id: one.name for one in instances_of(work, *place)}
    values = {
        "policies": found,
        "total": total,
        "names": names,
        "instances": [*names.items(), ("", visit.t("None: only secrets of the account"))],
        "permissions": PERMISSIONS,
    }
    return Page(
        "permission_policies/list.html", "Permission policies", values | _fields(visit, work)
    )


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One permission policy, and the access points for which it holds."""
    place, store = (visit.account_id, visit.region), work.applications
    one = rules.found(store.policies, Place(*place), visit.path["name"])
    points, _ = store.access_points.page(*place, 0, OBJECTS_MAX)
    values = {
        "one": one,
        "instance": work.instances.find(one.instance_id) if one.instance_id else None,
        "users": [point.name for point in points if one.name in point.policies],
        "permissions": PERMISSIONS,
    }
    return Page("permission_policies/details.html", one.name, values | _fields(visit, work))


def create(visit: Visit) -> Goto:
    """CreatePolicy."""
    visit.perform(
        "CreatePolicy",
        Name=visit.given("Name"),
        KmsInstance=visit.given("KmsInstance"),
        **_allowed(visit),
    )
    return Goto(_LIST, "The permission policy is created.")


def update(visit: Visit) -> Goto:
    """UpdatePolicy: all but its name and its instance."""
    name = visit.path["name"]
    visit.perform_exactly("UpdatePolicy", {"Name": name, **_allowed(visit)})
    done = "The permission policy is saved, and holds from the next request on."
    return Goto(f"{_LIST}/{name}", done)


def delete(visit: Visit) -> Goto:
    """DeletePolicy, whose name is typed again."""
    name = visit.path["name"]
    require_typed(visit, name)
    visit.perform("DeletePolicy", Name=name)
    return Goto(_LIST, "The permission policy is deleted.")


def _allowed(visit: Visit) -> dict[str, str]:
    """What was filled in of `_fields`."""
    named = {"NetworkRules": list(visit.lists.get("NetworkRules", ()))}
    return {
        "Permissions": json.dumps(list(visit.lists.get("Permissions", ()))),
        "Resources": json.dumps(_resources(visit), ensure_ascii=False),
        "AccessControlRules": json.dumps(named),
        "Description": visit.given("Description"),
    }


def _resources(visit: Visit) -> list[str]:
    what = Word("key/<id>, key/*, secret/<name> and secret/*")
    return lines_that(visit, "Resources", check_resources, what)


def _fields(visit: Visit, work: ConsoleWork) -> dict[str, Any]:
    """What the fields of a policy are made of, and what was ticked if the form was sent."""
    found, _ = work.applications.network_rules.page(visit.account_id, visit.region, 0, OBJECTS_MAX)
    return {
        "rules": [one.name for one in found],
        "chosen": visit.lists.get,
        "is_sent": "Resources" in visit.form,
    }
