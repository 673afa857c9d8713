"""Renewing an instance: the next term queues behind the last one, or starts anew after expiry.

Source: rules.md 1, 4 and 5. A renewal costs the configuration that the new term starts with, at the
price book in force when it is paid. One with another configuration changes it when its term begins.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from keylease.access.accounts import Account
from keylease.billing.catalog import (
    Configuration,
    PriceBook,
    Quote,
    quote,
    reconfigure,
    resolve_renewal_months,
    resolve_service_months,
)
from keylease.billing.orders.model import Order, OrderType
from keylease.billing.orders.placing import Offer, Subject
from keylease.billing.refunds.quote import days_of_term
from keylease.billing.renewals.model import renewal_setting
from keylease.core.errors import Code, Parameter, Refusal
from keylease.core.terms import Phase, Term, continued, extended_to, renewed_by_hand
from keylease.custody.instances import lookup
from keylease.custody.instances.model import Instance
from keylease.custody.sharing import used_access_units
from keylease.lifecycle.checkout import Delivery, Receipt, check_out
from keylease.lifecycle.configuration import capacity_of, configuration_of, require_period
from keylease.lifecycle.planning import plan, plan_attempts
from keylease.lifecycle.work import Work


def renew(work: Work, account_id: str, instance_id: str, months: int) -> Receipt:
    """Renew by hand, in any phase before the release.

    Refusals: ResourceNotExists, InvalidParameter, CSS_CHECK_ORDER_ERROR, PAY.INSUFFICIENT_BALANCE.
    """
    account = work.accounts.lock(account_id)
    instance = owned(work, account_id, instance_id)
    return check_out(work, account, offer(work, account, instance, months), deliver)


def renew_changed(
    work: Work, account_id: str, instance_id: str, months: int, parameters: Mapping[str, str]
) -> Receipt:
    """Renew by hand with another configuration, up or down; the Refusals of `renew`.

    Besides: INSTANCE_HAS_INACTIVE_CHANGE while another change waits for its term.
    """
    account = work.accounts.lock(account_id)
    instance = owned(work, account_id, instance_id)
    made = offer(work, account, instance, months, parameters=parameters)
    return check_out(work, account, made, deliver)


def renew_automatically(work: Work, instance: Instance, months: int) -> Receipt:
    """Renew without a gap, also after expiry; the Refusal PAY.INSUFFICIENT_BALANCE of `renew`.

    A release that is due but was not carried out does not stand in its way. rules.md 1 and 5.
    """
    account = work.accounts.lock(instance.account_id)
    made = offer(work, account, instance, months, automatic=True)
    return check_out(work, account, made, deliver)


def offer(
    work: Work,
    account: Account,
    instance: Instance,
    months: int,
    *,
    automatic: bool = False,
    parameters: Mapping[str, str] | None = None,
) -> Offer:
    """What a renewal would get and cost now; the Refusals of `renew` but for the balance."""
    require_subscription(instance)
    version, book = work.price_books.current()
    if not automatic:
        months = _months(book, instance, months)
    present = next_configuration(instance, work.now)
    wanted = present
    if parameters is not None:
        require_sizes(instance)
        require_no_change_pending(instance, work.now)
        wanted = reconfigure(book, present, parameters)
        _require_room(work, instance, wanted)
    return Offer(
        OrderType.RENEW,
        Subject(account.id, instance.id, instance.region, instance.product_type),
        quote(book, wanted, account.currency, months),
        wanted,
        present,
        version,
        months,
        automatic=automatic,
    )


def deliver(work: Work, order: Order) -> Delivery:
    """Add the term that a paid renewal is for, and plan what it causes."""
    instance = work.instances.find(order.instance_id, lock=True)
    if instance is None:
        raise not_exists()
    running = instance.phase(work.now) is Phase.RUNNING
    term = _term(instance, order, work.now)
    renewed = _extended(instance.settled(work.now), term)
    if order.configuration != configuration_of(instance, max(term.start, work.now)).to_dict():
        renewed = _planned(renewed, Configuration.from_dict(order.configuration), term, work.now)
    work.instances.update(renewed)
    plan(work, renewed, work.renewal_settings.find_many([renewed.id])[renewed.id])
    days = days_of_term(term, begins_chain=not running and not order.automatic)
    return Delivery(renewed, term.start, term.end, days, term)


def price_of(work: Work, account_id: str, currency: str, instance_id: str, months: int) -> Quote:
    """What `renew` would charge now; the same Refusals but for the balance."""
    instance = owned(work, account_id, instance_id, lock=False)
    require_subscription(instance)
    _, book = work.price_books.current()
    months = _months(book, instance, months)
    return quote(book, next_configuration(instance, work.now), currency, months)


def set_renewal(
    work: Work,
    account_id: str,
    instance_ids: list[str],
    mode: str,
    period: int | None,
    unit: str,
) -> None:
    """Set how these instances are to be renewed: all of them or, after a Refusal, none."""
    work.accounts.lock(account_id)
    _, book = work.price_books.current()
    setting = renewal_setting(book, mode, period, unit)
    for instance_id in sorted(instance_ids):
        instance = owned(work, account_id, instance_id)
        require_subscription(instance)
        require_period(book, instance.edition, setting)
        work.renewal_settings.put(instance.id, setting)
        plan_attempts(work, instance, setting)


def owned(work: Work, account_id: str, instance_id: str, *, lock: bool = True) -> Instance:
    """The account's instance, as billing calls refuse it: 400 ResourceNotExists."""
    return lookup.owned(
        work.instances,
        account_id,
        instance_id,
        work.now,
        lock=lock,
        code=Code.RESOURCE_NOT_EXISTS,
        status=400,
        services=True,
    )


