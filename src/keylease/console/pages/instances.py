"""Instances: the list with its two tabs, and one instance with what can be done to it.

Facts: facts/kms.md 9; the Remaining Period: rules.md 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.console.languages import Text
from keylease.console.pages.requests import requests_of
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.core.clock import DAY, HOUR
from keylease.core.terms import NEVER, RETENTION, Phase, release_of
from keylease.custody.instances import lookup
from keylease.custody.instances.model import Capacity, Edition, Instance
from keylease.custody.instances.states import InstanceState
from keylease.custody.sharing import used_networks
from keylease.lifecycle.listing import SubscriptionFilter

TABS = {
    "software": ("Software Key Management", (Edition.SOFTWARE, Edition.SOFTWARE_SMALL)),
    "hardware": ("Hardware Key Management", (Edition.HARDWARE, Edition.HARDWARE_SMALL)),
}

EDITIONS = {
    Edition.SOFTWARE: "Software",
    Edition.SOFTWARE_SMALL: "Software, small",
    Edition.HARDWARE: "Hardware",
    Edition.HARDWARE_SMALL: "Hardware, small",
    Edition.DEFAULT_KEY_ROTATION: "Default key rotation",
}

#: How an instance's state is called on pages. facts/kms.md 9.
STATUSES = {
    InstanceState.UNINITIALIZED: "Not enabled",
    InstanceState.CONNECTED: "Enabled",
    InstanceState.DISCONNECTED: "Disabled",
}

MODES = {
    RenewalMode.AUTO: "Automatic",
    RenewalMode.MANUAL: "By hand",
    RenewalMode.NEVER: "Not renewed",
}


#: As many can be chosen from; others are reached by their own page.
_CHOICES_MAX = 200


@dataclass(frozen=True, slots=True)
class Row:
    """An instance with what is used of it at a moment."""

    instance: Instance
    renewal: RenewalSetting
    capacity: Capacity
    status: str
    remaining: tuple[str, int]
    keys: int
    secrets: int
    access_units: int


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The Instances page: a tab for each kind of key management."""
    tab = visit.query.get("tab", "software")
    tab = tab if tab in TABS else "software"
    chosen = SubscriptionFilter(region=visit.region, services=False, editions=TABS[tab][1])
    kept = work.now - RETENTION
    found, total = work.subscriptions.page(visit.account_id, chosen, kept, visit.offset, PAGE_SIZE)
    values = {"rows": rows_of(work, found), "total": total, "tab": tab, "tabs": TABS}
    return Page("instances/list.html", "Instances", values | _NAMES)


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One instance."""
    instance = lookup.owned(work.instances, visit.account_id, visit.path["instance_id"], work.now)
    renewal = work.renewal_settings.find_many([instance.id])[instance.id]
    row = rows_of(work, [(instance, renewal)])[0]
    zones = [f"{instance.region}-{letter}" for letter in "abc"]
    values = {"row": row, "one": instance, "zones": zones, "ca_chain": work.ca_chain_pem}
    values |= requests_of(visit, work, instance.region, instance.id)
    return Page("instances/details.html", instance.name, values | _NAMES)


def enable(visit: Visit) -> Goto:
    """Enable Now."""
    instance_id = visit.path["instance_id"]
    visit.perform(
        "ConnectKmsInstance",
        KmsInstanceId=instance_id,
        KMProvider="Aliyun",
        VpcId=visit.given("VpcId"),
        VSwitchIds=visit.given("VSwitchIds"),
        ZoneIds=",".join(visit.lists.get("ZoneIds", ())),
    )
    return _back(instance_id, "The instance is enabled.")


def rename(visit: Visit) -> Goto:
    """Give it another name."""
    instance_id, name = visit.path["instance_id"], visit.given("InstanceName")
    visit.perform("UpdateKmsInstance", KmsInstanceId=instance_id, InstanceName=name)
    return _back(instance_id, "The instance has a new name.")


def protect(visit: Visit) -> Goto:
    """Switch its deletion protection on or off."""
    instance_id, on = visit.path["instance_id"], visit.given("on")
    visit.perform("SetDeletionProtection", KmsInstanceId=instance_id, EnableDeletionProtection=on)
    done = "Deletion protection is on." if on == "true" else "Deletion protection is off."
    return _back(instance_id, done)


def rows_of(work: ConsoleWork, found: Sequence[tuple[Instance, RenewalSetting]]) -> list[Row]:
    """Instances with what is used of them, in three questions whatever their number."""
    ids = [instance.id for instance, _ in found]
    held = work.usage.holdings(ids)
    shared = work.sharing.counts(ids)
    return [
        Row(
            instance=one,
            renewal=renewal,
            capacity=one.capacity_at(work.now),
            status=_status(one, work),
            remaining=remaining(one, work.now),
            keys=held[one.id].key_versions,
            secrets=held[one.id].secrets,
            access_units=used_networks(one) + shared.get(one.id, 0),
        )
        for one, renewal in found
    ]


def instances_of(work: ConsoleWork, account_id: str, region: str | None = None) -> list[Instance]:
    """The account's instances, in a region or in all, oldest first."""
    chosen = SubscriptionFilter(region=region, services=False)
    kept = work.now - RETENTION
    found, _ = work.subscriptions.page(account_id, chosen, kept, 0, _CHOICES_MAX)
    return [instance for instance, _ in found]


def called(instance: Instance, t: Text) -> str:
    """Its name; a service that nobody named is called what it is."""
    if instance.edition.is_service and instance.name == instance.id:
        return t(EDITIONS[instance.edition])
    return instance.name


def is_usable(instance: Instance, work: ConsoleWork) -> bool:
    """Whether keys and secrets can be made in it now."""
    state = instance.state_with(hardware=work.hardware_is_there)
    return instance.phase(work.now) is Phase.RUNNING and state is InstanceState.CONNECTED


def remaining(instance: Instance, now: int) -> tuple[str, int]:
    """The Remaining Period as a text and its number. rules.md 2."""
    if instance.end == NEVER:
        return "until it is released", 0
    if instance.phase(now) is Phase.RUNNING:
        left = instance.end - now
        return ("{number} days", left // DAY) if left >= DAY else ("{number} hours", left // HOUR)
    return "released in {number} days", max(0, release_of(instance.end) - now) // DAY


def _status(instance: Instance, work: ConsoleWork) -> str:
    if instance.phase(work.now) is not Phase.RUNNING:
        return "Stopped for debt" if instance.is_pay_as_you_go else "Expired"
    return STATUSES[instance.state_with(hardware=work.hardware_is_there)]


def _back(instance_id: str, done: str) -> Goto:
    return Goto(f"/console/instances/{instance_id}", done)


_NAMES = {"editions": EDITIONS, "modes": MODES}
