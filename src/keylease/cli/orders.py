"""``keylease order``."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from keylease.app import orders as app
from keylease.billing.orders.model import Order, OrderType
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.refunds.quote import RefundLine
from keylease.cli.common import Common, common, group
from keylease.cli.output import details, document, table
from keylease.core.clock import iso, local_text, time_for_people
from keylease.core.money import amount_for_people, amount_text, factor_text

LIST_MAX = 10_000

#: Moments of an order, in the order in which they come.
_MOMENTS = ("created_at", "pay_until", "paid_at", "start", "end", "ended_at")


@group(epilog="Example: `keylease order list --account acme --status Unpaid`")
@common
def order(_given: Common, /) -> None:
    """Orders: look at them; make, pay and cancel one for a customer."""


@order.command("list")
@click.option("--account", help="Only those of this account (id or name).")
@click.option("--status", type=click.Choice([one.value for one in PaymentStatus]))
@click.option("--limit", type=click.IntRange(1, LIST_MAX), default=100, help="How many (100).")
@common
def list_orders(given: Common, /, account: str | None, status: str | None, limit: int) -> None:
    """Orders, newest first; those whose time to be paid is over are cancelled."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found, total = app.orders_page(work, account, status, limit)
        now = work.now
    if given.json:
        document([facts(one, now) for one in found])
        return
    rows = [
        (
            one.id,
            local_text(one.created_at),
            one.account_id,
            one.type.value,
            status_of(one, now) or "-",
            one.instance_id,
            amount_for_people(one.payable_amount, one.currency),
        )
        for one in found
    ]
    columns = ("ID", "CREATED (UTC+8)", "ACCOUNT", "TYPE", "STATUS", "INSTANCE", "AMOUNT>")
    table(columns, rows, "There are no such orders.", total)


@order.command()
@click.argument("order_id", metavar="ID")
@common
def show(given: Common, /, order_id: str) -> None:
    """One order: what it changes, what it costs, its term; why a refund is what it is."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found = app.find_order(work, order_id)
        lines = work.orders.refund_lines(found.id)
        now = work.now
    _print(given, found, now, lines)


@order.command(epilog="Example: `keylease order place acme --months 12 --param KeyNum=2000 --json`")
@click.argument("account")
@click.option("--months", type=click.IntRange(1), help="For how long; not for an upgrade.")
@click.option("--instance", "instance_id", help="Renew or upgrade this one; else a new one.")
@click.option("--upgrade", is_flag=True, help="Upgrade the instance instead of renewing it.")
@click.option("--param", "pairs", multiple=True, metavar="CODE=VALUE", help="As CreateInstance's.")
@common
def place(
    given: Common,
    /,
    account: str,
    months: int | None,
    instance_id: str | None,
    pairs: tuple[str, ...],
    *,
    upgrade: bool,
) -> None:
    """Make an order that waits up to 30 minutes to be paid; its amounts are fixed now."""
    if upgrade == (months is not None) or (upgrade and instance_id is None):
        raise click.UsageError("Give --months or, with --instance, --upgrade.")
    wanted = app.Wanted(months or 0, instance_id, _parameters(pairs), upgrade)
    with given.deployment() as deployment:
        made = app.place_order(deployment, account, wanted)
    _print(given, made, made.created_at)
    given.tell(f"Pay it with `keylease order pay {made.id}`.")


@order.command()
@click.argument("order_id", metavar="ID")
@common
def pay(given: Common, /, order_id: str) -> None:
    """Pay an order that waits, from its account's vouchers and balance."""
    with given.deployment() as deployment:
        paid = app.pay_order(deployment, order_id)
    _print(given, paid, paid.paid_at or 0)


@order.command()
@click.argument("order_id", metavar="ID")
@common
def cancel(given: Common, /, order_id: str) -> None:
    """Cancel an order that waits to be paid."""
    with given.deployment() as deployment:
        cancelled = app.cancel_order(deployment, order_id)
    _print(given, cancelled, cancelled.created_at)


def facts(one: Order, now: int) -> dict[str, Any]:
    """An order as one JSON object; a refund has no status. Amounts are decimal text."""
    return {
        "order_id": one.id,
        "account_id": one.account_id,
        "type": one.type.value,
        "status": status_of(one, now),
        "instance_id": one.instance_id,
        "region": one.region,
        "product_type": one.product_type,
        "months": one.months,
        "automatic": one.automatic,
        "currency": one.currency,
        "list_amount": amount_text(one.list_amount),
        "payable_amount": amount_text(one.payable_amount),
        "voucher_amount": amount_text(one.voucher_amount),
        "cash_amount": amount_text(one.cash),
        **{name: _iso(getattr(one, name)) for name in _MOMENTS},
        "order_days": one.order_days,
        "price_book": one.price_book,
        "terms_version": one.terms_version,
        "reason": one.details.get("reason"),
        "configuration": one.configuration,
        "original": one.original,
    }


def status_of(one: Order, now: int) -> str | None:
    """What the API answers as PaymentStatus. facts/billing.md 1."""
    return None if one.type is OrderType.REFUND else one.status_at(now).value


def explained(line: RefundLine) -> dict[str, Any]:
    """How the refund of one order was worked out. Amounts are decimal text."""
    return {
        "order_id": line.order_id,
        "list_amount": amount_text(line.list_amount),
        "cash": amount_text(line.cash),
        "refunded_before": amount_text(line.refunded_before),
        "voucher_amount": amount_text(line.voucher_amount),
        "order_days": line.order_days,
        "used_days": line.used_days,
        "discount_of_used_days": factor_text(line.factor),
        "consumed": amount_text(line.consumed),
        "discount_lost": amount_text(line.discount_lost),
        "refund": amount_text(line.amount),
    }


def _print(given: Common, one: Order, now: int, lines: Sequence[RefundLine] = ()) -> None:
    refunds = [explained(line) for line in lines]
    shown = facts(one, now)
    if given.json:
        document(shown | {"refund_lines": refunds})
        return
    shown |= {name: _time(getattr(one, name)) for name in _MOMENTS}
    after, before = shown.pop("configuration"), shown.pop("original")
    details({name: value for name, value in shown.items() if value not in {None, ""}})
    _show_configuration(after, before or {})
    if refunds:
        table([name.upper() for name in refunds[0]], [tuple(one.values()) for one in refunds], "")


def _show_configuration(after: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    rows = [(name, before.get(name, "-"), value) for name, value in after.items()]
    table(("CONFIGURATION", "BEFORE>", "AFTER>"), rows, "")


def _parameters(pairs: Sequence[str]) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for pair in pairs:
        code, equals, value = pair.partition("=")
        if not equals or code in parameters:
            raise click.UsageError(f"--param {pair!r}: give each as CODE=VALUE, once.")
        parameters[code] = value
    return parameters


def _iso(instant: int | None) -> str | None:
    return None if instant is None else iso(instant)


def _time(instant: int | None) -> str:
    return "" if instant is None else time_for_people(instant)
