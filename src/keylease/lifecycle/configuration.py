"""Between what billing sells and what custody holds: the same thing in two languages."""

from keylease.billing.catalog import Configuration
from keylease.custody.instances.model import Capacity, Edition, Instance


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
