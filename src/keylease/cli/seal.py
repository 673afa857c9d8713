"""``keylease seal``."""

import click

from keylease.cli.common import Common, common, group
from keylease.cli.output import document


@group(epilog="Example: `keylease seal rotate`")
@common
def seal(_given: Common, /) -> None:
    """The seal: the root key under which everything is kept."""


@seal.command()
@common
def rotate(given: Common, /) -> None:
    """Make a new root key and destroy the old one: older copies become useless."""
    from keylease.app.sealing import rotate_seal

    with given.deployment() as deployment:
        fingerprint, count = rotate_seal(deployment)
    if given.json:
        document({"fingerprint": fingerprint, "rewrapped": count})
    else:
        click.echo(f"New root key {fingerprint}; {count} wrapping keys wrapped anew.")
