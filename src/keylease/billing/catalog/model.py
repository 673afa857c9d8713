"""The values of the price book: what is offered, and what a customer chose of it.

An *edition* has a monthly price that includes some of everything; a *module* sells more of one
thing in blocks, named by its documented parameter code. A *service* is bought beside instances.
Prices are minor units (cents, fen). What the documented API fixes (codes, product types, versions)
is here; what the operator may change is in the file. Source: rules.md 2, 4 and 8, facts/kms.md 1.2.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Self

from keylease.core.errors import Code, Refusal, Word, ensure

PRODUCT_CODE = "kms"

#: Both are accepted for a subscription.
PRODUCT_TYPES = ("kms_ddi_public_cn", "kms_ddi_public_intl")

#: Both are accepted for pay-as-you-go.
PAY_AS_YOU_GO_PRODUCT_TYPES = ("kms_ppi_public_cn", "kms_ppi_public_intl")

#: The values of ``ProductVersion`` that choose each edition. The small editions have names only:
#: a small Spec with version 3 or 1 means what that edition includes.
PRODUCT_VERSIONS = {
    "software": ("3",),
    "hardware": ("1", "5"),
    "software-small": ("software-small",),
    "hardware-small": ("hardware-small",),
}

#: The number that answers carry for each edition.
ANSWERED_VERSIONS = {"software": 3, "hardware": 1, "software-small": 3, "hardware-small": 1}

#: The ``ProductVersion`` of a value-added service, and the ``ValueAddedService`` of each that the
#: API can name.
SERVICE_VERSION = "4"
SERVICE_VALUES = {"default-key-rotation": "2"}

#: The codes of what a pay-as-you-go instance is charged for, as `PayAsYouGo.daily` holds them.
DAILY_CODES = ("Instance", "KeyNum", "SecretNum", "Spec")


@dataclass(frozen=True, slots=True)
class Module:
    """One thing that an edition sells more of, in blocks above what is included.

    ``code`` is the parameter, for instance ``KeyNum``. Where ``steps`` are given only they are
    offered, else every whole number of blocks up to ``maximum``. ``monthly`` is the price of a
    block in minor units by currency.
    """

    code: str
    included: int
    block: int
    maximum: int
    monthly: Mapping[str, int]
    steps: tuple[int, ...] = ()

    def offers(self, value: int) -> bool:
        """Whether exactly this much can be bought."""
        if self.steps:
            return value in self.steps
        in_range = self.included <= value <= self.maximum
        return in_range and (value - self.included) % self.block == 0

    def offered(self, least: int = 0) -> str:
        """The allowed values from ``least`` on, in words."""
        if self.steps:
            return ", ".join(str(step) for step in self.steps if step >= least) or "none"
        first = self.included + self.blocks(least) * self.block
        if first >= self.maximum:
            return str(self.maximum) if first == self.maximum else "none"
        return f"{first} to {self.maximum}" + (
            f" in blocks of {self.block}" if self.block > 1 else ""
        )

    def blocks(self, value: int) -> int:
        """How many blocks cover ``value``: what is started counts whole.

        Only a configuration that was bought from an earlier book can end inside a block.
        """
        return max(0, -((self.included - value) // self.block))


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: its base price by currency, in minor units a month, and its modules."""

    name: str
    monthly: Mapping[str, int]
    modules: tuple[Module, ...]

    @property
    def product_versions(self) -> tuple[str, ...]:
        """The values of ``ProductVersion`` that choose this edition."""
        return PRODUCT_VERSIONS[self.name]

    @property
    def product_version(self) -> int:
        """The value of ``ProductVersion`` that answers carry."""
        return ANSWERED_VERSIONS[self.name]


@dataclass(frozen=True, slots=True)
class Service:
    """A value-added service and its price by currency, in minor units a month.

    ``value`` is its ``ValueAddedService``; empty while the API cannot name it.
    """

    name: str
    value: str
    monthly: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PayAsYouGo:
    """An edition by the day: exact minor units by code and currency, and what it can hold."""

    edition: str
    daily: Mapping[str, Mapping[str, Fraction]]
    qps: int
    keys: int
    secrets: int
    access_units: int

    @property
    def configuration(self) -> "Configuration":
        """What such an instance is made of: the most that it can hold."""
        return Configuration(
            edition=self.edition,
            product_version=ANSWERED_VERSIONS[self.edition],
            qps=self.qps,
            keys=self.keys,
            secrets=self.secrets,
            access_units=self.access_units,
            log=False,
            log_storage=0,
        )


