"""Making the versions of keys, and opening them again.

A provider makes the material; it is kept under a wrapping key of the key's own
(`keylease.custody.vault`). What takes long (RSA, anything in a token) is made before the
transaction, so that nobody waits for it with the database locked: `made_before` asks for it, and
the call is run again with what was made. Source: design.md 3 and 4.
"""

from collections.abc import Callable
from dataclasses import dataclass

from keylease.core import ids
from keylease.core.errors import ensure
from keylease.crypto.algorithms import Family, KeySpec, ProtectionLevel
from keylease.crypto.envelope import WrappingKey
from keylease.crypto.providers import Made, Storage, UsableKey
from keylease.custody.keys.model import (
    Key,
    KeyVersion,
    key_scope,
    place_scope,
    version_context,
)
from keylease.custody.work import CustodyWork

_SLOW = frozenset({Family.RSA})


@dataclass(frozen=True, slots=True)
class Prepared:
    """A version's material that was made before the transaction that keeps it."""

    version_id: str
    spec: KeySpec
    made: Made


class NotPrepared(Exception):
    """Something takes too long for a transaction: run ``prepare`` without one, then try again."""

    def __init__(self, prepare: Callable[[], object]) -> None:
        super().__init__()
        self.prepare = prepare


def new_material(
    work: CustodyWork,
    spec: KeySpec,
    protection: ProtectionLevel,
    storage: Storage,
    prepared: Prepared | None,
) -> Prepared:
    """Material for a version, made now where that is quick; NotPrepared; Refusals."""
    provider = work.providers.of(protection)
    provider.require(spec, storage)
    if prepared is not None:
        ensure(prepared.spec is spec, "what was made is of the spec that was asked for")
        return prepared
    version_id = ids.uuid(work.entropy)

    def prepare() -> Prepared:
        return Prepared(version_id, spec, provider.generate(spec, storage, version_id))

    if protection is ProtectionLevel.HSM or spec.family in _SLOW:
        raise NotPrepared(prepare)
    return prepare()


def wrapped_version(work: CustodyWork, key: Key, prepared: Prepared, *, first: bool) -> KeyVersion:
    """A version to be kept, wrapped; the first one of a key gets the key's wrapping key made."""
    scope = key_scope(key.id)
    wrapping = _new_wrapping(work, key) if first else wrapping_of(work, key, scope)
    return KeyVersion(
        id=prepared.version_id,
        key_id=key.id,
        instance_id=key.instance_id,
        scope=scope,
        created_at=work.now,
        wrapped=wrap(work, key, wrapping, prepared),
        public=prepared.made.public,
    )


def empty_version(work: CustodyWork, key: Key) -> KeyVersion:
    """The first version of a key that waits for its owner's material."""
    scope = key_scope(key.id)
    _new_wrapping(work, key)
    return KeyVersion(key.primary_version, key.id, key.instance_id, scope, work.now, b"")


def wrap(work: CustodyWork, key: Key, wrapping: WrappingKey, prepared: Prepared) -> bytes:
    """What is kept of a version."""
    context = version_context(key, prepared.version_id)
    return work.vault.wrap(wrapping, prepared.made.kept, context)


def wrapping_of(work: CustodyWork, key: Key, scope: str) -> WrappingKey:
    """The wrapping key of a key's versions; those of before have that of their place."""
    place = work.vault.scope(work.wrapping_keys, place_scope(key))
    if scope != key_scope(key.id):
        return place
    return work.vault.scope_within(work.wrapping_keys, scope, place)


def usable(work: CustodyWork, key: Key, version: KeyVersion, wrapping: WrappingKey) -> UsableKey:
    """A version with material, ready for use; `UnwrapFailed`."""
    kept = wrapping.unwrap(version.wrapped, version_context(key, version.id))
    provider = work.providers.of(key.protection)
    made = Made(kept, version.public)
    return provider.load(key.key_spec, Storage(key.storage), version.id, made)


def _new_wrapping(work: CustodyWork, key: Key) -> WrappingKey:
    place = work.vault.scope(work.wrapping_keys, place_scope(key))
    return work.vault.new_scope_within(work.wrapping_keys, key_scope(key.id), place)
