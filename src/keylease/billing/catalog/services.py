"""Value-added services: bought beside instances, by the year. Source: facts/kms.md 1.2 and 1.4."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from keylease.billing.catalog.durations import resolve_service_months
from keylease.billing.catalog.model import SERVICE_VALUES, SERVICE_VERSION, Configuration, PriceBook
from keylease.billing.catalog.parameters import by_code, not_offered, version_of
from keylease.billing.catalog.quotes import Quote, quote
from keylease.core.errors import Code, Refusal

CODES = ("Region", "ProductVersion", "ValueAddedService")


@dataclass(frozen=True, slots=True)
class ServiceConfiguration:
    """Which service was chosen, by its name in the price book."""

    service: str

    def as_parameters(self) -> dict[str, str]:
        """The documented codes and values, as an order shows them."""
        return {
            "ProductVersion": SERVICE_VERSION,
            "ValueAddedService": SERVICE_VALUES.get(self.service, self.service),
        }

    def as_configuration(self) -> Configuration:
        """What an instance of the service is made of: nothing that could be counted."""
        return Configuration(
            edition=self.service,
            product_version=int(SERVICE_VERSION),
            qps=0,
            keys=0,
            secrets=0,
            access_units=0,
            log=False,
            log_storage=0,
        )

    def to_dict(self) -> dict[str, Any]:
        """For storing as JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Back from what `to_dict` gave."""
        return cls(**stored)


def is_service(parameters: Mapping[str, str]) -> bool:
    """Whether the parameters of a purchase ask for a service, not for an instance."""
    return version_of(parameters) == SERVICE_VERSION


def configure_service(book: PriceBook, parameters: Mapping[str, str]) -> ServiceConfiguration:
    """The service that a purchase asks for; Refusal for what the book does not offer."""
    given = by_code(parameters, CODES)
    if not is_service(given):
        raise not_offered("ProductVersion", version_of(given), SERVICE_VERSION)
    if "ValueAddedService" not in given:
        raise Refusal(
            Code.MISSING_PARAMETER,
            f"The parameter ValueAddedService is needed; allowed values: {_offered(book)}.",
        )
    value = given["ValueAddedService"]
    for service in book.services:
        if service.value and service.value == value:
            return ServiceConfiguration(service.name)
    raise not_offered("ValueAddedService", value, _offered(book))


def service_quote(
    book: PriceBook, configuration: ServiceConfiguration, currency: str, months: int
) -> Quote:
    """What so many months of a service cost; Refusal for months that are not sold."""
    months = resolve_service_months(book, months)
    return quote(book, configuration.as_configuration(), currency, months)


def _offered(book: PriceBook) -> str:
    return ", ".join(service.value for service in book.services if service.value) or "none"
