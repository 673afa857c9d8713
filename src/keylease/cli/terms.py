"""``keylease terms``."""

from pathlib import Path

import click

from keylease.app.operator_audit import audit_operator
from keylease.app.terms import find_terms
from keylease.billing.legal.model import LANGUAGES, LegalKind
from keylease.cli.common import Common, common, group, read_text
from keylease.cli.output import document, note, table
from keylease.core.clock import iso, local_text

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_KIND = click.Choice([one.value for one in LegalKind])


@group(epilog="Example: `keylease terms show service --language zh`")
@common
def terms(_given: Common, /) -> None:
    """Terms: the texts that customers accept when they order and unsubscribe."""


@terms.command("list")
@common
def list_terms(given: Common, /) -> None:
    """All versions; the newest of each kind is in force."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found = work.legal_texts.versions(LANGUAGES[0])
    if given.json:
        document(
            [
                {"kind": one.kind.value, "version": one.version, "loaded_at": iso(one.loaded_at)}
                for one in found
            ]
        )
        return
    rows = [(o.kind.value, o.version, local_text(o.loaded_at)) for o in found]
    table(("KIND", "VERSION>", "LOADED (UTC+8)"), rows, "There are no texts yet.")


@terms.command()
@click.argument("kind", type=_KIND)
@click.option("--version", type=click.IntRange(1), help="An old one; else the one in force.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], help="en or zh.")
@common
def show(given: Common, /, kind: str, version: int | None, language: str) -> None:
    """A text, as customers read it."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found = find_terms(work, LegalKind(kind), version, language)
    if given.json:
        document(
            {
                "kind": found.kind.value,
                "version": found.version,
                "language": found.language,
                "loaded_at": iso(found.loaded_at),
                "text": found.text,
            }
        )
        return
    click.echo(found.text, nl=False)
    note(f"Version {found.version}.")


@terms.command()
@click.argument("kind", type=_KIND)
@click.option("--en", type=_FILE, required=True, help="The text in English, UTF-8.")
@click.option("--zh", type=_FILE, required=True, help="The text in Chinese, UTF-8.")
@common
def load(given: Common, /, kind: str, en: Path, zh: Path) -> None:
    """Put a new version in force; orders that exist keep the version that they accepted."""
    texts = {"en": read_text(en), "zh": read_text(zh)}
    with given.deployment() as deployment, deployment.database.begin() as work:
        version = work.legal_texts.add(LegalKind(kind), texts)
        audit_operator(work, "terms load", f"{kind} {version}")
    if given.json:
        document({"kind": kind, "version": version})
    else:
        click.echo(f"Version {version} is in force.")