def not_exists() -> Refusal:
    """What billing answers for an instance that is not there, or not the caller's."""
    return Refusal(Code.RESOURCE_NOT_EXISTS, "The specific resource is not exists.")


def require_subscription(instance: Instance) -> None:
    """Refuse with NotApplicable what only a subscription has: terms, renewals, upgrades."""
    if instance.is_pay_as_you_go:
        raise Refusal(
            Code.NOT_APPLICABLE,
            "The instance {instance} is paid for as it is used: there is no term to renew, upgrade "
            "or refund.",
            instance=instance.id,
        )


def require_sizes(instance: Instance) -> None:
    """Refuse with NotApplicable to change a value-added service: it has one size."""
    if instance.edition.is_service:
        raise Refusal(
            Code.NOT_APPLICABLE,
            "{instance} is a value-added service: there is nothing of it to change.",
            instance=instance.id,
        )


def _months(book: PriceBook, instance: Instance, period: int) -> int:
    """The months that a renewal by hand adds; a service is renewed by the year."""
    resolve = resolve_service_months if instance.edition.is_service else resolve_renewal_months
    return resolve(book, period)


def require_no_change_pending(instance: Instance, now: int) -> None:
    """Refuse with INSTANCE_HAS_INACTIVE_CHANGE while a renewal with changes has not begun."""
    if instance.has_change_pending(now):
        raise Refusal(
            Code.CHANGE_PENDING,
            "The instance {instance} gets another configuration with its next term: wait for it, "
            "or cancel that renewal first.",
            instance=instance.id,
        )


def next_configuration(instance: Instance, now: int) -> Configuration:
    """The configuration that the next term starts with."""
    return configuration_of(instance, max(instance.end, now))


def _term(instance: Instance, order: Order, now: int) -> Term:
    if "expiration_date" in order.details:
        return extended_to(instance.last_term, date.fromisoformat(order.details["expiration_date"]))
    if order.automatic:
        return continued(instance.last_term, order.months)
    return renewed_by_hand(instance.last_term, now, order.months)


def _extended(instance: Instance, term: Term) -> Instance:
    gap = term.start > instance.end
    return replace(
        instance,
        since=term.start if gap else instance.since,
        term_start=term.start,
        end=term.end,
        anchor=term.anchor,
        months=term.months,
    )


def _planned(instance: Instance, configuration: Configuration, term: Term, now: int) -> Instance:
    """The instance with another capacity from the start of a term on."""
    capacity = capacity_of(configuration)
    if term.start <= now:
        return replace(instance, capacity=capacity, planned=None, planned_from=None)
    return replace(instance, planned=capacity, planned_from=term.start)


def _require_room(work: Work, instance: Instance, wanted: Configuration) -> None:
    """Refuse a configuration that holds less than is in the instance now."""
    used = work.keys.count_versions(instance.id)
    if used > wanted.keys:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} {wanted} is less than the {used} key versions in {instance}: delete some "
            "first, or keep more.",
            name=Parameter("KeyNum"),
            wanted=wanted.keys,
            used=used,
            instance=instance.id,
        )
    units = used_access_units(work, instance)
    if units > wanted.access_units:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} {wanted} is less than the {used} networks and sharing accounts of {instance}: "
            "unbind or stop sharing some first, or keep more.",
            name=Parameter("VpcNum"),
            wanted=wanted.access_units,
            used=units,
            instance=instance.id,
        )
