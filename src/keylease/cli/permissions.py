"""``keylease policy`` and ``keylease access-key``: what users may do, and how they sign in."""

from pathlib import Path

import click

from keylease.access.policies.system import SYSTEM_POLICIES
from keylease.access.ram import directory
from keylease.access.ram.model import Policy, PolicyType
from keylease.app import ram as app
from keylease.app.accounts import find_account
from keylease.cli.common import Common, common, group, read_text
from keylease.cli.output import details, document, note, table
from keylease.cli.ram import changed
from keylease.core.clock import iso

LIST_MAX = 10_000

_ACCOUNT = click.argument("account_", metavar="ACCOUNT")
_NAME = click.argument("name")
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_KEY = click.argument("access_key", metavar="ACCESS-KEY-ID")
_USER = click.option("--user", "user_", help="The user.")
_GROUP = click.option("--group", "group_", help="The group.")
_ROLE = click.option("--role", "role_", help="The role.")


@group(epilog="Example: `keylease policy attach acme AliyunKMSCryptoUserAccess --user ann`")
@common
def policy(_given: Common, /) -> None:
    """Policies: what users, groups and roles may do."""


@policy.command("create", epilog="Example: `keylease policy create acme only-encrypt policy.json`")
@_ACCOUNT
@_NAME
@_FILE
@click.option("--description", default="", help="What it is for.")
@common
def create_policy(given: Common, /, account_: str, name: str, file: Path, description: str) -> None:
    """Make a policy from a file."""
    _write(given, account_, name, file, description, new=True)


@policy.command("update")
@_ACCOUNT
@_NAME
@_FILE
@click.option("--description", default="", help="What it is for.")
@common
def update_policy(given: Common, /, account_: str, name: str, file: Path, description: str) -> None:
    """Give a policy another text; it counts at once for all that it is attached to."""
    _write(given, account_, name, file, description, new=False)


@policy.command("list")
@_ACCOUNT
@common
def list_policies(given: Common, /, account_: str) -> None:
    """The policies that can be attached: the account's own, and those of the system."""
    with given.deployment() as deployment, deployment.database.read() as work:
        own, total = work.ram.page(Policy, find_account(work, account_).id, 0, LIST_MAX)
    rows = [(one.name, PolicyType.CUSTOM.value, one.description) for one in own]
    rows += [(name, PolicyType.SYSTEM.value, "") for name in SYSTEM_POLICIES]
    if given.json:
        document([dict(zip(("name", "type", "description"), row, strict=True)) for row in rows])
    else:
        table(("NAME", "TYPE", "DESCRIPTION"), rows, "", total + len(SYSTEM_POLICIES))


@policy.command("show")
@_ACCOUNT
@_NAME
@common
def show_policy(given: Common, /, account_: str, name: str) -> None:
    """The text of a policy, and what it is attached to."""
    with given.deployment() as deployment, deployment.database.read() as work:
        account = find_account(work, account_).id
        text = app.policy_text(work, account, name)
        attached = [
            f"{one.kind} {one.target}"
            for one in work.ram.attachments_of(account, name)
            if name not in SYSTEM_POLICIES
        ]
    if given.json:
        document({"name": name, "document": text, "attached_to": attached})
        return
    click.echo(text)
    note("Attached to " + (", ".join(attached) or "nothing that is listed here") + ".")


@policy.command("delete")
@_ACCOUNT
@_NAME
@common
def delete_policy(given: Common, /, account_: str, name: str) -> None:
    """Remove a policy that is attached to nothing."""
    changed(
        given,
        "policy delete",
        account_,
        name,
        lambda work, account: directory.delete_policy(work, account, name),
    )
    given.tell(f"The policy {name} is gone.")


