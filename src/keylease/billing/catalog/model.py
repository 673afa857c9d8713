"""The values of the price book: what is offered, what a customer chose, what it costs.

An *edition* has a monthly price that includes some of everything; a *module* sells more of one
thing in blocks, named by its documented parameter code. Prices are minor units (cents, fen) per
month. What the documented API fixes (codes, product types, versions) is here; what the operator
may change is in the file. Source: rules.md 2 and 4, facts/kms.md 1.2.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Self

from keylease.core.errors import Code, Refusal, ensure
from keylease.core.money import round_half_up

PRODUCT_CODE = "kms"

#: Both are accepted for a subscription.
PRODUCT_TYPES = ("kms_ddi_public_cn", "kms_ddi_public_intl")

#: Both are accepted for pay-as-you-go.
PAY_AS_YOU_GO_PRODUCT_TYPES = ("kms_ppi_public_cn", "kms_ppi_public_intl")

#: Each edition's values of ``ProductVersion``; the first is the one that answers carry.
PRODUCT_VERSIONS = {"software": (3,), "hardware": (1, 5)}


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
    def product_versions(self) -> tuple[int, ...]:
        """The values of ``ProductVersion`` that mean this edition."""
        return PRODUCT_VERSIONS[self.name]

    @property
    def product_version(self) -> int:
        """The value of ``ProductVersion`` that answers carry."""
        return self.product_versions[0]


@dataclass(frozen=True, slots=True)
class Durations:
    """The months that can be bought, renewed by hand, and renewed automatically; each rises."""

    purchase: tuple[int, ...]
    renewal: tuple[int, ...]
    automatic: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PriceBook:
    """All that is sold. ``discounts`` are (from how many months, factor), months rising."""

    currencies: tuple[str, ...]
    durations: Durations
    discounts: tuple[tuple[int, Fraction], ...]
    editions: tuple[Edition, ...]

    def discount(self, months: int) -> Fraction:
        """The factor that the list price of this many months is multiplied by; 1 below a tier."""
        earned = [factor for least, factor in self.discounts if months >= least]
        return earned[-1] if earned else Fraction(1)

    def edition(self, product_version: int) -> Edition:
        """The edition that a ``ProductVersion`` means; Refusal if the book has none."""
        for edition in self.editions:
            if product_version in edition.product_versions:
                return edition
        raise Refusal(
            Code.INVALID_PARAMETER,
            f"ProductVersion {product_version} is not offered; allowed values: "
            f"{self.offered_versions()}.",
        )

    def offered_versions(self) -> str:
        """The allowed values of ``ProductVersion``, in words."""
        versions = (v for edition in self.editions for v in edition.product_versions)
        return ", ".join(map(str, sorted(versions)))


@dataclass(frozen=True, slots=True)
class Configuration:
    """What an instance is made of; ``log_storage`` is in GB and 0 while ``log`` is off."""

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
        parameters = {code: str(value) for code, value in self.quantities.items()}
        return {
            "ProductVersion": str(self.product_version),
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


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A month of one module: so many blocks at a unit price in minor units."""

    module: str
    quantity: int
    unit_price: int

    @property
    def amount(self) -> int:
        """Minor units a month."""
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class Quote:
    """What something costs, exactly, in minor units, and as an order books it.

    ``months`` is what ``discount`` was looked up with: the months bought or, for an upgrade, the
    whole 30-day months that are left. ``lines`` are a month's list price; for an upgrade, what is
    added to it.
    """

    currency: str
    months: int
    discount: Fraction
    list_price: Fraction
    lines: tuple[PriceLine, ...]

    @property
    def payable_price(self) -> Fraction:
        """After the discount, exact."""
        return self.list_price * self.discount

    @property
    def list_amount(self) -> int:
        """Before the discount, rounded once. rules.md 4."""
        return round_half_up(self.list_price)

    @property
    def payable_amount(self) -> int:
        """What is charged: rounded once, from the exact value. rules.md 4."""
        return round_half_up(self.payable_price)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A row of the price list: each block above ``included`` costs ``monthly`` minor units.

    An edition's own row has the module ``ProductVersion``: one instance with all it includes.
    """

    edition: str
    module: str
    included: int
    block: int
    offered: str
    monthly: int
