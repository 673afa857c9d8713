"""An instance: what it is, which phase it is in, and what may be done with it then.

Whether it runs is never stored: it follows from ``end`` and the moment of the question.
Source: rules.md 2.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from keylease.core.clock import DAY, HOUR, time_for_people
from keylease.core.errors import Code, Refusal
from keylease.core.terms import NEVER, Phase, Term, phase, release_of
from keylease.custody.instances.states import InstanceState


class Edition(StrEnum):
    """The types of instance: software and hardware, each also small. rules.md 2, mission M2.

    A value-added service is bought like an instance, but nothing can be kept in it.
    """

    SOFTWARE = "software"
    HARDWARE = "hardware"
    SOFTWARE_SMALL = "software-small"
    HARDWARE_SMALL = "hardware-small"
    DEFAULT_KEY_ROTATION = "default-key-rotation"

    @property
    def is_service(self) -> bool:
        """Whether it is a value-added service."""
        return self is Edition.DEFAULT_KEY_ROTATION

    @property
    def is_hardware(self) -> bool:
        """Whether its keys live in a hardware security module."""
        return self in {Edition.HARDWARE, Edition.HARDWARE_SMALL}

    @property
    def product_version(self) -> int:
        """The number that the APIs answer with: 3 is software, 1 hardware, 4 a service."""
        if self.is_service:
            return 4
        return 1 if self.is_hardware else 3

    @property
    def protection_level(self) -> str:
        """What the keys in it are protected by, in the API's words."""
        return "HSM" if self.is_hardware else "SOFTWARE"


@dataclass(frozen=True, slots=True)
class Capacity:
    """What was bought: requests a second, key versions, secrets, access units, log storage (GB)."""

    qps: int
    keys: int
    secrets: int
    access_units: int
    log: bool
    log_storage: int


@dataclass(frozen=True, slots=True)
class BoundNetwork:
    """A further network that may reach the instance."""

    vpc_id: str
    vswitch_id: str
    region: str
    owner_id: str


@dataclass(frozen=True, slots=True)
class Network:
    """Where the instance is reached; data only, no wire stands behind an address here."""

    vpc_id: str = ""
    vswitch_ids: tuple[str, ...] = ()
    zone_ids: tuple[str, ...] = ()
    bound: tuple[BoundNetwork, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """One subscription instance.

    ``since`` is the start of the first term since the last gap; ``term_start``, ``end``,
    ``anchor`` and ``months`` are those of the last paid term. A pay-as-you-go instance has no
    terms: its ``end`` is `NEVER`, or the moment it stops for debt. ``planned`` is the capacity that
    a renewal with changes bought, from ``planned_from`` on. All moments are business instants.
    """

    id: str
    account_id: str
    region: str
    edition: Edition
    name: str
    state: InstanceState
    capacity: Capacity
    created_at: int
    since: int
    term_start: int
    end: int
    anchor: date
    months: int
    network: Network = field(default_factory=Network)
    product_type: str = "kms_ddi_public_intl"
    deletion_protection: bool = False
    deletion_protection_description: str = ""
    planned: Capacity | None = None
    planned_from: int | None = None
    trial_until: int | None = None

    @property
    def arn(self) -> str:
        """The resource name, ``acs:kms:<region>:<account>:keystore/<id>``."""
        return f"acs:kms:{self.region}:{self.account_id}:keystore/{self.id}"

    @property
    def last_term(self) -> Term:
        """The last paid term."""
        return Term(self.term_start, self.end, self.anchor, self.months)

    @property
    def is_pay_as_you_go(self) -> bool:
        """Whether it is paid for by the day, and not by subscription."""
        return self.product_type.startswith("kms_ppi_")

    def is_on_trial(self, now: int) -> bool:
        """Whether its days are free at ``now``."""
        return self.trial_until is not None and now < self.trial_until

    def capacity_at(self, now: int) -> Capacity:
        """What it may hold and do at a moment."""
        if self.planned is None or self.planned_from is None or now < self.planned_from:
            return self.capacity
        return self.planned

    def has_change_pending(self, now: int) -> bool:
        """Whether another capacity was bought that has not begun."""
        return self.planned_from is not None and now < self.planned_from

    def settled(self, now: int) -> "Instance":
        """The same instance, with a planned capacity that has begun as its own."""
        if self.planned is None or self.has_change_pending(now):
            return self
        return replace(self, capacity=self.planned, planned=None, planned_from=None)

    def phase(self, now: int) -> Phase:
        """Running, expired or released at ``now``."""
        return phase(self.end, now)

    def state_with(self, *, hardware: bool) -> InstanceState:
        """The state; without its hardware module an enabled hardware instance is disconnected."""
        if self.edition.is_hardware and self.state is InstanceState.CONNECTED and not hardware:
            return InstanceState.DISCONNECTED
        return self.state

    def is_kept(self, now: int) -> bool:
        """Whether it is running or expired, but not released, at ``now``."""
        return self.phase(now) is not Phase.RELEASED

    def require_running(self, now: int) -> None:
        """Refuse with ``Forbidden.DKMSInstanceStateInvalid`` (403) unless it runs at ``now``."""
        if self.phase(now) is not Phase.RUNNING:
            raise expired(
                Code.INSTANCE_STATE_INVALID, self.id, self.end, in_debt=self.is_pay_as_you_go
            )

    def require_usable(self, now: int) -> None:
        """Refuse like `require_running`, and also while its owner has not enabled it."""
        self.require_running(now)
        if self.state is not InstanceState.CONNECTED:
            raise Refusal(
                Code.INSTANCE_STATE_INVALID,
                "The instance {instance} is not enabled yet: enable it with ConnectKmsInstance.",
                instance=self.id,
            )

    def remaining_period(self, now: int) -> str:
        """The Remaining Period of the Instances page. rules.md 2."""
        if self.end == NEVER:
            return "until it is released"
        if self.phase(now) is Phase.RUNNING:
            left = self.end - now
            return f"{left // DAY} days" if left >= DAY else f"{left // HOUR} hours"
        return f"released in {max(0, release_of(self.end) - now) // DAY} days"


def expired(code: Code, instance_id: str, end: int, *, in_debt: bool = False) -> Refusal:
    """What an expired instance refuses with: when it ended, until when it is kept, what helps.

    ``in_debt``: it is a pay-as-you-go instance, which ends only by a debt.
    """
    return Refusal(
        code,
        (
            "The instance {instance} was stopped for debt at {end} and will be released at "
            "{release}; until then its keys and secrets are kept but cannot be used. Paying the "
            "debt makes them usable again."
        )
        if in_debt
        else (
            "The instance {instance} expired at {end} and will be released at {release}; until "
            "then its keys and secrets are kept but cannot be used. Renewing it makes them usable "
            "again."
        ),
        instance=instance_id,
        end=time_for_people(end),
        release=time_for_people(release_of(end)),
    )