@policy.command(
    "attach", epilog="Example: `keylease policy attach acme AliyunKMSReadOnlyAccess --user ann`"
)
@_ACCOUNT
@_NAME
@_USER
@_GROUP
@_ROLE
@common
def attach_policy(
    given: Common,
    /,
    account_: str,
    name: str,
    user_: str | None,
    group_: str | None,
    role_: str | None,
) -> None:
    """Allow a user, a group or a role what the policy says; it counts from the next call on."""
    kind, target = app.target(user_, group_, role_)
    changed(
        given,
        "policy attach",
        account_,
        f"{name} {kind}/{target}",
        lambda work, account: directory.attach(work, account, name, kind, target),
    )
    given.tell(f"{name} is attached to the {kind} {target}.")


@policy.command("detach")
@_ACCOUNT
@_NAME
@_USER
@_GROUP
@_ROLE
@common
def detach_policy(
    given: Common,
    /,
    account_: str,
    name: str,
    user_: str | None,
    group_: str | None,
    role_: str | None,
) -> None:
    """Take it away again."""
    kind, target = app.target(user_, group_, role_)
    changed(
        given,
        "policy detach",
        account_,
        f"{name} {kind}/{target}",
        lambda work, account: directory.detach(work, account, name, kind, target),
    )
    given.tell(f"{name} is no longer attached to the {kind} {target}.")


@group(epilog="Example: `keylease access-key create acme --user ann`")
@common
def access_key(_given: Common, /) -> None:
    """Access keys: what calls are signed with, of an account itself or of its users."""


@access_key.command("create", epilog="Example: `keylease access-key create acme --user ann`")
@_ACCOUNT
@_USER
@common
def create_access_key(given: Common, /, account_: str, user_: str | None) -> None:
    """Make an access key of a user, or of the account itself; its secret is shown this once."""
    with given.deployment() as deployment:
        key_id, secret = app.create_access_key(deployment, account_, user_ or "")
    shown = {"access_key_id": key_id, "access_key_secret": secret}
    if given.json:
        document(shown)
        return
    details(shown)
    note("The secret is not shown again.")


@access_key.command("list")
@_ACCOUNT
@_USER
@common
def list_access_keys(given: Common, /, account_: str, user_: str | None) -> None:
    """The access keys of a user, or of the account itself, oldest first."""
    with given.deployment() as deployment, deployment.database.read() as work:
        account = find_account(work, account_).id
        found = work.ram.access_keys(account, [user_ or ""])
    if given.json:
        document(
            [
                {"access_key_id": one.id, "active": one.active, "created_at": iso(one.created_at)}
                for one in found
            ]
        )
        return
    rows = [(one.id, "active" if one.active else "disabled", iso(one.created_at)) for one in found]
    table(("ACCESS KEY ID", "STATE", "CREATED"), rows, "There are no access keys.")


@access_key.command("disable")
@_ACCOUNT
@_KEY
@common
def disable_access_key(given: Common, /, account_: str, access_key: str) -> None:
    """Let nobody sign in with it any more; it can be enabled again."""
    with given.deployment() as deployment:
        app.set_access_key(deployment, account_, access_key, active=False)
    given.tell(f"{access_key} is disabled.")


@access_key.command("enable")
@_ACCOUNT
@_KEY
@common
def enable_access_key(given: Common, /, account_: str, access_key: str) -> None:
    """Let it sign in again."""
    with given.deployment() as deployment:
        app.set_access_key(deployment, account_, access_key, active=True)
    given.tell(f"{access_key} is enabled.")


@access_key.command("delete")
@_ACCOUNT
@_KEY
@common
def delete_access_key(given: Common, /, account_: str, access_key: str) -> None:
    """Remove an access key that is disabled, for ever."""
    with given.deployment() as deployment:
        app.delete_access_key(deployment, account_, access_key)
    given.tell(f"{access_key} is gone.")


def _write(
    given: Common, account_: str, name: str, file: Path, description: str, *, new: bool
) -> None:
    text = read_text(file)
    operation = "policy create" if new else "policy update"
    changed(
        given,
        operation,
        account_,
        name,
        lambda work, account: directory.write_policy(
            work, account, name, text, description, new=new
        ),
    )
    given.tell(f"The policy {name} is written.")
