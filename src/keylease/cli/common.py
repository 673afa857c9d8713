"""Options that every command takes, before or after its name, and opening the deployment."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import Settings, read_settings
from keylease.cli.output import note
from keylease.core.errors import Misuse


@dataclass
class Common:
    """The options in force."""

    data: str | None = None
    database: str | None = None
    json: bool = False

    def settings(self, **flags: Any) -> Settings:
        """The settings with these flags."""
        return read_settings({"data": self.data, "database": self.database, **flags})

    @contextmanager
    def deployment(self) -> Iterator[Deployment]:
        """The opened deployment."""
        opened = open_deployment(self.settings())
        try:
            yield opened
        finally:
            opened.close()

    def tell(self, text: str) -> None:
        """Say a sentence to people; nothing where a program reads."""
        if not self.json:
            note(text)


_OPTIONS = (
    click.option("--data", metavar="DIR", help="Data directory (default: $KEYLEASE_DATA)."),
    click.option("--database", metavar="URL", help="PostgreSQL instead of the SQLite file."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
)


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the common options and hand it a `Common` as its first argument."""

    @click.pass_context
    @wraps(command)
    def wrapped(
        context: click.Context,
        /,
        *arguments: Any,
        data: str | None,
        database: str | None,
        as_json: bool,
        **options: Any,
    ) -> Any:
        given = context.ensure_object(Common)
        given.data = data or given.data
        given.database = database or given.database
        given.json = as_json or given.json
        return command(given, *arguments, **options)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


def read_text(file: Path) -> str:
    """A file's text; Misuse if it is not UTF-8."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise Misuse("{file} is not UTF-8 text.", file=file) from None


Headings = Mapping[str, Sequence[str]]


class Group(click.Group):
    """A group whose help tells what each command does in full, under headings if there are any.

    ``headings`` names the commands below each; those that no heading names are not shown.
    """

    def __init__(self, *given: Any, headings: Headings | None = None, **options: Any) -> None:
        super().__init__(*given, **options)
        self.headings = headings or {}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, wrapped and not cut off."""
        shown = [name for name in self.list_commands(ctx) if not self.commands[name].hidden]
        for heading, names in (self.headings or {"Commands": shown}).items():
            with formatter.section(heading):
                formatter.write_dl(
                    [(name, _first_paragraph(self.commands[name])) for name in names]
                )


def _first_paragraph(command: click.Command) -> str:
    return " ".join((command.help or "").split("\n\n")[0].split())


def group(*, epilog: str) -> Callable[[Callable[..., Any]], Group]:
    """Make a group of commands; its help ends with an example."""
    return click.group(cls=Group, epilog=epilog)
