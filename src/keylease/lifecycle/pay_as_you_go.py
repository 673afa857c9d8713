"""Buying a pay-as-you-go instance, trying one for free, and releasing it. rules.md 8.

It has no term: its ``end`` is `NEVER`, or the moment at which it stops for debt. Its order costs
nothing and is paid at once; what it costs is billed day by day. What it may hold is the most that
the price book sells by the day; capacities that a purchase names are accepted and not looked at.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from keylease.access.accounts import Account
from keylease.billing.catalog import Configuration, PriceBook, Quote, by_code, version_of
from keylease.billing.catalog.configure import CODES
from keylease.billing.orders.model import Order, OrderFilter, OrderType
from keylease.billing.orders.placing import Offer, Subject
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.core import ids
from keylease.core.clock import DAY, local_date
from keylease.core.errors import Code, Refusal
from keylease.core.regions import REGIONS
from keylease.core.terms import NEVER, Term
from keylease.custody.instances import lookup
from keylease.lifecycle.backups import require_backup
from keylease.lifecycle.checkout import Delivery, Receipt, check_out
from keylease.lifecycle.configuration import edition_of
from keylease.lifecycle.debt import require_no_debt
from keylease.lifecycle.metering import plan_metering
from keylease.lifecycle.purchase import new_instance, region_of, require_sellable, write_new
from keylease.lifecycle.release import release_now
from keylease.lifecycle.work import Work
from keylease.notifications.schedule import KINDS

#: Our own parameter of a purchase: 1 asks for a free trial.
TRIAL = "Trial"


def buy(
    work: Work,
    account_id: str,
    default_region: str,
    product_type: str,
    parameters: Mapping[str, str],
) -> Receipt:
    """Buy one pay-as-you-go instance, disabled until its owner enables it.

    Refusals: Forbidden.InDebt, InvalidParameter, NotApplicable (a trial after the first purchase).
    """
    account = work.accounts.lock(account_id)
    return check_out(
        work, account, offer(work, account, default_region, product_type, parameters), deliver
    )


def offer(
    work: Work,
    account: Account,
    default_region: str,
    product_type: str,
    parameters: Mapping[str, str],
) -> Offer:
    """What a purchase would get now, for 0.00; the Refusals of `buy`."""
    require_no_debt(account)
    version, book = work.price_books.current()
    given = by_code(parameters, (*CODES, TRIAL))
    region = region_of(given, default_region)
    edition = book.edition(version_of(given)).name
    book.require_currency(account.currency)
    configuration = book.by_the_day(edition).configuration
    require_sellable(work, configuration)
    trial_days = _trial_days(work, account, book, configuration, given.get(TRIAL, "0"))
    instance_id = ids.instance_id(work.entropy, REGIONS[region].letters)
    return Offer(
        OrderType.NEW,
        Subject(account.id, instance_id, region, product_type),
        Quote(account.currency, 0, Fraction(1), Fraction(0), ()),
        configuration,
        None,
        version,
        months=0,
        details={"trial_days": trial_days},
    )


def deliver(work: Work, order: Order) -> Delivery:
    """Make the instance that an order is for, and count its days from now on."""
    instance = new_instance(work, order, Term(work.now, NEVER, local_date(work.now), 0))
    if trial_days := int(order.details["trial_days"]):
        instance = replace(instance, trial_until=work.now + trial_days * DAY)
    write_new(work, instance, RenewalSetting(RenewalMode.NEVER))
    plan_metering(work, instance)
    return Delivery(instance, work.now, None, 0)


def release(work: Work, account_id: str, instance_id: str, *, without_backup: bool) -> None:
    """Release a pay-as-you-go instance at once; its last bill comes the next day.

    Refusals: Forbidden.DKMSInstanceNotFound; UnsupportedOperation for a subscription;
    Forbidden.DKMSInstanceStateInvalid while deletion protection is on; Forbidden.NoBackup if it
    holds what no backup holds, unless ``without_backup``.
    """
    instance = lookup.owned(work.instances, account_id, instance_id, work.now, lock=True)
    if not instance.is_pay_as_you_go:
        raise Refusal(
            Code.UNSUPPORTED,
            "The instance {instance} is a subscription: unsubscribe it instead.",
            instance=instance.id,
        )
    if instance.deletion_protection:
        raise Refusal(
            Code.INSTANCE_STATE_INVALID,
            "Deletion protection of {instance} is on: switch it off first.",
            instance=instance.id,
        )
    if not without_backup:
        require_backup(work, instance)
    work.agenda.void(instance.id, KINDS)
    release_now(work, [instance])


def _trial_days(
    work: Work, account: Account, book: PriceBook, configuration: Configuration, asked: str
) -> int:
    """How long the instance is free; 0 unless a trial is asked for. facts/kms.md 2."""
    if asked not in {"0", "1"}:
        raise Refusal(Code.INVALID_PARAMETER, "{name} takes 0 or 1.", name=TRIAL)
    if asked == "0":
        return 0
    if not book.trial_days or edition_of(configuration).is_hardware:
        raise Refusal(Code.NOT_APPLICABLE, "A free trial is offered of software instances only.")
    paid = OrderFilter(status=PaymentStatus.PAID.value)
    _, bought = work.orders.page(account.id, paid, 0, 1, work.now)
    if bought:
        raise Refusal(
            Code.NOT_APPLICABLE,
            "A free trial is for accounts that never bought anything: buy one without a trial.",
        )
    return book.trial_days
