"""Resource names of what custody keeps: ``acs:kms:<region>:<account>:<kind>/<name>``."""

from dataclasses import dataclass

from keylease.core.regions import REGIONS


@dataclass(frozen=True, slots=True)
class ResourceName:
    """The parts of one; nothing is known of whether there is such a thing."""

    region: str
    account_id: str
    kind: str
    name: str


def resource_name(text: str) -> ResourceName | None:
    """The parts of a resource name in a region that is offered, None for any other text."""
    parts = text.split(":", 4)
    if len(parts) < 5 or parts[:2] != ["acs", "kms"] or parts[2] not in REGIONS:
        return None
    kind, _, name = parts[4].partition("/")
    return ResourceName(parts[2], parts[3], kind, name)
