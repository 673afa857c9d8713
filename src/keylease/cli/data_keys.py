"""``keylease data-key``."""

import click

from keylease.app import data_keys as app
from keylease.cli.common import Common, common, group
from keylease.cli.output import document, table
from keylease.core.clock import iso, local_text
from keylease.custody.data_keys import DataKeyVersion


@group(epilog="Example: `keylease data-key create acme orders --key key-…`")
@common
def data_key(_given: Common, /) -> None:
    """Managed data keys: named keys that their owner reads to encrypt with on his own."""


@data_key.command(epilog="Example: `keylease data-key create acme orders --key key-…`")
@click.argument("account")
@click.argument("name")
@click.option("--key", required=True, help="The key of an instance that seals it: id or alias.")
@click.option("--region", help="The region (the default region).")
@common
def create(given: Common, /, account: str, name: str, key: str, region: str | None) -> None:
    """Make a data key with its first version."""
    with given.deployment() as deployment:
        made = app.create(deployment, account, region, name, key)
    _tell(given, name, made)


@data_key.command(epilog="Example: `keylease data-key rotate acme orders`")
@click.argument("account")
@click.argument("name")
@click.option("--region", help="The region (the default region).")
@common
def rotate(given: Common, /, account: str, name: str, region: str | None) -> None:
    """Make a version more, with the same key; the others stay."""
    with given.deployment() as deployment:
        made = app.rotate(deployment, account, region, name)
    _tell(given, name, made)


@data_key.command("list", epilog="Example: `keylease data-key list acme`")
@click.argument("account")
@common
def list_data_keys(given: Common, /, account: str) -> None:
    """An account's data keys and their versions."""
    with given.deployment() as deployment:
        found = app.of_account(deployment, account)
    rows = [(of, version) for of in found for version in of.versions]
    if given.json:
        document(
            [
                {
                    "region": of.region,
                    **_shown(of.name, version),
                    "created_at": iso(version.created_at),
                }
                for of, version in rows
            ]
        )
        return
    table(
        ("REGION", "NAME", "VERSION>", "KEY", "CREATED (UTC+8)"),
        [(of.region, of.name, v.number, v.key_id, local_text(v.created_at)) for of, v in rows],
        "There are no data keys.",
    )


def _tell(given: Common, name: str, made: DataKeyVersion) -> None:
    if given.json:
        document(_shown(name, made))
    else:
        click.echo(f"Version {made.number} of {name} is {made.id}, sealed by {made.key_id}.")


def _shown(name: str, version: DataKeyVersion) -> dict[str, object]:
    return {
        "name": name,
        "number": version.number,
        "version_id": version.id,
        "key_id": version.key_id,
    }
