"""Policies: what users, groups and roles may do; the account's own, and those of the system."""

import json

from keylease.access.policies.system import SYSTEM_POLICIES
from keylease.access.policies.texts import document_text
from keylease.access.ram import directory
from keylease.access.ram.model import Policy, TargetKind
from keylease.console.pages.access.altering import ROOT, address_of, alter, there
from keylease.console.pages.asking import require_typed, text_of
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit

_LIST = f"{ROOT}/policies"

TABS = {"own": "Custom policies", "system": "System policies"}

KINDS = {TargetKind.USER: "User", TargetKind.GROUP: "Group", TargetKind.ROLE: "RAM role"}

#: What stands in the form for a new one.
_EXAMPLE = json.dumps(
    {
        "Version": "1",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["kms:Encrypt", "kms:GenerateDataKey"],
                "Resource": ["acs:kms:*:*:key/*"],
            }
        ],
    },
    indent=2,
)


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The account's own policies with the form for a new one, or those of the system."""
    tab = "system" if visit.query.get("tab") == "system" else "own"
    values = {"tab": tab, "tabs": TABS, "system": list(SYSTEM_POLICIES), "example": _EXAMPLE}
    found, total = work.ram.page(Policy, visit.account_id, visit.offset, PAGE_SIZE)
    return Page("access/policies.html", "Policies", values | {"policies": found, "total": total})


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One policy, and what it is attached to."""
    name = visit.path["policy"]
    if name in SYSTEM_POLICIES:
        text = document_text(SYSTEM_POLICIES[name])
        return Page("access/system_policy.html", name, {"name": name, "document": text})
    one = there(work.ram.policy(visit.account_id, name))
    attached = work.ram.attachments_of(visit.account_id, name)
    shown = attached[visit.offset : visit.offset + PAGE_SIZE]
    values = {
        "one": one,
        "attached": [(to, address_of(to.kind, to.target)) for to in shown],
        "total": len(attached),
        "kinds": KINDS,
    }
    return Page("access/policy.html", name, values)


def create(visit: Visit) -> Goto:
    """A new policy."""
    name = visit.given("name")
    _write(visit, "CreatePolicy", name, new=True)
    return Goto(address_of("policy", name), "The policy is created. Attach it to whom it is for.")


def update(visit: Visit) -> Goto:
    """Another text for a policy."""
    name = visit.path["policy"]
    _write(visit, "CreatePolicyVersion", name, new=False)
    return Goto(address_of("policy", name), "The policy is saved, and counts from now on.")


def delete(visit: Visit) -> Goto:
    """Remove a policy that is attached to nothing; the name is typed again."""
    name = visit.path["policy"]

    def do(work: ConsoleWork) -> None:
        there(work.ram.policy(visit.account_id, name))
        require_typed(visit, name)
        directory.delete_policy(work, visit.account_id, name)

    alter(visit, "DeletePolicy", [f"policy/{name}"], do)
    return Goto(_LIST, "The policy is deleted.")


def _write(visit: Visit, operation: str, name: str, *, new: bool) -> None:
    document, about = text_of(visit, "document"), visit.given("description")

    def do(work: ConsoleWork) -> None:
        if not new:
            there(work.ram.policy(visit.account_id, name))
        directory.write_policy(work, visit.account_id, name, document, about, new=new)

    alter(visit, operation, [f"policy/{name}"], do)
