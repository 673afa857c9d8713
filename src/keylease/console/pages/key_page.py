"""One key: what it is, and what its state and its instance allow to be done with it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from keylease.console.pages.key_creation import ORIGINS, STORAGES
from keylease.console.pages.key_words import WORDS, aliases_of
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Page, Visit
from keylease.core.clock import DAY
from keylease.core.errors import Refusal
from keylease.core.terms import Phase
from keylease.crypto.algorithms import WRAPPINGS, KeyUsage
from keylease.crypto.pem import public_pem
from keylease.custody.instances.model import Instance
from keylease.custody.instances.states import InstanceState
from keylease.custody.keys import lookup, policies, rotation
from keylease.custody.keys.creation import DEFAULT_KEY_INTERVAL
from keylease.custody.keys.model import Key
from keylease.custody.keys.states import KeyState
from keylease.custody.tags import TaggedKind

#: How material can be encrypted on its way, the best first.
_WRAPPINGS = [(spec, one) for spec, ways in WRAPPINGS.items() for one in reversed(ways)]


#: What can be tried with keys whose ciphertexts do not name them.
_TRIALS = {
    KeyUsage.ENCRYPT_DECRYPT: "asymmetric",
    KeyUsage.SIGN_VERIFY: "sign",
    KeyUsage.GENERATE_VERIFY_MAC: "mac",
}


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key at a moment. ``instance`` is None for a default key."""

    key: Key
    instance: Instance | None
    aliases: Sequence[str]
    now: int

    @property
    def name(self) -> str:
        """What people call it: its first alias, else its id."""
        return next(iter(self.aliases), self.key.id)

    @property
    def state(self) -> KeyState:
        """Its state."""
        return self.key.state_at(self.now)

    @property
    def place(self) -> str:
        """Why it cannot be used because of its instance: expired, disabled, or empty."""
        if self.instance is None:
            return ""
        if self.instance.phase(self.now) is not Phase.RUNNING:
            return "expired"
        return "" if self.instance.state is InstanceState.CONNECTED else "disabled"

    @property
    def is_changeable(self) -> bool:
        """Whether its owner can change anything about it now."""
        return not self.place and not self.key.is_service_managed

    @property
    def is_editable(self) -> bool:
        """Whether description, tags, aliases and policy can be changed."""
        return self.is_changeable and self.state is not KeyState.PENDING_DELETION

    @property
    def is_on(self) -> bool:
        """Whether it can be used and rotated."""
        return self.is_changeable and self.state is KeyState.ENABLED

    @property
    def rotates_by_itself(self) -> bool:
        """Whether it is of a kind that can."""
        try:
            rotation.require_rotatable(self.key)
        except Refusal:
            return False
        return True

    @property
    def takes_versions(self) -> bool:
        """Whether it is of a kind that gets further versions."""
        if self.key.key_spec.is_symmetric:
            return self.rotates_by_itself
        return not self.key.is_external and not self.key.is_service_managed

    @property
    def trial(self) -> str:
        """What can be tried with it: encrypt, asymmetric, sign, mac; nothing with default keys."""
        if self.key.is_default:
            return ""
        if self.key.key_spec.seals:
            return "encrypt"
        return _TRIALS[KeyUsage(self.key.usage)]

    @property
    def _missing(self) -> set[str]:
        """The parts that its page lacks."""
        has = {
            "policy": not self.key.is_default,
            "try": bool(self.trial),
            "import": self.key.is_external,
        }
        return {name for name, there in has.items() if not there}

    @property
    def tabs(self) -> dict[str, str]:
        """The parts of its page."""
        return {name: tab.title for name, tab in TABS.items() if name not in self._missing}


def show(visit: Visit, work: ConsoleWork) -> Page:
    """The key's page, on the tab that was asked for."""
    view = viewed(visit, work)
    asked = visit.query.get("tab", "details")
    name = asked if asked in view.tabs else "details"
    values = {"view": view, "one": view.key, "tab": name} | _NAMES
    tab = TABS[name]
    return Page(tab.template, "Key", values | tab.read(visit, work, view.key))


def shown_again(visit: Visit, **more: Any) -> Page:
    """The key's page as it is now, with what an action adds to it."""
    with visit.transactions.read() as work:
        page = show(visit, work)
    return replace(page, values={**page.values, **more})


def viewed(visit: Visit, work: ConsoleWork) -> KeyView:
    """The key that an address names; Refusal."""
    key, instance = lookup.with_place(
        work, visit.account_id, visit.region, visit.path["key_id"], lock=False
    )
    aliases = aliases_of(work, [key]).get(key.id, [])
    return KeyView(key, instance, aliases, work.now)


def _details(_visit: Visit, work: ConsoleWork, key: Key) -> dict[str, Any]:
    return {"public": _public_pem(work, key)}


def _versions(visit: Visit, work: ConsoleWork, key: Key) -> dict[str, Any]:
    found, total = work.keys.versions(key.id, visit.offset, PAGE_SIZE)
    pause = 0 if key.key_spec.is_symmetric else work.key_version_pause
    usual = DEFAULT_KEY_INTERVAL if key.is_default else 90 * DAY
    return {
        "versions": found,
        "total": total,
        "next_from": key.rotated_at + pause,
        "days": (key.rotation_interval or usual) // DAY,
    }


def _names(visit: Visit, work: ConsoleWork, key: Key) -> dict[str, Any]:
    aliases, total = work.aliases.page(key.account_id, key.region, key.id, visit.offset, PAGE_SIZE)
    return {"aliases": aliases, "total": total, "tags": work.tags.of(TaggedKind.KEY, key.id)}


def _policy(_visit: Visit, _work: ConsoleWork, key: Key) -> dict[str, Any]:
    policy = json.loads(policies.policy_of(key))
    return {"policy": json.dumps(policy, indent=2, ensure_ascii=False)}


def _trial(_visit: Visit, _work: ConsoleWork, key: Key) -> dict[str, Any]:
    algorithms = key.key_spec.algorithms.get(KeyUsage(key.usage), ())
    return {"algorithms": [(one.value, one.value) for one in algorithms], "result": {}}


def _import(visit: Visit, _work: ConsoleWork, _key: Key) -> dict[str, Any]:
    offered = [(f"{spec} {one}", f"{one} ({spec})") for spec, one in _WRAPPINGS]
    first = offered[0]
    offered[0] = (first[0], f"{first[1]} · {visit.t('recommended')}")
    return {"wrappings": offered, "parameters": {}}


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of a key's page, and what it reads besides the key."""

    title: str
    template: str
    read: Callable[[Visit, ConsoleWork, Key], dict[str, Any]]


TABS = {
    "details": Tab("Details", "keys/details.html", _details),
    "versions": Tab("Versions and rotation", "keys/versions.html", _versions),
    "names": Tab("Aliases and tags", "keys/names.html", _names),
    "import": Tab("Import material", "keys/import.html", _import),
    "policy": Tab("Key policy", "keys/policy.html", _policy),
    "try": Tab("Try it", "keys/try.html", _trial),
}


def _public_pem(work: ConsoleWork, key: Key) -> str:
    if not key.key_spec.has_public_key:
        return ""
    version = work.keys.version(key.id, key.primary_version)
    return public_pem(version.public) if version is not None and version.public else ""


_NAMES = {"origins": ORIGINS, "storages": STORAGES} | WORDS
