"""``keylease renewal``."""

from collections.abc import Sequence

import click

from keylease.access.accounts import Account
from keylease.app import renewals as app
from keylease.billing.renewals.model import RenewalMode
from keylease.billing.renewals.unify import DAYS
from keylease.cli.common import Common, common, group
from keylease.cli.output import document, note, table
from keylease.core.clock import iso, local_text
from keylease.core.money import amount_for_people, amount_text
from keylease.lifecycle.unify import Unification


@group(epilog="Example: `keylease renewal unify acme --day 12`")
@common
def renewal(_given: Common, /) -> None:
    """Renewals: how instances are renewed, one day for all, taking one back."""


@renewal.command("set", epilog="Example: `keylease renewal set acme AutoRenewal kst-… --months 1`")
@click.argument("account")
@click.argument("mode", type=click.Choice([one.value for one in RenewalMode]))
@click.argument("instances", metavar="INSTANCE...", nargs=-1, required=True)
@click.option("--months", type=click.IntRange(1), help="How much AutoRenewal renews at a time.")
@common
def set_renewal(
    given: Common, /, account: str, mode: str, instances: tuple[str, ...], months: int | None
) -> None:
    """Set how instances are renewed: all of them, or none."""
    with given.deployment() as deployment:
        app.set_renewal(deployment, account, instances, mode, months)
    if given.json:
        document([{"instance_id": one, "mode": mode, "months": months} for one in instances])
    else:
        click.echo(f"{mode} is set for {', '.join(instances)}.")


@renewal.command()
@click.argument("account")
@click.argument("instance")
@click.argument("order_id", metavar="ORDER")
@common
def cancel(given: Common, /, account: str, instance: str, order_id: str) -> None:
    """Give back the latest renewal that has not begun; service goes on until the end before it."""
    with given.deployment() as deployment:
        receipt, back = app.cancel_renewal(deployment, account, instance, order_id)
    if given.json:
        shown = {"order_id": receipt.order_id, "instance_id": instance}
        document(shown | {"amount": amount_text(back.amount)})
    else:
        amount = amount_for_people(back.amount, back.currency)
        click.echo(f"Refund {receipt.order_id}: {amount} went back to the balance.")


@renewal.command(epilog="Example: `keylease renewal unify acme --day 12`")
@click.argument("account")
@click.argument("instances", metavar="[INSTANCE]...", nargs=-1)
@click.option("--day", type=click.IntRange(DAYS[0], DAYS[-1]), required=True, help="Of a month.")
@click.option("--pay", is_flag=True, help="Do it; without this, only show what it would cost.")
@common
def unify(
    given: Common, /, account: str, instances: tuple[str, ...], day: int, *, pay: bool
) -> None:
    """Renew instances so that all end on the same day of a month, at 00:00:00 UTC+8.

    Each is renewed by at least one month. Without ids: every subscription that runs. All or none.
    """
    with given.deployment() as deployment:
        if pay:
            owner, made = app.pay_unification(deployment, account, instances, day)
            found = [one for one, _ in made]
            orders: list[str] = [receipt.order_id for _, receipt in made]
        else:
            with deployment.database.read() as work:
                owner, found = app.preview_unification(work, account, instances, day)
            orders = [""] * len(found)
    _print(given, owner, found, orders)
    if not pay and not given.json:
        note("Nothing was renewed. To do it, give --pay.")


def _print(
    given: Common, owner: Account, found: Sequence[Unification], orders: Sequence[str]
) -> None:
    total = sum(one.offer.price.payable_amount for one in found)
    rows = [
        {
            "instance_id": one.instance.id,
            "old_end": iso(one.instance.end),
            "new_end": iso(one.new_end),
            "months": one.extension.months,
            "days": one.extension.days,
            "amount": amount_text(one.offer.price.payable_amount),
            "order_id": order or None,
        }
        for one, order in zip(found, orders, strict=True)
    ]
    if given.json:
        document(
            {
                "account_id": owner.id,
                "currency": owner.currency,
                "amount": amount_text(total),
                "instances": rows,
            }
        )
        return
    table(
        ("INSTANCE", "OLD END (UTC+8)", "NEW END (UTC+8)", "MONTHS>", "DAYS>", "AMOUNT>", "ORDER"),
        [
            (
                row["instance_id"],
                local_text(one.instance.end),
                local_text(one.new_end),
                row["months"],
                row["days"],
                amount_for_people(one.offer.price.payable_amount, owner.currency),
                row["order_id"] or "-",
            )
            for one, row in zip(found, rows, strict=True)
        ],
        "No subscription of this account runs.",
    )
    note(f"Together {amount_for_people(total, owner.currency)}.")
