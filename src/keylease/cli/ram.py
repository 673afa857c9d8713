"""``keylease user``, ``group``, ``role``: who acts for an account besides itself."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import click

from keylease.access.ram import directory
from keylease.access.ram.model import (
    SESSION_SECONDS_DEFAULT,
    Group,
    Role,
    TargetKind,
    User,
)
from keylease.app import ram as app
from keylease.app.accounts import find_account
from keylease.cli.common import Common, common, group, read_text
from keylease.cli.output import details, document, table
from keylease.core.clock import iso
from keylease.storage.unit_of_work import UnitOfWork

T = TypeVar("T")

LIST_MAX = 10_000

_ACCOUNT = click.argument("account_", metavar="ACCOUNT")
_NAME = click.argument("name")
_DESCRIPTION = click.option("--description", default="", help="What it is for.")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@group(epilog="Example: `keylease user create acme build-server`")
@common
def user(_given: Common, /) -> None:
    """Users of an account: people and programs that may do what policies allow them."""


@user.command("create")
@_ACCOUNT
@_NAME
@_DESCRIPTION
@common
def create_user(given: Common, /, account_: str, name: str, description: str) -> None:
    """Make a user, who may do nothing yet: attach a policy, and create an access key."""
    made = changed(
        given,
        "user create",
        account_,
        name,
        lambda work, account: directory.create_user(work, account, name, description),
    )
    _show(given, {"name": made.name, "user_id": made.id})


@user.command("list")
@_ACCOUNT
@common
def list_users(given: Common, /, account_: str) -> None:
    """The users of an account, by name."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found, total = work.ram.page(User, find_account(work, account_).id, 0, LIST_MAX)
    rows = [(one.name, one.id, one.description) for one in found]
    _list(given, ("name", "user_id", "description"), rows, "There are no users yet.", total)


@user.command("show")
@_ACCOUNT
@_NAME
@common
def show_user(given: Common, /, account_: str, name: str) -> None:
    """One user: its groups, its policies and its access keys."""
    with given.deployment() as deployment, deployment.database.read() as work:
        account = find_account(work, account_).id
        found = directory.find_user(work, account, name)
        shown = {
            "name": found.name,
            "user_id": found.id,
            "arn": f"acs:ram::{account}:user/{name}",
            "description": found.description,
            "created_at": iso(found.created_at),
            "groups": list(work.ram.groups_of(account, name)),
            "policies": _policies(work, account, TargetKind.USER, name),
            "access_keys": [one.id for one in work.ram.access_keys(account, [name])],
        }
    _show(given, shown)


@user.command("delete")
@_ACCOUNT
@_NAME
@common
def delete_user(given: Common, /, account_: str, name: str) -> None:
    """Remove a user that has no access keys any more."""
    changed(
        given,
        "user delete",
        account_,
        name,
        lambda work, account: directory.delete_user(work, account, name),
    )
    given.tell(f"The user {name} is gone.")


@group(epilog="Example: `keylease group add acme developers ann`")
@common
def ram_group(_given: Common, /) -> None:
    """Groups: users that are given the same policies."""


@ram_group.command("create")
@_ACCOUNT
@_NAME
@_DESCRIPTION
@common
def create_group(given: Common, /, account_: str, name: str, description: str) -> None:
    """Make a group."""
    made = changed(
        given,
        "group create",
        account_,
        name,
        lambda work, account: directory.create_group(work, account, name, description),
    )
    _show(given, {"name": made.name})


