"""Network rules: from which addresses applications may come. Facts: facts/kms.md 6.1."""

import json

from keylease.console.pages.asking import lines_that, require_typed
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.core.errors import Word
from keylease.custody.applications import rules
from keylease.custody.applications.model import NETWORK_TYPE, OBJECTS_MAX, check_sources
from keylease.custody.applications.rules import Place

_LIST = "/console/network-rules"


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The network rules of the region, and the form for a new one."""
    store = work.applications.network_rules
    found, total = store.page(visit.account_id, visit.region, visit.offset, PAGE_SIZE)
    return Page("network_rules/list.html", "Network rules", {"rules": found, "total": total})


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One network rule, and the policies that name it."""
    place, store = Place(visit.account_id, visit.region), work.applications
    one = rules.found(store.network_rules, place, visit.path["name"])
    policies, _ = store.policies.page(visit.account_id, visit.region, 0, OBJECTS_MAX)
    users = [policy.name for policy in policies if one.name in policy.network_rules]
    return Page("network_rules/details.html", one.name, {"one": one, "users": users})


def create(visit: Visit) -> Goto:
    """CreateNetworkRule."""
    visit.perform(
        "CreateNetworkRule",
        Name=visit.given("Name"),
        Type=NETWORK_TYPE,
        SourcePrivateIp=json.dumps(_addresses(visit)),
        Description=visit.given("Description"),
    )
    return Goto(_LIST, "The network rule is created.")


def update(visit: Visit) -> Goto:
    """UpdateNetworkRule: other addresses, another description or none."""
    name = visit.path["name"]
    values = {
        "Name": name,
        "SourcePrivateIp": json.dumps(_addresses(visit)),
        "Description": visit.given("Description"),
    }
    visit.perform_exactly("UpdateNetworkRule", values)
    done = "The network rule is saved, and holds from the next request on."
    return Goto(f"{_LIST}/{name}", done)


def _addresses(visit: Visit) -> list[str]:
    what = Word("addresses and networks like 10.0.0.0/8")
    return lines_that(visit, "SourcePrivateIp", check_sources, what)


def delete(visit: Visit) -> Goto:
    """DeleteNetworkRule, whose name is typed again."""
    name = visit.path["name"]
    require_typed(visit, name)
    visit.perform("DeleteNetworkRule", Name=name)
    return Goto(_LIST, "The network rule is deleted.")
