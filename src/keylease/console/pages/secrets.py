"""Secrets: the list, the form for a new one, and one secret with its versions.

Facts: facts/kms.md 5 and 9. A name can hold slashes and dots, so it stands in the query of an
address.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from keylease.console.pages.instances import instances_of, is_usable
from keylease.console.pages.secret_forms import FORMS, PERIODS, SUBTYPES, form_of
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Page, Visit
from keylease.core.duration import seconds_text
from keylease.core.terms import RETENTION
from keylease.custody.secrets import lookup, stages
from keylease.custody.secrets.deletion import WINDOW_DEFAULT, WINDOW_MAX, WINDOW_MIN
from keylease.custody.secrets.model import Rotation, Secret, SecretType, SecretVersion
from keylease.custody.secrets.policies import policy_of
from keylease.custody.secrets.ports import SecretFilter
from keylease.custody.tags import TaggedKind

TYPES = {one: form.title for one, form in FORMS.items()}

#: How the stages of versions are called on pages; others are their owner's words.
STAGES = {
    stages.CURRENT: "Current version",
    stages.PREVIOUS: "Previous version",
    stages.PENDING: "Being rotated in",
}

ROTATIONS = {
    Rotation.ENABLED: "On",
    Rotation.DISABLED: "Off",
    Rotation.INVALID: "Failed",
}


@dataclass(frozen=True, slots=True)
class Revealed:
    """A value that somebody asked to see."""

    version_id: str
    value: str


def address_of(name: str) -> str:
    """The page of a secret."""
    return f"/console/secrets/details?name={quote(name, safe='')}"


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The secrets of the region, all or those whose name has some text in it."""
    asked = visit.query.get("name", "").strip()
    chosen = SecretFilter({}, kept_after=work.now - RETENTION, now=work.now, name_part=asked)
    place = visit.account_id, visit.region
    found, total = work.secrets.page(*place, chosen, visit.offset, PAGE_SIZE)
    instances = work.instances.find_many({one.instance_id for one in found})
    values = {"secrets": found, "total": total, "instances": instances, "asked": asked}
    return Page("secrets/list.html", "Secrets", values | _NAMES)


def create(visit: Visit, work: ConsoleWork) -> Page:
    """The form for a new secret of a type."""
    form = form_of(visit.given("type"))
    there = instances_of(work, visit.account_id, visit.region)
    values = {
        "form": form,
        "tabs": TYPES,
        "instances": [(one.id, one.name) for one in there if is_usable(one, work)],
        "subtypes": [(one, visit.t(SUBTYPES[one])) for one in form.subtypes],
        "intervals": _intervals(visit),
    }
    return Page("secrets/create.html", "Create Secret", values | _NAMES)


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One secret, by its name in the address."""
    return shown(visit, work, name_of(visit))


def shown(visit: Visit, work: ConsoleWork, name: str, revealed: Revealed | None = None) -> Page:
    """The page of a secret, with a value if one is to be seen."""
    secret = lookup.owned(work, visit.account_id, visit.region, name)
    versions = work.secrets.versions(secret.id)
    values = {
        "one": secret,
        "question": f"?name={quote(secret.name, safe='')}",
        "versions": versions[::-1],
        "instance": work.instances.find(secret.instance_id),
        "tags": work.tags.of(TaggedKind.SECRET, secret.id),
        "policy": json.dumps(json.loads(policy_of(secret)), indent=2, ensure_ascii=False),
        "following": _following_version(versions),
        "window": (WINDOW_MIN, WINDOW_DEFAULT, WINDOW_MAX),
        "interval": _interval(secret),
        "intervals": _intervals(visit, _interval(secret)),
        "fields": FORMS[secret.type].fields,
        "config": json.loads(secret.extended_config) if secret.extended_config else {},
        "revealed": revealed,
        "current": stages.CURRENT,
    }
    return Page("secrets/details.html", secret.name, values | _NAMES)


def name_of(visit: Visit) -> str:
    """The name of the secret that a page or form is about, from the query or the path."""
    return visit.given("name") or visit.path.get("name", "")


def _following_version(versions: Sequence[SecretVersion]) -> str:
    """An id for one more version."""
    taken = {one.id for one in versions}
    number = max((one.number for one in versions), default=0) + 1
    while f"v{number}" in taken:
        number += 1
    return f"v{number}"


def _intervals(visit: Visit, now: str = "") -> list[tuple[str, str]]:
    """The periods of automatic rotation as choices, ``now`` among them if it is another one."""
    known = {text: visit.t(said, number=number) for text, (said, number) in PERIODS.items()}
    return [("", visit.t("Off")), *(({now: now} if now else {}) | known).items()]


def _interval(secret: Secret) -> str:
    """The period of automatic rotation as its form has it; empty while it is off."""
    return "" if secret.rotation_interval is None else seconds_text(secret.rotation_interval)


_NAMES = {
    "types": TYPES,
    "stages": STAGES,
    "rotations": ROTATIONS,
    "address_of": address_of,
    "generic": SecretType.GENERIC,
}
