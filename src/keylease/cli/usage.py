"""``keylease usage``."""

import csv
import sys

import click

from keylease.app import usage as app
from keylease.app.clock import parse_moment
from keylease.billing.usage.model import By
from keylease.billing.usage.records import COLUMNS
from keylease.cli.common import Common, common, group

_BY = {"hour": By.HOUR, "day": By.DAY}


@group(
    epilog="Example: `keylease usage export acme"
    " --from 2026-01-01T00:00:00+08:00 --to 2026-02-01T00:00:00+08:00 > usage.csv`"
)
@common
def usage(_given: Common, /) -> None:
    """Usage: what instances were asked and held, by the hour or the day."""


@usage.command(
    epilog="Example: `keylease usage export acme --from 2026-01-01T00:00:00+08:00 "
    "--to 2026-02-01T00:00:00+08:00 --by day > usage.csv`"
)
@click.argument("account_", metavar="ACCOUNT")
@click.option("--from", "since", required=True, help="The first moment, with its offset.")
@click.option("--to", "until", required=True, help="The moment before which periods end.")
@click.option("--by", type=click.Choice(list(_BY)), default="day", help="hour or day (day).")
@common
def export(given: Common, /, account_: str, since: str, until: str, by: str) -> None:
    """An account's usage as CSV on standard output, row by row as it is read."""
    moments = parse_moment(since), parse_moment(until)
    with given.deployment() as deployment:
        records = app.records(deployment, account_, _BY[by], *moments)
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        for record in records:
            writer.writerow(record.values())
