"""Between what billing sells and what custody holds: the same thing in two languages."""

from collections.abc import Mapping

from keylease.billing.catalog import (
    Configuration,
    PriceBook,
    configure,
    configure_service,
    is_service,
    resolve_service_months,
)
from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.custody.instances.model import Capacity, Edition, Instance


def chosen(book: PriceBook, parameters: Mapping[str, str]) -> Configuration:
    """What the parameters of a purchase ask for: an instance, or a value-added service."""
    if is_service(parameters):
        return configure_service(book, parameters)
    return configure(book, parameters)


def capacity_of(configuration: Configuration) -> Capacity:
    """What an instance with this configuration may hold and do."""
    return Capacity(
        qps=configuration.qps,
        keys=configuration.keys,
        secrets=configuration.secrets,
        access_units=configuration.access_units,
        log=configuration.log,
        log_storage=configuration.log_storage,
    )


def configuration_of(instance: Instance, now: int) -> Configuration:
    """What was sold to make this instance what it is at a moment."""
    capacity = instance.capacity_at(now)
    return Configuration(
        edition=instance.edition.value,
        product_version=instance.edition.product_version,
        qps=capacity.qps,
        keys=capacity.keys,
        secrets=capacity.secrets,
        access_units=capacity.access_units,
        log=capacity.log,
        log_storage=capacity.log_storage,
    )


def edition_of(configuration: Configuration) -> Edition:
    """The type of instance that a configuration describes."""
    return Edition(configuration.edition)


def require_period(book: PriceBook, edition: Edition, setting: RenewalSetting) -> None:
    """Refuse an automatic renewal of a service by less than what is sold of it: a year."""
    if edition.is_service and setting.mode is RenewalMode.AUTO:
        resolve_service_months(book, setting.months)
