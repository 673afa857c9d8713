"""``keylease clock``."""

from typing import Self

import click

from keylease.app import clock as app
from keylease.cli.common import Common, common, group
from keylease.cli.output import Progress, document
from keylease.core.clock import iso, time_for_people


@group(epilog="Example: `keylease clock advance 7d12h`")
@common
def clock(_given: Common, /) -> None:
    """The clock: what it shows; moving a test clock."""


@clock.command()
@common
def show(given: Common, /) -> None:
    """What the clock shows, and its kind."""
    with given.deployment() as deployment:
        now, state = app.show(deployment)
    _print(given, now, state.kind)


@clock.command(epilog="Example: `keylease clock advance 7d12h`")
@click.argument("duration")
@common
def advance(given: Common, /, duration: str) -> None:
    """Move a test clock forward; returns when everything due has happened."""
    seconds = app.parse_duration(duration)
    with given.deployment() as deployment, _progress() as progress:
        now = app.advance(deployment, seconds, progress.moment)
    _print(given, now, "test")


@clock.command("set", epilog="Example: `keylease clock set 2026-03-01T00:00:00+08:00`")
@click.argument("moment")
@common
def set_clock(given: Common, /, moment: str) -> None:
    """Move a test clock forward to a moment; returns when everything due has happened."""
    target = app.parse_moment(moment)
    with given.deployment() as deployment, _progress() as progress:
        now = app.move(deployment, target, progress.moment)
    _print(given, now, "test")


@clock.command()
@common
def freeze(given: Common, /) -> None:
    """Stop a test clock where it is."""
    with given.deployment() as deployment:
        now = app.freeze(deployment)
    _print(given, now, "test")


@clock.command()
@common
def run(given: Common, /) -> None:
    """Let a test clock go on at the pace of the real one."""
    with given.deployment() as deployment:
        now = app.run(deployment)
    _print(given, now, "test")


@clock.command()
@common
def confirm(given: Common, /) -> None:
    """Say that the machine's clock is right after it jumped: releases go on."""
    with given.deployment() as deployment:
        app.confirm(deployment)
        now, state = app.show(deployment)
    _print(given, now, state.kind)


class _progress:  # noqa: N801 - reads as a context at its uses
    def __init__(self) -> None:
        self._line = Progress()

    def __enter__(self) -> Self:
        return self

    def moment(self, instant: int) -> None:
        self._line.show(time_for_people(instant))

    def __exit__(self, *_: object) -> None:
        self._line.end()


def _print(given: Common, now: int, kind: str) -> None:
    if given.json:
        document({"now": iso(now), "kind": kind})
    else:
        click.echo(f"{time_for_people(now)}, a {kind} clock")
