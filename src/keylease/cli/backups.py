"""``keylease backup``."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from keylease.cli.common import Common, common, group
from keylease.cli.output import Progress, details, document, note, table
from keylease.core.clock import iso, local_text
from keylease.core.errors import Misuse
from keylease.crypto.secret import SecretBytes
from keylease.custody.backups.model import Backup

LIST_MAX = 100_000
_SKIPPED_SHOWN = 20

_PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the passphrase in its first line; without it, it is asked for.",
)


@group(epilog="Example: `keylease backup create kst-hzz…`")
@common
def backup(_given: Common, /) -> None:
    """Backups: what instances hold, kept beyond them."""


@backup.command(epilog="Example: `keylease backup create kst-hzz…`")
@click.argument("instance")
@common
def create(given: Common, /, instance: str) -> None:
    """Back up an instance now."""
    from keylease.app import backups as app

    with given.deployment() as deployment, _progress("backed up") as show:
        made = app.create(deployment, instance, show)
    _print(given, made)


@backup.command("list")
@click.option("--account", help="Only those of this account (id or name).")
@common
def list_backups(given: Common, /, account: str | None) -> None:
    """All backups, newest first."""
    from keylease.app.accounts import find_account

    with given.deployment() as deployment, deployment.database.read() as work:
        account_id = find_account(work, account).id if account else None
        found, total = work.backups.page(account_id, work.now, 0, LIST_MAX)
    if given.json:
        document([_document(one) for one in found])
        return
    rows = [
        (
            one.id,
            local_text(one.created_at),
            one.kind.value,
            one.instance_id,
            one.keys,
            one.secrets,
            "" if one.expires_at is None else local_text(one.expires_at),
        )
        for one in found
    ]
    columns = ("BACKUP", "MADE (UTC+8)", "KIND", "INSTANCE", "KEYS>", "SECRETS>", "UNTIL (UTC+8)")
    table(columns, rows, "There are no backups.", total)


@backup.command(epilog="Example: `keylease backup restore bk-… --into kst-shh…`")
@click.argument("backup_id", metavar="BACKUP")
@click.option("--into", required=True, metavar="INSTANCE", help="A running, enabled instance.")
@click.option("--dry-run", is_flag=True, help="Only say what would be restored.")
@common
def restore(given: Common, /, backup_id: str, into: str, dry_run: bool) -> None:  # noqa: FBT001 - click's flag
    """Restore keys and secrets into a software instance of the same owner.

    Ids are kept where they are free; what is taken is left alone and named. Doing it again changes
    nothing, or finishes what was interrupted.
    """
    from keylease.app import backups as app

    with given.deployment() as deployment, _progress("restored") as show:
        done = app.restore(deployment, backup_id, into, show, dry_run=dry_run)
    shown: dict[str, Any] = {
        "backup_id": backup_id,
        "instance_id": into,
        "keys": done.keys,
        "key_versions": done.key_versions,
        "secrets": done.secrets,
        "secret_versions": done.secret_versions,
        "present": done.present,
        "skipped": done.skipped,
    }
    if given.json:
        document(shown)
        return
    details({name: len(done.skipped) if name == "skipped" else shown[name] for name in shown})
    for one in done.skipped[:_SKIPPED_SHOWN]:
        note(f"Skipped, because it is taken: {one}")
    if len(done.skipped) > _SKIPPED_SHOWN:
        note(f"… and {len(done.skipped) - _SKIPPED_SHOWN} more; see --json")


@backup.command(epilog="Example: `keylease backup export bk-… acme.backup`")
@click.argument("backup_id", metavar="BACKUP")
@click.argument("file", type=click.Path(path_type=Path))
@_PASSPHRASE_FILE
@common
def export(given: Common, /, backup_id: str, file: Path, passphrase_file: Path | None) -> None:
    """Write a backup to one file, sealed under a passphrase."""
    from keylease.app.backup_files import export_backup

    passphrase = _passphrase(passphrase_file, confirm=True)
    with given.deployment() as deployment, _progress("parts written") as show:
        made = export_backup(deployment, backup_id, file, passphrase, show)
    if given.json:
        document({"backup_id": made.id, "file": str(file), "bytes": file.stat().st_size})


@backup.command("import", epilog="Example: `keylease backup import acme.backup --account acme`")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", required=True, help="Whose backup it is to be (id or name).")
@_PASSPHRASE_FILE
@common
def import_(given: Common, /, file: Path, account: str, passphrase_file: Path | None) -> None:
    """Take a backup from a file, to be restored for an account of this installation."""
    from keylease.app.backup_files import import_backup

    passphrase = _passphrase(passphrase_file)
    with given.deployment() as deployment, _progress("read") as show:
        made = import_backup(deployment, file, passphrase, account, show)
    _print(given, made)


@backup.command(epilog="Example: `keylease backup verify acme.backup`")
@click.argument("target", metavar="BACKUP_OR_FILE")
@_PASSPHRASE_FILE
@common
def verify(given: Common, /, target: str, passphrase_file: Path | None) -> None:
    """Open everything in a backup or a file, and compare counts and digests."""
    from keylease.app import backups as app
    from keylease.app.backup_files import verify_file

    with _progress("opened") as show:
        if Path(target).exists():
            found = verify_file(Path(target), _passphrase(passphrase_file), show)
        else:
            with given.deployment() as deployment:
                found = app.verify(deployment, target, show)
    shown = {
        "backup_id": found.backup_id,
        "keys": found.keys,
        "key_versions": found.key_versions,
        "secrets": found.secrets,
        "secret_versions": found.secret_versions,
        "digest": found.digest.hex(),
    }
    if given.json:
        document(shown)
    else:
        details(shown)
        note("Everything in it opens.")


@backup.command()
@click.argument("backup_id", metavar="BACKUP")
@common
def delete(given: Common, /, backup_id: str) -> None:
    """Destroy a backup; an automatic one once its instance is released."""
    from keylease.app import backups as app

    with given.deployment() as deployment:
        app.delete(deployment, backup_id)
    if given.json:
        document({"backup_id": backup_id})


def _document(one: Backup) -> dict[str, Any]:
    return {
        "backup_id": one.id,
        "account_id": one.account_id,
        "region": one.region,
        "instance_id": one.instance_id,
        "instance_name": one.instance_name,
        "kind": one.kind.value,
        "edition": one.edition.value,
        "created_at": iso(one.created_at),
        "checked_at": iso(one.checked_at),
        "expires_at": None if one.expires_at is None else iso(one.expires_at),
        "keys": one.keys,
        "secrets": one.secrets,
        "bytes": one.size,
        "digest": one.digest.hex(),
    }


def _print(given: Common, made: Backup) -> None:
    if given.json:
        document(_document(made))
    else:
        details(_document(made))


@contextmanager
def _progress(what: str) -> Iterator[Any]:
    """Says how far it is, on a terminal."""
    line = Progress()
    try:
        yield lambda done: line.show(f"{done:,} {what}")
    finally:
        line.end()


def _passphrase(file: Path | None, *, confirm: bool = False) -> SecretBytes:
    """The passphrase: of a file, asked for on a terminal, or the first line of standard input."""
    if file is not None:
        text = file.read_bytes()
    elif sys.stdin.isatty():
        asked = click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
        text = str(asked).encode()
    else:
        text = sys.stdin.buffer.readline()
    passphrase = text.split(b"\n")[0].rstrip(b"\r")
    if not passphrase:
        raise Misuse("The passphrase is empty: give one.")
    return SecretBytes(passphrase)
