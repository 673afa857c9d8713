"""Buying an instance: what is offered, and what a paid purchase brings about.

Source: rules.md 1, 2 and 4. Order of the checks: what is asked for, the price, the balance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keylease.access.accounts import Account
from keylease.billing.catalog import (
    PRODUCT_CODE,
    PRODUCT_TYPES,
    Configuration,
    PriceBook,
    Quote,
    quote,
    resolve_purchase_months,
    resolve_service_months,
)
from keylease.billing.orders.model import Order, OrderType
from keylease.billing.orders.placing import Offer, Subject
from keylease.billing.refunds.quote import days_of_term
from keylease.billing.renewals.model import RenewalMode, RenewalSetting, renewal_setting
from keylease.core import ids
from keylease.core.errors import Code, Refusal
from keylease.core.regions import REGIONS
from keylease.core.terms import Term, bought
from keylease.custody.instances.model import Instance
from keylease.custody.instances.states import InstanceState
from keylease.custody.keys.model import instance_scope
from keylease.lifecycle.checkout import Delivery, Receipt, check_out
from keylease.lifecycle.configuration import capacity_of, chosen, edition_of, require_period
from keylease.lifecycle.planning import plan
from keylease.lifecycle.undelivered import Undeliverable
from keylease.lifecycle.work import Work


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a customer asks for in CreateInstance. ``parameters`` are the documented codes."""

    product_type: str
    months: int
    parameters: Mapping[str, str]
    renewal_mode: str = ""
    renewal_months: int | None = None


def buy(work: Work, account_id: str, default_region: str, asked: Purchase) -> Receipt:
    """Buy one subscription instance, disabled until its owner enables it.

    Refusals: InvalidParameter, MissingParameter,
    PAY.INSUFFICIENT_BALANCE. After a refusal nothing has changed.
    """
    account = work.accounts.lock(account_id)
    return check_out(work, account, offer(work, account, default_region, asked), deliver)


def offer(work: Work, account: Account, default_region: str, asked: Purchase) -> Offer:
    """What a purchase would get and cost now; the Refusals of `buy` but for the balance."""
    version, book = work.price_books.current()
    region = region_of(asked.parameters, default_region)
    configuration = chosen(book, asked.parameters)
    require_sellable(work, configuration)
    months = _months(book, configuration, asked.months)
    setting = renewal_setting(book, asked.renewal_mode, asked.renewal_months)
    require_period(book, edition_of(configuration), setting)
    new_id = ids.service_id if configuration.is_service else ids.instance_id
    instance_id = new_id(work.entropy, REGIONS[region].letters)
    return Offer(
        OrderType.NEW,
        Subject(account.id, instance_id, region, asked.product_type),
        quote(book, configuration, account.currency, months),
        configuration,
        None,
        version,
        months,
        details={"renewal_mode": setting.mode.value, "renewal_months": setting.months},
    )


def deliver(work: Work, order: Order) -> Delivery:
    """Make the instance that a paid purchase is for."""
    configuration = Configuration.from_dict(order.configuration)
    _require_deliverable(work, order, configuration)
    term = bought(work.now, order.months)
    instance = new_instance(work, order, term)
    details = order.details
    setting = RenewalSetting(RenewalMode(details["renewal_mode"]), details["renewal_months"])
    write_new(work, instance, setting)
    plan(work, instance, setting)
    days = days_of_term(term, begins_chain=True)
    return Delivery(instance, term.start, term.end, days, term)


def new_instance(work: Work, order: Order, term: Term) -> Instance:
    """The instance that an order is for, made now and disabled."""
    configuration = Configuration.from_dict(order.configuration)
    return Instance(
        id=order.instance_id,
        account_id=order.account_id,
        region=order.region,
        edition=edition_of(configuration),
        name=order.instance_id,
        state=InstanceState.UNINITIALIZED,
        capacity=capacity_of(configuration),
        created_at=work.now,
        since=term.start,
        term_start=term.start,
        end=term.end,
        anchor=term.anchor,
        months=term.months,
        product_type=order.product_type,
    )


def write_new(work: Work, instance: Instance, setting: RenewalSetting) -> None:
    """Write down a new instance with its wrapping key and how it is renewed."""
    work.instances.add(instance)
    if not instance.edition.is_service:  # in which nothing is kept
        work.vault.new_scope(work.wrapping_keys, instance_scope(instance.id))
    work.renewal_settings.put(instance.id, setting)


def price_of(work: Work, currency: str, asked: Purchase, default_region: str) -> Quote:
    """What `buy` would charge now; the same Refusals but for the balance."""
    _, book = work.price_books.current()
    region_of(asked.parameters, default_region)
    configuration = chosen(book, asked.parameters)
    return quote(book, configuration, currency, _months(book, configuration, asked.months))


def check_product(product_code: str, product_type: str, sold: Sequence[str] = PRODUCT_TYPES) -> str:
    """The product type, if it is one of those ``sold`` so, the last if none is named.

    Refusal InvalidParameter.
    """
    if product_code != PRODUCT_CODE:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "ProductCode {code!r} is not sold: use kms.",
            code=product_code[:40],
        )
    if product_type and product_type not in sold:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "ProductType {given!r} is not sold so: use {allowed}.",
            given=product_type[:60],
            allowed=" or ".join(sold),
        )
    return product_type or sold[-1]


def region_of(parameters: Mapping[str, str], default: str) -> str:
    """The region that the parameters name, else the call's; Refusal if it is none of ours."""
    named = [value for code, value in parameters.items() if code.lower() == "region"]
    region = named[0] if named else default
    if region not in REGIONS:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Region {region!r} is not offered: use one of {allowed}.",
            region=region[:40],
            allowed=", ".join(REGIONS),
        )
    return region


def _months(book: PriceBook, configuration: Configuration, period: int) -> int:
    """The months that a purchase covers; a service is bought by the year."""
    resolve = resolve_service_months if configuration.is_service else resolve_purchase_months
    return resolve(book, period)


def _require_deliverable(work: Work, order: Order, configuration: Configuration) -> None:
    """Undeliverable for what cannot be had any more, or is there already.

    A service is there once for each account and region until it is released. facts/kms.md 1.5.
    """
    for other in work.instances.services(order.account_id, order.region):
        if other.edition is edition_of(configuration) and other.is_kept(work.now):
            raise Undeliverable(f"{other.id} is in effect in {order.region}: renew that one.")
    try:
        require_sellable(work, configuration)
    except Refusal as refusal:
        raise Undeliverable(refusal.message) from refusal


def require_sellable(work: Work, configuration: Configuration) -> None:
    """Refuse hardware where no PKCS#11 module is configured, before money moves. rules.md 2."""
    if edition_of(configuration).is_hardware and not work.hardware_available:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Hardware key management is not sold here: no PKCS#11 module is configured.",
        )
