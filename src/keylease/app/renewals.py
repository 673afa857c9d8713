"""What the operator does about renewals for a customer: their mode, one day for all, cancelling."""

from collections.abc import Sequence

from keylease.access.accounts import Account
from keylease.app.accounts import find_account
from keylease.app.deployment import Deployment
from keylease.app.operator_audit import audit_operator
from keylease.billing.refunds.quote import RefundQuote
from keylease.core.errors import Misuse
from keylease.lifecycle import refund, renewal, unify
from keylease.lifecycle.checkout import Receipt
from keylease.lifecycle.listing import SubscriptionFilter
from keylease.lifecycle.unify import Unification
from keylease.storage.unit_of_work import UnitOfWork

INSTANCES_MAX = 10_000


def set_renewal(
    deployment: Deployment, account: str, instance_ids: Sequence[str], mode: str, months: int | None
) -> None:
    """Set how these instances are renewed: all of them, or none."""
    with deployment.database.begin() as work:
        owner = find_account(work, account)
        renewal.set_renewal(work, owner.id, list(dict.fromkeys(instance_ids)), mode, months, "M")
        for one in instance_ids:
            audit_operator(work, "renewal set", one, owner.id)


def cancel_renewal(
    deployment: Deployment, account: str, instance_id: str, order_id: str
) -> tuple[Receipt, RefundQuote]:
    """Give back a renewal that has not begun; the refund order, and what it gives back."""
    with deployment.database.begin() as work:
        owner = find_account(work, account)
        quoted = refund.quote_cancellation(work, owner.id, instance_id, order_id)
        receipt = refund.cancel_renewal(work, owner.id, instance_id, order_id)
        audit_operator(work, "renewal cancel", order_id, owner.id)
    return receipt, quoted.quote


def preview_unification(
    work: UnitOfWork, account: str, instance_ids: Sequence[str], day: int
) -> tuple[Account, list[Unification]]:
    """What one expiration day would mean; without ids, for each subscription that runs."""
    owner = find_account(work, account)
    return owner, unify.preview(work, owner, instance_ids or _running(work, owner), day)


def pay_unification(
    deployment: Deployment, account: str, instance_ids: Sequence[str], day: int
) -> tuple[Account, list[tuple[Unification, Receipt]]]:
    """Renew them all to that day, or none of them."""
    with deployment.database.begin() as work:
        owner = find_account(work, account)
        chosen = instance_ids or _running(work, owner)
        made = list(unify.unify(work, owner.id, chosen, day))
        for _, receipt in made:
            audit_operator(work, "renewal unify", receipt.order_id, owner.id)
    return owner, made


def _running(work: UnitOfWork, owner: Account) -> list[str]:
    found, total = work.subscriptions.page(
        owner.id, SubscriptionFilter(), work.now, 0, INSTANCES_MAX
    )
    if total > INSTANCES_MAX:
        raise Misuse(
            "There are {total:,} instances: name at most {most:,} of them.",
            total=total,
            most=INSTANCES_MAX,
        )
    return [instance.id for instance, _ in found if not instance.is_pay_as_you_go]
