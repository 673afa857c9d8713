"""Groups: users that are given the same policies."""

from collections.abc import Callable

from keylease.access.ram import directory
from keylease.access.ram.model import Group, TargetKind
from keylease.console.pages.access.altering import ROOT, address_of, alter, there
from keylease.console.pages.access.granting import offered
from keylease.console.pages.asking import require_typed
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit

_LIST = f"{ROOT}/groups"


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The groups of the account, and the form for a new one."""
    found, total = work.ram.page(Group, visit.account_id, visit.offset, PAGE_SIZE)
    return Page("access/groups.html", "Groups", {"groups": found, "total": total})


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One group: its users, a page of them, and its policies."""
    one = there(work.ram.group(visit.account_id, visit.path["group"]))
    members = work.ram.members(visit.account_id, one.name)
    values = {
        "one": one,
        "members": members[visit.offset : visit.offset + PAGE_SIZE],
        "total": len(members),
        "attached": work.ram.attached(visit.account_id, TargetKind.GROUP, [one.name]),
        "offered": offered(work, visit.account_id),
    }
    return Page("access/group.html", one.name, values)


def create(visit: Visit) -> Goto:
    """A new group."""
    name, about = visit.given("name"), visit.given("description")
    alter(
        visit,
        "CreateGroup",
        [f"group/{name}"],
        lambda work: directory.create_group(work, visit.account_id, name, about),
    )
    return Goto(address_of("group", name), "The group is created.")


def add_member(visit: Visit) -> Goto:
    """Another user in the group."""
    return _members(visit, "AddUserToGroup", directory.join, "The user is in the group.")


def remove_member(visit: Visit) -> Goto:
    """Take a user out of the group."""
    return _members(
        visit, "RemoveUserFromGroup", directory.leave, "The user is no longer in the group."
    )


def delete(visit: Visit) -> Goto:
    """Remove a group; its users stay. The name is typed again."""
    name = visit.path["group"]

    def do(work: ConsoleWork) -> None:
        there(work.ram.group(visit.account_id, name))
        require_typed(visit, name)
        directory.delete_group(work, visit.account_id, name)

    alter(visit, "DeleteGroup", [f"group/{name}"], do)
    return Goto(_LIST, "The group is deleted.")


def _members(
    visit: Visit, operation: str, change: Callable[[ConsoleWork, str, str, str], None], done: str
) -> Goto:
    group, user = visit.path["group"], visit.given("user")

    def do(work: ConsoleWork) -> None:
        there(work.ram.group(visit.account_id, group))
        change(work, visit.account_id, group, user)

    alter(visit, operation, [f"group/{group}", f"user/{user}"], do)
    return Goto(address_of("group", group), done)
