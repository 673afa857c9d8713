"""Buying an instance: order, money, term, instance, wrapping key and letters in one transaction.

Source: rules.md 1, 2 and 4. Order of the checks: what is asked for, the price, the balance.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from keylease.billing.catalog import (
    PRODUCT_CODE,
    PRODUCT_TYPES,
    Configuration,
    Quote,
    configure,
    quote,
    resolve_purchase_months,
)
from keylease.billing.orders.model import Order, OrderType, PaidTerm
from keylease.billing.orders.placing import Subject, paid_order
from keylease.billing.renewals.model import RenewalSetting, renewal_setting
from keylease.billing.wallet.payment import pay
from keylease.core import ids
from keylease.core.errors import Code, Refusal
from keylease.core.regions import REGIONS
from keylease.core.terms import bought
from keylease.custody.instances.model import Instance
from keylease.custody.instances.states import InstanceState
from keylease.custody.keys.model import instance_scope
from keylease.lifecycle.configuration import capacity_of, edition_of
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.planning import plan
from keylease.lifecycle.work import Work
from keylease.notifications.letters import Kind


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a customer asks for in CreateInstance. ``parameters`` are the documented codes."""

    product_type: str
    months: int
    parameters: Mapping[str, str]
    renewal_mode: str = ""
    renewal_months: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an order brought about."""

    order_id: str
    instance_id: str


def buy(work: Work, account_id: str, default_region: str, asked: Purchase) -> Receipt:
    """Buy one subscription instance, disabled until its owner enables it.

    Refusals: InvalidParameter, MissingParameter,
    PAY.INSUFFICIENT_BALANCE. After a refusal nothing has changed.
    """
    account = work.accounts.lock(account_id)
    version, book = work.price_books.current()
    region = region_of(asked.parameters, default_region)
    configuration = configure(book, asked.parameters)
    require_sellable(work, configuration)
    months = resolve_purchase_months(book, asked.months)
    setting = renewal_setting(book, asked.renewal_mode, asked.renewal_months)
    price = quote(book, configuration, account.currency, months)

    instance = _instance(work, account_id, region, asked.product_type, configuration, months)
    about = Subject(account_id, instance.id, region, asked.product_type)
    order = paid_order(work, OrderType.NEW, about, price, configuration, None, version)
    balance = pay(work, order)
    _write(work, order, instance, setting, balance)
    return Receipt(order.id, instance.id)


def price_of(work: Work, currency: str, asked: Purchase, default_region: str) -> Quote:
    """What `buy` would charge now; the same Refusals but for the balance."""
    _, book = work.price_books.current()
    region_of(asked.parameters, default_region)
    configuration = configure(book, asked.parameters)
    months = resolve_purchase_months(book, asked.months)
    return quote(book, configuration, currency, months)


def check_product(product_code: str, product_type: str) -> str:
    """The product type, if it is one that is sold here; Refusal InvalidParameter."""
    if product_code != PRODUCT_CODE:
        raise Refusal(
            Code.INVALID_PARAMETER, f"ProductCode {product_code[:40]!r} is not sold: use kms."
        )
    if product_type and product_type not in PRODUCT_TYPES:
        raise Refusal(
            Code.INVALID_PARAMETER,
            f"ProductType {product_type[:60]!r} is not sold: use {' or '.join(PRODUCT_TYPES)}.",
        )
    return product_type or PRODUCT_TYPES[-1]


def region_of(parameters: Mapping[str, str], default: str) -> str:
    """The region that the parameters name, else the call's; Refusal if it is none of ours."""
    named = [value for code, value in parameters.items() if code.lower() == "region"]
    region = named[0] if named else default
    if region not in REGIONS:
        raise Refusal(
            Code.INVALID_PARAMETER,
            f"Region {region[:40]!r} is not offered: use one of {', '.join(REGIONS)}.",
        )
    return region


def require_sellable(work: Work, configuration: Configuration) -> None:
    """Refuse hardware where no PKCS#11 module is configured, before money moves. rules.md 2."""
    if edition_of(configuration).is_hardware and not work.hardware_available:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Hardware key management is not sold here: no PKCS#11 module is configured.",
        )


def _instance(
    work: Work,
    account_id: str,
    region: str,
    product_type: str,
    configuration: Configuration,
    months: int,
) -> Instance:
    term = bought(work.now, months)
    instance_id = ids.instance_id(work.entropy, REGIONS[region].letters)
    return Instance(
        id=instance_id,
        account_id=account_id,
        region=region,
        edition=edition_of(configuration),
        name=instance_id,
        state=InstanceState.UNINITIALIZED,
        capacity=capacity_of(configuration),
        created_at=work.now,
        since=term.start,
        term_start=term.start,
        end=term.end,
        anchor=term.anchor,
        months=term.months,
        product_type=product_type,
    )


def _write(
    work: Work, order: Order, instance: Instance, setting: RenewalSetting, balance: int
) -> None:
    paid = PaidTerm(order.id, instance.id, instance.last_term)
    work.orders.add(order, paid)
    work.instances.add(instance)
    work.vault.new_scope(work.wrapping_keys, instance_scope(instance.id))
    work.renewal_settings.put(instance.id, setting)
    plan(work, instance, setting)
    work.letters.add([Scribe(work).receipt(Kind.PURCHASE, instance, order, paid, balance)])
    work.changed("instance", instance.id)
