"""Options that every command takes, before or after its name, and opening the deployment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import Settings, read_settings


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
