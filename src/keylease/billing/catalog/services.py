"""Value-added services: bought beside instances, by the year. Source: facts/kms.md 1.2 and 1.4."""

from collections.abc import Mapping

from keylease.billing.catalog.model import SERVICE_VERSION, Configuration, PriceBook
from keylease.billing.catalog.parameters import by_code, not_offered, version_of
from keylease.core.errors import Code, Refusal

CODES = ("Region", "ProductVersion", "ValueAddedService")


def is_service(parameters: Mapping[str, str]) -> bool:
    """Whether the parameters of a purchase ask for a service, not for an instance."""
    return version_of(parameters) == SERVICE_VERSION


def configure_service(book: PriceBook, parameters: Mapping[str, str]) -> Configuration:
    """The service that a purchase asks for; Refusal for what the book does not offer."""
    given = by_code(parameters, CODES)
    if not is_service(given):
        raise not_offered("ProductVersion", version_of(given), SERVICE_VERSION)
    if "ValueAddedService" not in given:
        raise Refusal(
            Code.MISSING_PARAMETER,
            "The parameter ValueAddedService is needed; allowed values: {allowed}.",
            allowed=_offered(book),
        )
    value = given["ValueAddedService"]
    for service in book.services:
        if service.value and service.value == value:
            return _configuration(service.name)
    raise not_offered("ValueAddedService", value, _offered(book))


def _configuration(service: str) -> Configuration:
    """What an instance of a service is made of: nothing that could be counted."""
    return Configuration(
        edition=service,
        product_version=int(SERVICE_VERSION),
        qps=0,
        keys=0,
        secrets=0,
        access_units=0,
        log=False,
        log_storage=0,
    )


def _offered(book: PriceBook) -> str:
    return ", ".join(service.value for service in book.services if service.value) or "none"
