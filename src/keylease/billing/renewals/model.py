"""The renewal setting of an instance, and what may be asked for. Source: rules.md 5."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from keylease.billing.catalog import PriceBook, resolve_automatic_months
from keylease.core.errors import Code, Refusal


class RenewalMode(StrEnum):
    """``RenewalStatus`` of the API."""

    AUTO = "AutoRenewal"
    MANUAL = "ManualRenewal"
    NEVER = "NotRenewal"


@dataclass(frozen=True, slots=True)
class RenewalSetting:
    """A mode, and with ``AutoRenewal`` the months that each renewal adds."""

    mode: RenewalMode = RenewalMode.MANUAL
    months: int = 0


def renewal_setting(
    book: PriceBook, mode: str, period: int | None, unit: str = "M"
) -> RenewalSetting:
    """What was asked for, checked; Refusal InvalidParameter or MissingParameter."""
    try:
        wanted = RenewalMode(mode or RenewalMode.MANUAL)
    except ValueError:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The renewal status must be one of {allowed}.",
            allowed=", ".join(RenewalMode),
        ) from None
    if wanted is not RenewalMode.AUTO:
        return RenewalSetting(wanted)
    if period is None:
        raise Refusal(Code.MISSING_PARAMETER, "AutoRenewal needs a renewal period.")
    if unit not in {"M", "Y"}:
        raise Refusal(Code.INVALID_PARAMETER, "RenewalPeriodUnit must be M or Y.")
    months = period * (12 if unit == "Y" else 1)
    return RenewalSetting(wanted, resolve_automatic_months(book, months))


class RenewalSettings(Protocol):
    """The settings by instance, inside a unit of work."""

    def find_many(self, instance_ids: list[str]) -> dict[str, RenewalSetting]:
        """The settings of these instances; ManualRenewal where none was set."""
        ...

    def put(self, instance_id: str, setting: RenewalSetting) -> None:
        """Set it."""
        ...