@ram_group.command("list")
@_ACCOUNT
@common
def list_groups(given: Common, /, account_: str) -> None:
    """The groups of an account, by name."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found, total = work.ram.page(Group, find_account(work, account_).id, 0, LIST_MAX)
    rows = [(one.name, one.description) for one in found]
    _list(given, ("name", "description"), rows, "There are no groups yet.", total)


@ram_group.command("show")
@_ACCOUNT
@_NAME
@common
def show_group(given: Common, /, account_: str, name: str) -> None:
    """One group: its users and its policies."""
    with given.deployment() as deployment, deployment.database.read() as work:
        account = find_account(work, account_).id
        found = directory.find_group(work, account, name)
        shown = {
            "name": found.name,
            "description": found.description,
            "created_at": iso(found.created_at),
            "users": list(work.ram.members(account, name)),
            "policies": _policies(work, account, TargetKind.GROUP, name),
        }
    _show(given, shown)


@ram_group.command("delete")
@_ACCOUNT
@_NAME
@common
def delete_group(given: Common, /, account_: str, name: str) -> None:
    """Remove a group; its users stay, without what it gave them."""
    changed(
        given,
        "group delete",
        account_,
        name,
        lambda work, account: directory.delete_group(work, account, name),
    )
    given.tell(f"The group {name} is gone.")


@ram_group.command("add", epilog="Example: `keylease group add acme developers ann`")
@_ACCOUNT
@click.argument("group_", metavar="GROUP")
@click.argument("user_", metavar="USER")
@common
def add_member(given: Common, /, account_: str, group_: str, user_: str) -> None:
    """Add a user to a group."""
    changed(
        given,
        "group add",
        account_,
        f"{group_}/{user_}",
        lambda work, account: directory.join(work, account, group_, user_),
    )
    given.tell(f"{user_} is in {group_}.")


@ram_group.command("remove")
@_ACCOUNT
@click.argument("group_", metavar="GROUP")
@click.argument("user_", metavar="USER")
@common
def remove_member(given: Common, /, account_: str, group_: str, user_: str) -> None:
    """Take a user out of a group."""
    changed(
        given,
        "group remove",
        account_,
        f"{group_}/{user_}",
        lambda work, account: directory.leave(work, account, group_, user_),
    )
    given.tell(f"{user_} is no longer in {group_}.")


@group(epilog="Example: `keylease role create acme auditor --trust trust.json`")
@common
def role(_given: Common, /) -> None:
    """Roles: what users, also of other accounts, can be for a while (AssumeRole)."""


@role.command("create", epilog="Example: `keylease role create acme auditor --trust trust.json`")
@_ACCOUNT
@_NAME
@click.option("--trust", type=_FILE, required=True, help="A file: the policy of who may be it.")
@click.option(
    "--session-seconds",
    default=SESSION_SECONDS_DEFAULT,
    show_default=True,
    help="How long a session may last: 3600 to 43200.",
)
@_DESCRIPTION
@common
def create_role(
    given: Common, /, account_: str, name: str, trust: Path, session_seconds: int, description: str
) -> None:
    """Make a role for whom its trust policy names; it may do nothing yet."""
    text = read_text(trust)
    made = changed(
        given,
        "role create",
        account_,
        name,
        lambda work, account: directory.create_role(
            work, account, name, text, session_seconds, description
        ),
    )
    _show(given, {"name": made.name, "role_id": made.id, "arn": made.arn})


@role.command("list")
@_ACCOUNT
@common
def list_roles(given: Common, /, account_: str) -> None:
    """The roles of an account, by name."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found, total = work.ram.page(Role, find_account(work, account_).id, 0, LIST_MAX)
    rows = [(one.name, one.arn, one.session_seconds_max, one.description) for one in found]
    columns = ("name", "arn", "session_seconds", "description")
    _list(given, columns, rows, "There are no roles yet.", total)


@role.command("show")
@_ACCOUNT
@_NAME
@common
def show_role(given: Common, /, account_: str, name: str) -> None:
    """One role: who may be it, and its policies."""
    with given.deployment() as deployment, deployment.database.read() as work:
        account = find_account(work, account_).id
        found = directory.find_role(work, account, name)
        shown = {
            "name": found.name,
            "role_id": found.id,
            "arn": found.arn,
            "session_seconds": found.session_seconds_max,
            "description": found.description,
            "created_at": iso(found.created_at),
            "policies": _policies(work, account, TargetKind.ROLE, name),
            "trust_policy": found.trust_policy,
        }
    _show(given, shown)


@role.command("delete")
@_ACCOUNT
@_NAME
@common
def delete_role(given: Common, /, account_: str, name: str) -> None:
    """Remove a role; whoever is it at the moment is it no longer."""
    changed(
        given,
        "role delete",
        account_,
        name,
        lambda work, account: directory.delete_role(work, account, name),
    )
    given.tell(f"The role {name} is gone.")


def changed(
    given: Common, operation: str, account: str, name: str, do: Callable[[UnitOfWork, str], T]
) -> T:
    """What ``do`` makes of an account, in the audit trail under this name; Misuse."""
    with given.deployment() as deployment:
        return app.change(deployment, operation, account, name, do)


def _policies(work: UnitOfWork, account_id: str, kind: TargetKind, name: str) -> list[str]:
    return [one.policy_name for one in work.ram.attached(account_id, kind, [name])]


def _list(
    given: Common,
    columns: tuple[str, ...],
    rows: Sequence[tuple[object, ...]],
    empty: str,
    total: int,
) -> None:
    if given.json:
        document([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        table(tuple(one.upper().replace("_", " ") for one in columns), rows, empty, total)


def _show(given: Common, shown: Mapping[str, object]) -> None:
    if given.json:
        document(shown)
    else:
        details({k: ", ".join(v) if isinstance(v, list) else v for k, v in shown.items()})
