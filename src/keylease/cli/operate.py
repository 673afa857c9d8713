"""``keylease mail``, ``agenda`` and ``audit``."""

import click

from keylease.cli.common import Common, common, group
from keylease.cli.output import document, findings, table
from keylease.core.clock import iso, local_text

LIST_MAX = 100_000


@group(epilog="Example: `keylease mail list --account acme`")
@common
def mail(_given: Common, /) -> None:
    """Mail: the letters that were written."""


@mail.command("list")
@click.option("--account", help="Only those of this account (id or name).")
@common
def mail_list(given: Common, /, account: str | None) -> None:
    """The letters, by the moment they were due."""
    from keylease.app.accounts import find_account

    with given.deployment() as deployment, deployment.database.read() as work:
        account_id = find_account(work, account).id if account else None
        found, _ = work.letters.page(account_id, 0, LIST_MAX)
    if given.json:
        document(
            [
                {
                    "to": one.letter.to,
                    "kind": one.letter.kind.value,
                    "subject": one.letter.subject,
                    "due_at": iso(one.letter.due_at),
                    "sent_at": None if one.sent_at is None else iso(one.sent_at),
                    "instance_id": one.letter.instance_id,
                    "message_id": one.letter.message_id,
                    "text": one.letter.text,
                }
                for one in found
            ]
        )
        return
    rows = [
        (
            local_text(one.letter.due_at),
            one.letter.kind.value,
            one.state,
            one.letter.to or "(no address)",
            one.letter.subject,
        )
        for one in found
    ]
    table(("DUE (UTC+8)", "KIND", "STATE", "TO", "SUBJECT"), rows, "No letters were written yet.")


@group(epilog="Example: `keylease agenda list --limit 20`")
@common
def agenda(_given: Common, /) -> None:
    """The agenda: what is due, and when."""


@agenda.command("list")
@click.option("--limit", type=click.IntRange(1, LIST_MAX), default=100, help="How many (100).")
@common
def agenda_list(given: Common, /, limit: int) -> None:
    """What is still to come and what failed, by its moment."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found, total = work.agenda.page(("pending", "failed"), limit)
    if given.json:
        document(
            [
                {
                    "kind": one.appointment.kind,
                    "subject": one.appointment.subject,
                    "due_at": iso(one.appointment.due),
                    "state": one.state,
                    "attempts": one.attempts,
                }
                for one in found
            ]
        )
        return
    rows = [
        (local_text(one.appointment.due), one.appointment.kind, one.appointment.subject, one.state)
        for one in found
    ]
    table(("DUE (UTC+8)", "KIND", "SUBJECT", "STATE"), rows, "Nothing is due.", total)


@group(epilog="Example: `keylease audit list --account acme`")
@common
def audit(_given: Common, /) -> None:
    """The audit trail: who called what; whether it is whole."""


@audit.command("list")
@click.option("--account", help="Only those of this account (id or name).")
@click.option("--limit", type=click.IntRange(1, LIST_MAX), default=50, help="How many (50).")
@common
def audit_list(given: Common, /, account: str | None, limit: int) -> None:
    """The newest calls."""
    from keylease.app.accounts import find_account
    from keylease.app.trail import newest_records

    with given.deployment() as deployment:
        account_id = None
        if account:
            with deployment.database.read() as work:
                account_id = find_account(work, account).id
        found = newest_records(deployment, account_id, limit)
    if given.json:
        document(
            [
                {
                    "at": iso(one.at),
                    "account_id": one.account_id,
                    "principal": one.principal,
                    "access_key_id": one.access_key_id,
                    "operation": one.operation,
                    "region": one.region,
                    "resource": one.resource,
                    "outcome": one.outcome,
                    "peer": one.peer,
                    "request_id": one.request_id,
                }
                for one in found
            ]
        )
        return
    rows = [(local_text(o.at), o.account_id, o.operation, o.resource, o.outcome) for o in found]
    table(
        ("AT (UTC+8)", "ACCOUNT", "OPERATION", "RESOURCE", "OUTCOME"),
        rows,
        "Nothing was called yet.",
    )


@audit.command("verify")
@common
def audit_verify(given: Common, /) -> None:
    """Check every chain of the trail, its anchors and its end."""
    from keylease.app.trail import verify_trail

    with given.deployment() as deployment:
        found = verify_trail(deployment)
    shown = [{"writer": one.writer, "seq": one.seq, "text": one.text} for one in found]
    findings(shown, "The audit trail is whole.", as_json=given.json)


COMMANDS = (mail, agenda, audit)
