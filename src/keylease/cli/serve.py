"""``keylease serve``."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from keylease.app.deployment import FirstSignIn
from keylease.app.settings import choices_of
from keylease.cli.common import Common, common
from keylease.cli.output import note


@click.command(
    epilog="Examples: `keylease serve --demo`, "
    "`keylease serve --clock test=2026-01-31T10:00:00+08:00`, "
    "`keylease serve --database postgresql://localhost/keylease --workers 2`."
)
@click.option("--host", help="Address to listen on (default 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (default 8470; 0 takes a free one).")
@click.option("--http-port", type=int, help="With TLS: a further port for plain HTTP.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that serve (default 1).")
@click.option("--clock", metavar="real|test[=ISO]", help="Kind of clock of an empty directory.")
@click.option("--demo", is_flag=True, help="A test clock and an account with 10,000.00 to spend.")
@click.option("--tls", metavar="off|auto|CERT,KEY", help="TLS on this port (default off).")
@click.option("--quotas", type=click.Choice(choices_of("quotas")), help="Request quotas.")
@click.option("--smtp-host", help="Mail server for letters.")
@click.option("--smtp-port", type=int, help="Its port (default 25).")
@click.option("--smtp-tls", type=click.Choice(choices_of("smtp_tls")), help="TLS to it.")
@click.option("--smtp-user", help="Login there; its password is $KEYLEASE_SMTP_PASSWORD.")
@click.option("--smtp-sender", help="Sender of letters.")
@common
def serve(given: Common, /, clock: str | None, *, demo: bool, **flags: Any) -> None:
    """Serve everything on one port; print ``Ready: URL`` when it does."""
    from keylease.app import serve as app

    tell = app.Announcements(_first_sign_in, _demo, _plain, _ready)
    app.serve(given.settings(**flags), clock, demo=demo, tell=tell)


@click.command(hidden=True)
@click.argument("fds", nargs=-1, type=int)
@common
def serve_worker(_given: Common, /, fds: Sequence[int]) -> None:
    """One of several serving processes; started by ``serve``."""
    from keylease.app import serve as app

    app.serve_as_worker(fds)


def _first_sign_in(first: FirstSignIn) -> None:
    note(f"Operator's sign-in, shown this once: {first.user} / {first.password}")


def _demo(lines: Sequence[str]) -> None:
    note("")
    for line in lines:
        click.echo(line)
    note("")


def _plain(url: str) -> None:
    note(f"Plain HTTP: {url}")


def _ready(url: str) -> None:
    click.echo(f"Ready: {url}")
    sys.stdout.flush()
