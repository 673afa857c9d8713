"""What the command line says about itself."""

from collections.abc import Iterator

import click
import pytest

from keylease.app.settings import SETTINGS
from keylease.cli.main import cli


def commands(group: click.Group, path: str = "keylease") -> Iterator[tuple[str, click.Command]]:
    for name, one in group.commands.items():
        if not one.hidden:
            yield f"{path} {name}", one
            if isinstance(one, click.Group):
                yield from commands(one, f"{path} {name}")


COMMANDS = dict(commands(cli))
GROUPS = {path: one for path, one in COMMANDS.items() if isinstance(one, click.Group)}


def help_of(path: str, width: int = 80) -> str:
    """As the program shows it; click keeps the first help option that a command was asked for."""
    names = cli.context_settings["help_option_names"]
    context = click.Context(
        COMMANDS[path], info_name=path, terminal_width=width, help_option_names=names
    )
    return COMMANDS[path].get_help(context)


def test_every_command_that_people_are_shown_stands_under_one_heading() -> None:
    named = [name for names in cli.headings.values() for name in names]
    assert sorted(named) == sorted(name for name, one in cli.commands.items() if not one.hidden)


@pytest.mark.parametrize("path", GROUPS)
def test_the_help_of_a_group_ends_with_an_example_of_it(path: str) -> None:
    last = " ".join(help_of(path).split("\n\n")[-1].split())
    assert last.startswith(f"Example: `{path} ")


@pytest.mark.parametrize("path", COMMANDS)
def test_help_is_not_cut_off_and_names_no_variable(path: str) -> None:
    said = help_of(path)
    assert "..." not in said.replace("[ARGS]...", "").replace("INSTANCE...", "").replace("]...", "")
    assert "_ " not in said
    assert COMMANDS[path].help, "says what it does"


def test_flags_take_what_their_settings_take() -> None:
    flags = {one.name: one.type for one in COMMANDS["keylease serve"].params}
    settings = [one for one in SETTINGS if one.metadata["choices"] and one.name in flags]
    assert {one.name for one in settings} == {"quotas", "smtp_tls"}
    for setting in settings:
        taken = flags[setting.name]
        assert isinstance(taken, click.Choice)
        assert tuple(taken.choices) == setting.metadata["choices"]
