"""The one way from a caller's name for a key to a key that he may use now. rules.md 2.

The order of checks: existence (somebody else's key answers exactly like none), permission, the
phase of the instance, the state of the key; then the rate that was bought.
"""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from keylease.access.accounts import Principal
from keylease.access.admission import (
    Caller,
    admit_key_use,
    admit_resource,
    is_shared_with,
    needs_no_policy,
)
from keylease.core.errors import Code, Refusal
from keylease.crypto.providers import UsableKey
from keylease.custody.keys.lookup import (
    ALIAS_PREFIX,
    KEY_ID_CHARACTERS_MAX,
    alias_not_found,
    foreign_key,
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

#: ``alias/`` and at most 249 characters.
_ALIAS_CHARACTERS_MAX = 255

T = TypeVar("T")
U = TypeVar("U")


class Step(NamedTuple, Generic[T]):
    """A call that was decided; ``run`` does the cryptography. A tuple, since each call makes two.

    ``is_quick`` steps run on the event loop, the others in a pool of threads. The key is what the
    audit record names.
    """

    key_id: str
    version_id: str
    is_quick: bool
    run: Callable[[], T]

    def then(self, change: Callable[[T], U], *, is_quick: bool = True) -> "Step[U]":
        """The same with what ``change`` makes of it, which may not be quick itself."""
        run = self.run
        return Step(self.key_id, self.version_id, self.is_quick and is_quick, lambda: change(run()))


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
        """The key by id, alias or resource name, ready to be used; Refusals, Doubt.

        Another account's key is found by its resource name only.
        """
        key_id, owner = key_id_of(look, caller, name)
        return self.usable(look, caller, key_id, action, owner)

    def usable(
        self,
        look: Look,
        caller: Caller,
        key_id: str,
        action: str,
        owner: str = "",
        *,
        counts: bool = True,
    ) -> RememberedKey:
        """A key, ready to be used for an operation; Refusals, Doubt.

        ``action`` is the permission that is needed, without ``kms:``, empty for none; ``owner``
        the account that the caller says it belongs to, if he does. Where the use of a key is part
        of another call, that one ``counts``.
        """
        memory, principal = look.memory, caller.principal
        memory.require_fresh()
        key = look.key(key_id)
        now = memory.now()
        if key.account_id != (owner or key.account_id) or key.delete_at <= now:
            raise key_not_found()
        needs_policy = bool(action) and not needs_no_policy(principal, key.account_id, key.policy)
        if needs_policy:
            _require_shared(principal, key)
        if key.instance_id:
            look.enter(key.instance_id, key.id, key.id)
        if needs_policy:
            admit_resource(caller, f"kms:{action}", key.resource, now)
        admit_key_use(principal, is_default=key.is_default, service=key.service)
        qps = look.purchased_rate(key.instance_id, now) if key.instance_id else 0
        KEY_LIFE.after(key.state_at(now), KeyEvent.USE, key.id)
        if counts and key.instance_id and (action, key.id) not in look.counted:
            self.count(key.instance_id, key.account_id, key.region, qps, now)
            look.counted += ((action, key.id),)
        return key

    def enter(self, look: Look, instance_id: str, account_id: str, region: str) -> None:
        """Use an instance for what needs no key; Refusals, Doubt."""
        look.memory.require_fresh()
        look.enter(instance_id, "")
        now = look.memory.now()
        self.count(instance_id, account_id, region, look.purchased_rate(instance_id, now), now)

    def count(self, instance_id: str, account_id: str, region: str, qps: int, now: int) -> None:
        """Count a call against the rate that an instance bought; Refusal Rejected.Throttling."""
        if qps and self._quotas_on:
            self._limiter.admit(instance_id, qps)
        self._note((instance_id, account_id, region, now))


def primary_of(key: RememberedKey) -> UsableKey:
    """The version that encrypts; Forbidden.KeyNotFound if it went away meanwhile."""
    if key.primary is None:
        raise key_not_found()
    return key.primary


def initial_of(key: RememberedKey) -> UsableKey:
    """The version that the key was made with; Forbidden.KeyNotFound if it went away meanwhile."""
    if key.initial is None:
        raise key_not_found()
    return key.initial


def version_of(look: Look, key: RememberedKey, version_id: str) -> UsableKey:
    """A version of the key; Doubt, since it may be new, or the Refusal InvalidParameter."""
    version = key.versions.get(version_id)
    if version is None:
        look.require_confirmed(Kind.KEY, key.id)
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The key {key} has no version {version!r}.",
            key=key.id,
            version=version_id[:64],
        )
    return version


def _require_shared(principal: Principal, key: RememberedKey) -> None:
    """Forbidden.KeyNotFound for whom a key does not exist."""
    if not is_shared_with(principal.account_id, key.account_id, key.policy):
        raise key_not_found()


def key_id_of(look: Look, caller: Caller, name: str) -> tuple[str, str]:
    """The id and the owner of the key that a caller's name stands for; Refusals of rules.md 2."""
    account_id = caller.principal.account_id
    key_id, region = name, caller.region
    if name.startswith("acs:"):
        if foreign := foreign_key(name, account_id):
            return foreign
        key_id, region = named(name, account_id, region)
    if not key_id.startswith(ALIAS_PREFIX):
        if len(key_id) > KEY_ID_CHARACTERS_MAX:
            raise key_not_found()
        return key_id, account_id
    service = service_of_alias(key_id)
    if service is not None:
        admit_key_use(caller.principal, is_default=True, service=service)
        return look.default_key_id(account_id, region, service), account_id
    if len(key_id) > _ALIAS_CHARACTERS_MAX:
        raise alias_not_found()
    return look.key_id_of_alias(account_id, region, key_id), account_id
