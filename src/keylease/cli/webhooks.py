"""``keylease webhook``."""

import click

from keylease.app import webhooks as app
from keylease.cli.common import Common, common, group
from keylease.cli.output import details, document, note, table
from keylease.core.clock import iso, local_text

LIST_MAX = 100_000
_STATES = ("waiting", "delivered", "failed")


@group(epilog="Example: `keylease webhook deliveries --failed`")
@common
def webhook(_given: Common, /) -> None:
    """Webhooks: the events of letters, told to programs."""


@webhook.command(
    epilog="Example: `keylease webhook add https://ops.example/hook --events purchase,renewal`"
)
@click.argument("url")
@click.option("--account", help="Only events of this account (id or name); without it, of all.")
@click.option("--events", default="all", show_default=True, help="all, or kinds of letters: a,b,c.")
@common
def add(given: Common, /, url: str, account: str | None, events: str) -> None:
    """Tell events to a URL; the secret of their signatures is shown this once."""
    with given.deployment() as deployment:
        made = app.add_webhook(deployment, url, account, events)
    shown = {"webhook_id": made.webhook.id, "secret": made.secret}
    if given.json:
        document(shown)
        return
    details(shown)
    note("The secret is not shown again.")


@webhook.command("list")
@common
def list_webhooks(given: Common, /) -> None:
    """All webhooks."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found = work.webhooks.all()
    if given.json:
        document(
            [
                {
                    "webhook_id": one.id,
                    "account_id": one.account_id,
                    "url": one.url,
                    "events": one.events,
                    "created_at": iso(one.created_at),
                }
                for one in found
            ]
        )
        return
    rows = [(one.id, one.account_id or "(all)", one.events, one.url) for one in found]
    table(("ID", "ACCOUNT", "EVENTS", "URL"), rows, "There are no webhooks yet.")


@webhook.command()
@click.argument("webhook_id")
@common
def remove(given: Common, /, webhook_id: str) -> None:
    """Remove a webhook, with everything that still waits for it."""
    with given.deployment() as deployment:
        app.remove_webhook(deployment, webhook_id)
    if given.json:
        document({"webhook_id": webhook_id})


@webhook.command()
@click.option("--failed", is_flag=True, help="Only those that were given up.")
@click.option("--limit", type=click.IntRange(1, LIST_MAX), default=100, help="How many (100).")
@common
def deliveries(given: Common, /, failed: bool, limit: int) -> None:  # noqa: FBT001 - click's flag
    """The newest deliveries and what became of them."""
    states = ("failed",) if failed else _STATES
    with given.deployment() as deployment, deployment.database.read() as work:
        found, total = work.webhooks.deliveries(states, limit)
    if given.json:
        document(
            [
                {
                    "delivery_id": one.seq,
                    "webhook_id": one.webhook_id,
                    "event_id": one.event_id,
                    "kind": one.kind,
                    "state": one.state,
                    "attempts": one.attempts,
                    "last_error": one.last_error,
                    "created_at": iso(one.created_at),
                    "delivered_at": None if one.delivered_at is None else iso(one.delivered_at),
                }
                for one in found
            ]
        )
        return
    rows = [
        (
            one.seq,
            local_text(one.created_at),
            one.webhook_id,
            one.kind,
            one.state,
            one.attempts,
            one.last_error,
        )
        for one in found
    ]
    columns = ("ID>", "CREATED (UTC+8)", "WEBHOOK", "KIND", "STATE", "FAILURES>", "LAST ERROR")
    table(columns, rows, "Nothing was to be delivered yet.", total)


@webhook.command()
@click.argument("delivery_id", type=click.IntRange(1))
@common
def redeliver(given: Common, /, delivery_id: int) -> None:
    """Deliver an event once more, under the same event id."""
    with given.deployment() as deployment:
        app.redeliver(deployment, delivery_id)
    if given.json:
        document({"delivery_id": delivery_id})
