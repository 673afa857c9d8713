"""The one way from a caller's name for a key to a key that he may use now. rules.md 2.

The order of checks: existence (somebody else's key answers exactly like none), permission, the
phase of the instance, the state of the key; then the rate that was bought.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from keylease.access.admission import Caller, admit_key_use
from keylease.core.errors import Code, Refusal
from keylease.crypto.providers import UsableKey
from keylease.custody.keys.lookup import (
    ALIAS_PREFIX,
    key_not_found,
    named,
    service_of_alias,
)
from keylease.custody.keys.states import KEY_LIFE, KeyEvent
from keylease.runtime.look import Look
from keylease.runtime.memory import Kind, RememberedKey
from keylease.runtime.metering import RequestCounter
from keylease.runtime.rates import RateLimiter
from keylease.runtime.sharing import FairRates

#: No key id is longer, so nobody has to be asked about one that is.
KEY_ID_CHARACTERS_MAX = 64

#: ``alias/`` and at most 249 characters.
_ALIAS_CHARACTERS_MAX = 255

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """A call that was decided; ``run`` does the cryptography.

    ``is_quick`` steps run on the event loop, the others in a pool of threads. The key is what the
    audit record names.
    """

    key_id: str
    version_id: str
    is_quick: bool
    run: Callable[[], T]


class Gate:
    """Decides about the use of keys. ``quotas_on`` limits instances to what was bought."""

    def __init__(
        self,
        limiter: RateLimiter | FairRates,
        requests: RequestCounter,
        *,
        quotas_on: bool = True,
    ) -> None:
        self._limiter = limiter
        self._note = requests.note
        self._quotas_on = quotas_on

    def named(self, look: Look, caller: Caller, name: str, action: str) -> RememberedKey:
        """The caller's key by id, alias or resource name, ready to be used; Refusals, Doubt."""
        return self.usable(look, caller, _key_id(look, caller, name), action)

    def usable(self, look: Look, caller: Caller, key_id: str, action: str) -> RememberedKey:
        """The caller's key, ready to be used for an operation; Refusals, Doubt."""
        del action  # every action on a key is one that its account may do
        memory, principal = look.memory, caller.principal
        memory.require_fresh()
        key = look.key(key_id)
        now = memory.now()
        if key.account_id != principal.account_id or key.delete_at <= now:
            raise key_not_found()
        if key.instance_id:
            look.enter(key.instance_id, key.id, key.id)
        admit_key_use(principal, is_default=key.is_default, service=key.service)
        qps = look.purchased_rate(key.instance_id, now) if key.instance_id else 0
        KEY_LIFE.after(key.state_at(now), KeyEvent.USE, key.id)
        if qps and self._quotas_on:
            self._limiter.admit(key.instance_id, qps)
        if key.instance_id:
            self._note((key.instance_id, key.account_id, key.region, now))
        return key


def primary_of(key: RememberedKey) -> UsableKey:
    """The version that encrypts; Forbidden.KeyNotFound if it went away meanwhile."""
    if key.primary is None:
        raise key_not_found()
    return key.primary


def version_of(look: Look, key: RememberedKey, version_id: str) -> UsableKey:
    """A version of the key; Doubt, since it may be new, or the Refusal InvalidParameter."""
    version = key.versions.get(version_id)
    if version is None:
        look.require_confirmed(Kind.KEY, key.id)
        raise Refusal(
            Code.INVALID_PARAMETER, f"The key {key.id} has no version {version_id[:64]!r}."
        )
    return version


def _key_id(look: Look, caller: Caller, name: str) -> str:
    """The key id that a caller's name for a key stands for; Refusals of rules.md 2."""
    account_id = caller.principal.account_id
    key_id, region = named(name, account_id, caller.region)
    if not key_id.startswith(ALIAS_PREFIX):
        if len(key_id) > KEY_ID_CHARACTERS_MAX:
            raise key_not_found()
        return key_id
    service = service_of_alias(key_id)
    if service is not None:
        admit_key_use(caller.principal, is_default=True, service=service)
        return look.default_key_id(account_id, region, service)
    return look.key_id_of_alias(account_id, region, key_id[:_ALIAS_CHARACTERS_MAX])
