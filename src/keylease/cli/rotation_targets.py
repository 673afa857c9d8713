"""``keylease rotation-target``."""

import click

from keylease.cli.common import Common, common, group
from keylease.cli.output import document, table
from keylease.core.clock import iso, local_text
from keylease.custody.secrets.targets import KINDS


@group(epilog="Example: `keylease rotation-target list`")
@common
def rotation_target(_given: Common, /) -> None:
    """The databases whose passwords are rotated with their secrets."""


@rotation_target.command(
    epilog="Example: `keylease rotation-target add ada pg-1 postgresql -`, then type the URL"
)
@click.argument("account")
@click.argument("target_id", metavar="ID")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("url")
@common
def add(given: Common, /, account: str, target_id: str, kind: str, url: str) -> None:
    """Tell where a database is, with a role that may change passwords; - reads the URL.

    Secrets name it by ID in DBInstanceId. The URL is kept encrypted and never shown.
    """
    from keylease.app import rotation as app

    if url == "-":
        url = click.prompt("URL", hide_input=True, err=True)
    with given.deployment() as deployment:
        app.add_target(deployment, account, target_id, kind, url)
    if given.json:
        document({"target_id": target_id})


@rotation_target.command("list")
@common
def list_targets(given: Common, /) -> None:
    """All targets, without how to get into them."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found = work.rotation_targets.all()
    if given.json:
        document(
            [
                {
                    "account_id": one.account_id,
                    "target_id": one.id,
                    "kind": one.kind,
                    "created_at": iso(one.created_at),
                }
                for one in found
            ]
        )
        return
    rows = [(one.account_id, one.id, one.kind, local_text(one.created_at)) for one in found]
    table(("ACCOUNT", "ID", "KIND", "CREATED (UTC+8)"), rows, "There are no targets yet.")


@rotation_target.command()
@click.argument("account")
@click.argument("target_id", metavar="ID")
@common
def remove(given: Common, /, account: str, target_id: str) -> None:
    """Forget a database; secrets that name it do not rotate any more."""
    from keylease.app import rotation as app

    with given.deployment() as deployment:
        app.remove_target(deployment, account, target_id)
    if given.json:
        document({"target_id": target_id})
