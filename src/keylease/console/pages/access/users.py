"""Users: people and programs that may do what policies allow them."""

from collections import Counter

from keylease.access.passwords import hash_password
from keylease.access.ram import directory
from keylease.access.ram.logins import login_name, remove_login, set_login
from keylease.access.ram.model import TargetKind, User
from keylease.console.pages.access.altering import ROOT, address_of, alter, there
from keylease.console.pages.access.granting import offered
from keylease.console.pages.asking import require_typed
from keylease.console.pages.once import remember, require_first
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.core import ids

_LIST = f"{ROOT}/users"


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The users of the account, and the form for a new one."""
    found, total = work.ram.page(User, visit.account_id, visit.offset, PAGE_SIZE)
    keys = work.ram.access_keys(visit.account_id, [one.name for one in found])
    values = {"users": found, "total": total, "keys": Counter(one.user_name for one in keys)}
    return Page("access/users.html", "Users", values)


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One user: groups, policies, access keys."""
    account_id, ram = visit.account_id, work.ram
    one = there(ram.user(account_id, visit.path["user"]))
    groups = ram.groups_of(account_id, one.name)
    inherited = ram.attached(account_id, TargetKind.GROUP, groups) if groups else []
    values = {
        "one": one,
        "groups": groups,
        "attached": ram.attached(account_id, TargetKind.USER, [one.name]),
        "inherited": inherited,
        "keys": ram.access_keys(account_id, [one.name]),
        "login": work.sign_ins.user(login_name(visit.account, one.name)),
        "offered": offered(work, account_id),
        "key_token": ids.uuid(work.entropy),
        "password_token": ids.uuid(work.entropy),
    }
    return Page("access/user.html", one.name, values)


def create(visit: Visit) -> Goto:
    """A new user, who may do nothing yet."""
    name, about = visit.given("name"), visit.given("description")
    alter(
        visit,
        "CreateUser",
        [f"user/{name}"],
        lambda work: directory.create_user(work, visit.account_id, name, about),
    )
    return Goto(address_of("user", name), "The user is created, and may do nothing yet.")


def set_password(visit: Visit) -> Page:
    """Let the user sign in to the console: its new password is on this page, and nowhere else."""
    name = visit.path["user"]

    def do(work: ConsoleWork) -> None:
        require_first(visit, work)
        remember(visit, work)
        there(work.ram.user(visit.account_id, name))
        set_login(work, visit.account_id, name, password_hash)

    with visit.transactions.read() as work:
        password = ids.password(work.entropy)
    password_hash = hash_password(password)  # slow on purpose: outside of the transaction
    alter(visit, "CreateLoginProfile", [f"user/{name}"], do)
    values = {"user": name, "login": login_name(visit.account, name), "password": password}
    return Page("access/new_password.html", "Console password", values)


def remove_password(visit: Visit) -> Goto:
    """Let the user sign in to the console no longer."""
    name = visit.path["user"]

    def do(work: ConsoleWork) -> None:
        there(work.ram.user(visit.account_id, name))
        remove_login(work, visit.account_id, name)

    alter(visit, "DeleteLoginProfile", [f"user/{name}"], do)
    return Goto(address_of("user", name), "The user can sign in to the console no longer.")


def delete(visit: Visit) -> Goto:
    """Remove a user without access keys; the name is typed again."""
    name = visit.path["user"]

    def do(work: ConsoleWork) -> None:
        there(work.ram.user(visit.account_id, name))
        require_typed(visit, name)
        directory.delete_user(work, visit.account_id, name)

    alter(visit, "DeleteUser", [f"user/{name}"], do)
    return Goto(_LIST, "The user is deleted.")
