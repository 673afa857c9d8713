"""Serving the values of secrets from memory, to every door. Source: facts/kms-api.md A.2.

The order of checks: existence, permission, the phase of the instance, the state of the secret, the
version; then the permission and the state of the key that protects it; then the rate that was
bought. A value is decrypted when it is asked for, and not before.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from keylease.access.admission import Caller, admit_resource, is_shared_with
from keylease.core.errors import Code, Refusal, ensure
from keylease.crypto.providers import UsableKey
from keylease.custody.secrets.lookup import foreign_secret, named, secret_not_found
from keylease.custody.secrets.model import NAME_CHARACTERS_MAX, Secret, SecretVersion
from keylease.custody.secrets.protection import (
    key_version_of,
    opened_by_instance,
    opened_by_key,
    place_of,
)
from keylease.custody.secrets.stages import CURRENT, PREVIOUS, holder
from keylease.custody.secrets.states import SECRET_LIFE, SecretEvent, state_of
from keylease.custody.work import local_subject
from keylease.runtime.gate import Gate, Step
from keylease.runtime.look import Look
from keylease.runtime.memory import Kind
from keylease.runtime.secret_records import RememberedSecret

GET_SECRET_VALUE = "kms:GetSecretValue"  # noqa: S105 - an action, no secret


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which value: of a version, of a stage, or for None of both the current one."""

    name: str
    version_id: str | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class SecretValue:
    """A value that somebody may see, with what is known of it."""

    secret: Secret
    version: SecretVersion
    data: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Granted:
    """A value that was decided about; ``count`` is to be called once for the call."""

    step: Step[SecretValue]
    count: Callable[[], None]


class SecretValues:
    """Decides about the values of secrets."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def get(self, look: Look, caller: Caller, wanted: Wanted) -> Step[SecretValue]:
        """One value, counted against the instance's rate; Refusals, Doubt."""
        granted = self.grant(look, caller, wanted)
        granted.count()
        return granted.step

    def grant(self, look: Look, caller: Caller, wanted: Wanted) -> Granted:
        """One value, not counted yet: for calls that ask for many. Refusals, Doubt."""
        memory = look.memory
        memory.require_fresh()
        found, now = self._found(look, caller, wanted.name), memory.now()
        secret = found.secret
        if secret.is_gone(now) or not is_shared_with(
            caller.principal.account_id, secret.account_id, found.policy
        ):
            raise secret_not_found()
        look.enter(secret.instance_id, secret.name, secret.encryption_key_id)
        admit_resource(caller, GET_SECRET_VALUE, found.resource, now)
        qps = _purchased_rate(look, secret, now)
        SECRET_LIFE.after(state_of(secret.delete_at), SecretEvent.GET_VALUE, secret.name)
        version = _version(look, found, wanted)
        used = self._key_version(look, caller, secret, version)

        def run() -> SecretValue:
            return SecretValue(secret, version, _opened(found, version, used).decode())

        def count() -> None:
            self._gate.count(secret.instance_id, secret.account_id, secret.region, qps, now)

        return Granted(Step(secret.name, version.id, used is None or used.is_quick, run), count)

    def _found(self, look: Look, caller: Caller, name: str) -> RememberedSecret:
        account_id = caller.principal.account_id
        foreign = foreign_secret(name, account_id)
        account_id, region, bare = foreign or (
            account_id,
            *named(name, account_id, caller.region)[::-1],
        )
        if len(bare) > NAME_CHARACTERS_MAX:
            raise secret_not_found()
        return look.secret(account_id, region, bare)

    def _key_version(
        self, look: Look, caller: Caller, secret: Secret, version: SecretVersion
    ) -> UsableKey | None:
        """The version of the customer's key that protects the value; None for the instance's."""
        used = key_version_of(version.data_key)
        if used is None:
            return None
        # A role's session needs no permission on the key here. facts/kms.md 6.2
        action = "" if caller.principal.role else "Decrypt"
        key = self._gate.usable(look, caller, secret.encryption_key_id, action, counts=False)
        if used not in key.versions:
            look.require_confirmed(Kind.KEY, key.id)
        ensure(used in key.versions, f"the secret {secret.id} is under a version that is gone")
        return key.versions[used]


def _purchased_rate(look: Look, secret: Secret, now: int) -> int:
    try:
        return look.purchased_rate(secret.instance_id, now)
    except Refusal as error:
        if error.code is Code.KEY_NOT_FOUND:  # the instance is gone, and with it the secret
            raise secret_not_found() from None
        raise


def _version(look: Look, found: RememberedSecret, wanted: Wanted) -> SecretVersion:
    """The version that is meant; of a managed secret only the current and the previous one."""
    secret, version_id, stage = found.secret, wanted.version_id, wanted.stage
    if secret.type.is_managed:
        version_id = None
        if stage not in {None, CURRENT, PREVIOUS}:
            raise Refusal(
                Code.INVALID_PARAMETER,
                "VersionStage of a {kind} secret takes {current} or {previous}.",
                kind=secret.type,
                current=CURRENT,
                previous=PREVIOUS,
            )
    if version_id is not None:
        version = next((one for one in found.versions if one.id == version_id), None)
        if version is not None and stage is not None and stage not in version.stages:
            version = None
    else:
        version = holder(found.versions, stage or CURRENT)
    if version is None:
        place = local_subject(secret.account_id, secret.region, secret.name)
        look.require_confirmed(Kind.SECRET, place)
        raise Refusal(Code.RESOURCE_NOT_FOUND, "Resource not found: there is no such version.")
    return version


def _opened(found: RememberedSecret, version: SecretVersion, used: UsableKey | None) -> bytes:
    place = place_of(found.secret, version.id)
    if used is not None:
        return opened_by_key(version.data_key, version.sealed, place, used)
    if found.place is None:
        raise AssertionError(f"nothing opens the secret {found.secret.id}")
    return opened_by_instance(version.data_key, version.sealed, place, found.place)
