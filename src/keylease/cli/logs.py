"""``keylease logs``."""

import json
from typing import Any

import click

from keylease.app import call_log as app
from keylease.app.clock import parse_moment
from keylease.cli.common import Common, common, group
from keylease.cli.output import document, note, table
from keylease.core.clock import local_text
from keylease.records.call_log import LogQuestion

LIMIT_MAX = 1_000

#: After every moment.
_FOR_EVER = 2**40


@group(epilog="Example: `keylease logs query kst-… --status 403 --limit 20`")
@common
def logs(_given: Common, /) -> None:
    """Log analysis: the calls that an instance handled, where that was bought."""


@logs.command(
    epilog="Example: `keylease logs query kst-… --from 2026-01-31T00:00:00+08:00 --api Decrypt`"
)
@click.argument("instance")
@click.option("--from", "since", help="The first moment, with its offset.")
@click.option("--to", "until", help="The moment before which entries are.")
@click.option("--api", help="The operation.")
@click.option("--status", type=click.IntRange(100, 599), help="The HTTP status.")
@click.option("--principal", help="Who called: an account id, or a name below it.")
@click.option("--key", "resource", help="The id of the key, or the name of the secret.")
@click.option("--access-key", help="The access key id.")
@click.option("--request", "request_id", help="The RequestId.")
@click.option("--limit", type=click.IntRange(1, LIMIT_MAX), default=100, help="How many (100).")
@click.option("--after", help="Where to go on: what the answer before ended with.")
@common
def query(
    given: Common,
    /,
    instance: str,
    since: str | None,
    until: str | None,
    request_id: str | None,
    limit: int,
    after: str | None,
    **chosen: Any,
) -> None:
    """The newest entries first; with --json all fields of each."""
    asked = LogQuestion(
        instance,
        parse_moment(since) if since else 0,
        parse_moment(until) if until else _FOR_EVER,
        request=request_id,
        after=app.parse_place(after) if after else None,
        **chosen,
    )
    with given.deployment() as deployment:
        found = app.page(deployment, asked, limit)
    entries = [json.loads(one.text) for one in found.entries]
    if given.json:
        document({"entries": entries, "after": found.following})
        return
    rows = [
        (
            local_text(kept.at),
            one["api_name"],
            one["status_code"],
            one["principal_id"],
            one["resource_id"],
            f"{one['duration']} ms",
        )
        for kept, one in zip(found.entries, entries, strict=True)
    ]
    columns = ("TIME (UTC+8)", "API", "STATUS", "PRINCIPAL", "RESOURCE", "DURATION>")
    table(columns, rows, "There are no such entries.")
    if found.following:
        note(f"… and more: --after {found.following}")


@logs.command(epilog="Example: `keylease logs days kst-…`")
@click.argument("instance")
@common
def days(given: Common, /, instance: str) -> None:
    """How many entries each day has, and the bytes that they take."""
    with given.deployment() as deployment:
        found = app.days(deployment, instance)
    if given.json:
        document([{"day": one.day, "entries": one.entries, "bytes": one.size} for one in found])
        return
    rows = [(one.day, f"{one.entries:,}", f"{one.size:,}") for one in found]
    table(("DAY (UTC+8)", "ENTRIES>", "BYTES>"), rows, "There are no entries.")
