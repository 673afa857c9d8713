"""Permission policies: which keys and secrets applications may use. Facts: facts/kms.md 6.1."""

import json

from keylease.console.pages.asking import lines_of, require_typed
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.custody.applications.model import OBJECTS_MAX, Permission

_LIST = "/console/policies"

PERMISSIONS = {
    Permission.KEYS: "Use keys of the instance",
    Permission.SECRETS: "Read secrets of the instance",
    Permission.ACCOUNT_SECRETS: "Read secrets of any instance",
}

_INSTANCES_LISTED = 100


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The permission policies of the region, and the form for a new one."""
    place = visit.account_id, visit.region
    found, total = work.applications.policies.page(*place, visit.offset, PAGE_SIZE)
    instances, _ = work.instances.page(*place, 0, _INSTANCES_LISTED)
    rules, _ = work.applications.network_rules.page(*place, 0, OBJECTS_MAX)
    names = {one.id: one.name for one in instances}
    values = {
        "policies": found,
        "total": total,
        "names": names,
        "instances": [*names.items(), ("", visit.t("None: only secrets of the account"))],
        "rules": [one.name for one in rules],
        "permissions": PERMISSIONS,
        "chosen": visit.lists.get,
    }
    return Page("permission_policies/list.html", "Permission policies", values)


def create(visit: Visit) -> Goto:
    """CreatePolicy."""
    rules = {"NetworkRules": list(visit.lists.get("NetworkRules", ()))}
    visit.perform(
        "CreatePolicy",
        Name=visit.given("Name"),
        KmsInstance=visit.given("KmsInstance"),
        Permissions=json.dumps(list(visit.lists.get("Permissions", ()))),
        Resources=json.dumps(lines_of(visit, "Resources"), ensure_ascii=False),
        AccessControlRules=json.dumps(rules),
        Description=visit.given("Description"),
    )
    return Goto(_LIST, "The permission policy is created.")


def delete(visit: Visit) -> Goto:
    """DeletePolicy, whose name is typed again."""
    name = visit.path["name"]
    require_typed(visit, name)
    visit.perform("DeletePolicy", Name=name)
    return Goto(_LIST, "The permission policy is deleted.")
