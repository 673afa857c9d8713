"""How the command line talks to people.

* With ``--json``, standard output is exactly one JSON document, or empty; everything else goes to
  standard error.
* Without it, a person reads: tables on a terminal, the same columns plain in a pipe.
* An error is one line on standard error that says what to do. Exit status 1; wrong usage is 2.
* Anything long says how far it is, on standard error, and only on a terminal.
* Secrets are shown once, when they are made, and never again.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from keylease.core.errors import Misuse


def document(value: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def note(text: str) -> None:
    """Tell something that is not the answer."""
    click.echo(text, err=True)


def table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], empty: str, total: int = 0
) -> None:
    """Print rows: a table on a terminal, tab-separated columns in a pipe.

    Columns whose name ends in ``>`` are aligned to the right. ``empty`` is said where no row is;
    where there are more, ``total`` in all, how many are left out.
    """
    if not rows:
        note(empty)
        return
    _print_rows(columns, rows)
    if total > len(rows):
        note(f"… and {total - len(rows)} more")


def details(values: Mapping[str, object]) -> None:
    """Print the names and values of one thing, a line each."""
    _print_rows(("", ""), list(values.items()))


def _print_rows(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if not sys.stdout.isatty():
        header = [tuple(name.rstrip(">") for name in columns)] if any(columns) else []
        for row in (*header, *rows):
            click.echo("\t".join(_shown(cell) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, header_style="bold", pad_edge=False, show_header=any(columns))
    for name in columns:
        drawn.add_column(name.rstrip(">"), justify="right" if name.endswith(">") else "left")
    for row in rows:
        drawn.add_row(*(Text(_shown(cell)) for cell in row))
    Console().print(drawn)


def findings(shown: Sequence[Mapping[str, object]], good: str, *, as_json: bool) -> None:
    """Print what a check found; Misuse, for the exit status, if that is anything."""
    if as_json:
        document({"findings": shown})
    elif not shown:
        click.echo(good)
    else:
        table(tuple(shown[0]), [tuple(one.values()) for one in shown], good)
    if shown:
        raise Misuse("There are {number} findings.", number=len(shown))


def _shown(cell: object) -> str:
    """Printable: what customers send must not move the cursor or end the line."""
    return "".join(c if c.isprintable() else "�" for c in str(cell))


class Progress:
    """One line on standard error that is written over; silent where nobody watches."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()
        self._shown = False

    def show(self, text: str) -> None:
        """Write over the line."""
        if self._watched:
            click.echo(f"\r\x1b[K{text}", err=True, nl=False)
            self._shown = True

    def end(self) -> None:
        """Clear the line."""
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
