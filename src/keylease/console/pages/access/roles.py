"""Roles: what users, also of other accounts, can be for a while."""

import json

from keylease.access.ram import directory
from keylease.access.ram.model import Role, TargetKind
from keylease.console.pages.access.altering import ROOT, address_of, alter, there
from keylease.console.pages.access.granting import offered
from keylease.console.pages.asking import require_typed, text_of
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit

_LIST = f"{ROOT}/roles"
_HOUR = 3_600

#: For how many hours a session of a role may last at most.
HOURS = (1, 2, 4, 8, 12)


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The roles of the account, and the form for a new one."""
    found, total = work.ram.page(Role, visit.account_id, visit.offset, PAGE_SIZE)
    values = {
        "roles": found,
        "total": total,
        "hours": [(str(one), str(one)) for one in HOURS],
        "trust": _everybody_of(visit.account_id),
    }
    return Page("access/roles.html", "Roles", values)


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One role: who may be it, and its policies."""
    one = there(work.ram.role(visit.account_id, visit.path["role"]))
    values = {
        "one": one,
        "attached": work.ram.attached(visit.account_id, TargetKind.ROLE, [one.name]),
        "offered": offered(work, visit.account_id),
    }
    return Page("access/role.html", one.name, values)


def create(visit: Visit) -> Goto:
    """A new role for whom its trust policy names."""
    name, about = visit.given("name"), visit.given("description")
    trust, hours = text_of(visit, "trust"), visit.given("hours")
    seconds = _HOUR * next((one for one in HOURS if str(one) == hours), HOURS[0])
    alter(
        visit,
        "CreateRole",
        [f"role/{name}"],
        lambda work: directory.create_role(work, visit.account_id, name, trust, seconds, about),
    )
    return Goto(address_of("role", name), "The role is created, and may do nothing yet.")


def delete(visit: Visit) -> Goto:
    """Remove a role, whose sessions end; the name is typed again."""
    name = visit.path["role"]

    def do(work: ConsoleWork) -> None:
        there(work.ram.role(visit.account_id, name))
        require_typed(visit, name)
        directory.delete_role(work, visit.account_id, name)

    alter(visit, "DeleteRole", [f"role/{name}"], do)
    return Goto(_LIST, "The role is deleted, and its sessions have ended.")


def _everybody_of(account_id: str) -> str:
    """A trust policy that leaves it to the policies of the account's own users."""
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"RAM": [f"acs:ram::{account_id}:root"]},
    }
    return json.dumps({"Version": "1", "Statement": [statement]}, indent=2)