@dataclass(frozen=True, slots=True)
class Durations:
    """The months that can be bought, renewed by hand and automatically, and bought of services."""

    purchase: tuple[int, ...]
    renewal: tuple[int, ...]
    automatic: tuple[int, ...]
    service: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceBook:
    """All that is sold. ``discounts`` are (from how many months, factor), months rising.

    ``valid_from`` is the business instant from which the file wants to be in force; None: at once.
    """

    currencies: tuple[str, ...]
    durations: Durations
    discounts: tuple[tuple[int, Fraction], ...]
    editions: tuple[Edition, ...]
    services: tuple[Service, ...] = ()
    pay_as_you_go: tuple[PayAsYouGo, ...] = ()
    trial_days: int = 0
    valid_from: int | None = None

    def discount(self, months: int) -> Fraction:
        """The factor that the list price of this many months is multiplied by; 1 below a tier."""
        earned = [factor for least, factor in self.discounts if months >= least]
        return earned[-1] if earned else Fraction(1)

    def edition(self, product_version: str) -> Edition:
        """The edition that a ``ProductVersion`` chooses; Refusal if the book has none."""
        for edition in self.editions:
            if product_version in edition.product_versions:
                return edition
        raise Refusal(
            Code.INVALID_PARAMETER,
            "ProductVersion {version!r} is not offered; allowed values: {allowed}.",
            version=product_version[:40],
            allowed=self.offered_versions(),
        )

    def edition_named(self, name: str) -> Edition:
        """The edition of a configuration, by its name; Refusal if the book has none."""
        return self.edition(PRODUCT_VERSIONS[name][0])

    def service(self, name: str) -> Service:
        """The service of that name, also one that the API cannot name; Refusal if there is none."""
        for service in self.services:
            if service.name == name:
                return service
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The service {name!r} is not offered; allowed values: {allowed}.",
            name=name,
            allowed=", ".join(service.name for service in self.services) or Word("none"),
        )

    def offered_versions(self) -> str:
        """The allowed values of ``ProductVersion``, in words."""
        return ", ".join(sorted(v for edition in self.editions for v in edition.product_versions))

    def by_the_day(self, edition: str) -> PayAsYouGo:
        """The day prices of an edition; Refusal if the book does not sell it by the day."""
        for one in self.pay_as_you_go:
            if one.edition == edition:
                return one
        versions = (PRODUCT_VERSIONS[one.edition] for one in self.pay_as_you_go)
        offered = ", ".join(sorted(v for each in versions for v in each))
        raise Refusal(
            Code.INVALID_PARAMETER,
            "ProductVersion {version!r} is not sold as pay-as-you-go; allowed values: {allowed}.",
            version=PRODUCT_VERSIONS[edition][0],
            allowed=offered or Word("none"),
        )

    def require_currency(self, currency: str) -> None:
        """Refusal NotApplicable if nothing is sold in this currency."""
        if currency not in self.currencies:
            raise Refusal(
                Code.NOT_APPLICABLE,
                "Nothing is sold in {currency}; the price book has {allowed}.",
                currency=currency,
                allowed=", ".join(self.currencies),
            )


@dataclass(frozen=True, slots=True)
class BookVersion:
    """A version of the price book: when it was loaded, and from when on it can be in force."""

    number: int
    loaded_at: int
    valid_from: int


@dataclass(frozen=True, slots=True)
class Configuration:
    """What an instance is made of; ``log_storage`` is in GB and 0 while ``log`` is off.

    ``edition`` decides; ``product_version`` is only what answers carry.
    """

    edition: str
    product_version: int
    qps: int
    keys: int
    secrets: int
    access_units: int
    log: bool
    log_storage: int

    def __post_init__(self) -> None:
        ensure(self.log or self.log_storage == 0, "log storage is kept only while the log is on")

    @property
    def is_service(self) -> bool:
        """Whether it is a value-added service, which has no modules."""
        return str(self.product_version) == SERVICE_VERSION

    @property
    def quantities(self) -> dict[str, int]:
        """How much of each module, by its code."""
        return {
            "Spec": self.qps,
            "KeyNum": self.keys,
            "SecretNum": self.secrets,
            "VpcNum": self.access_units,
            "LogStorage": self.log_storage,
        }

    def as_parameters(self) -> dict[str, str]:
        """The documented codes and values, as an order shows them."""
        if self.is_service:
            value = SERVICE_VALUES.get(self.edition, self.edition)
            return {"ProductVersion": SERVICE_VERSION, "ValueAddedService": value}
        parameters = {code: str(value) for code, value in self.quantities.items()}
        return {
            "ProductVersion": PRODUCT_VERSIONS[self.edition][0],
            **parameters,
            "Log": "1" if self.log else "0",
        }

    def to_dict(self) -> dict[str, Any]:
        """For storing as JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Back from what `to_dict` gave."""
        return cls(**stored)
