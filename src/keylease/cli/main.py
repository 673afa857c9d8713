"""The program ``keylease``: its commands, and what becomes of errors."""

import logging
import os
import sys
from typing import Any, NoReturn

import click
import structlog
from sqlalchemy.exc import SQLAlchemyError

from keylease import __version__
from keylease.cli import (
    accounts,
    backups,
    bills,
    books,
    clock,
    data_keys,
    logs,
    money,
    operate,
    orders,
    permissions,
    prices,
    ram,
    renewals,
    rotation_targets,
    seal,
    serve,
    terms,
    tickets,
    usage,
    vouchers,
    webhooks,
)
from keylease.cli.common import Common, Group, common
from keylease.core.errors import Misuse, Refusal, Unreachable

#: What people are shown, from what everybody needs to what few do.
_HEADINGS = {
    "Run it": ("serve", "clock", "agenda", "mail"),
    "Customers and their money": ("account", "voucher", "bill", "usage", "data-key", "ticket"),
    "Who may do what": ("user", "group", "role", "policy", "access-key"),
    "Selling": ("prices", "terms", "order", "renewal"),
    "Look after it": (
        "backup",
        "books",
        "audit",
        "logs",
        "seal",
        "webhook",
        "rotation-target",
    ),
}


@click.group(
    cls=Group,
    headings=_HEADINGS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=(
        "Start with `keylease serve --demo`: a test clock, an account with a balance, and the "
        "lines to paste for the official SDKs."
    ),
)
@click.version_option(__version__, prog_name="keylease")
@common
def cli(_given: Common) -> None:
    """A key management service sold by subscription, in one program."""


cli.add_command(serve.serve)
cli.add_command(serve.serve_worker)
cli.add_command(accounts.account)
cli.add_command(backups.backup)
cli.add_command(clock.clock)
cli.add_command(prices.prices)
cli.add_command(bills.bill)
cli.add_command(orders.order)
cli.add_command(renewals.renewal)
cli.add_command(terms.terms)
cli.add_command(seal.seal)
cli.add_command(books.books)
cli.add_command(webhooks.webhook)
cli.add_command(rotation_targets.rotation_target)
cli.add_command(usage.usage)
cli.add_command(logs.logs)
cli.add_command(data_keys.data_key)
cli.add_command(vouchers.voucher)
cli.add_command(tickets.ticket)
cli.add_command(ram.user)
cli.add_command(ram.ram_group, "group")
cli.add_command(ram.role)
cli.add_command(permissions.policy)
cli.add_command(permissions.access_key)
for one in money.COMMANDS:
    accounts.account.add_command(one)
for one in operate.COMMANDS:
    cli.add_command(one)


def main() -> NoReturn:
    """Run the program: exit status 0, 1 for an error, 2 for wrong usage."""
    os.umask(0o077)  # what is made here is nobody else's to read
    _log_to_stderr()
    try:
        status = cli.main(prog_name="keylease", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.UsageError as error:
        _say(error.format_message())
        sys.exit(2)
    except (Misuse, Refusal) as error:
        _say(str(error))
        sys.exit(1)
    except click.ClickException as error:
        _say(error.format_message())
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except (SQLAlchemyError, Unreachable) as error:
        cause = error.__cause__ or error
        cause = getattr(cause, "orig", None) or cause
        _say(f"The database does not answer as it should: {cause}")
        sys.exit(1)
    except OSError as error:
        _say(str(error))
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _say(text: str) -> None:
    click.echo("Error: " + " ".join(text.split()), err=True)


def _log_to_stderr() -> None:
    """Structured lines for machines, the plainest ones on a terminal; never a local variable."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
