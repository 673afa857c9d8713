"""Managed data keys: named, in numbered versions, each sealed by a key of an instance.

Their owner reads a version in plaintext (GetManagedDataKey) to encrypt with on his own; reading it
is using the key that seals it. How one comes to be is in no source: `keylease data-key` makes
them. Source: the models of the current client, facts/kms-api.md A (Managed data keys).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from keylease.core import ids
from keylease.core.errors import Code, Refusal
from keylease.crypto.algorithms import KeyUsage
from keylease.crypto.framing import frame
from keylease.custody.keys import lookup
from keylease.custody.keys.material import usable, wrapping_of
from keylease.custody.keys.model import Key
from keylease.custody.keys.states import KEY_LIFE, KeyEvent
from keylease.custody.work import CustodyWork, local_subject

#: AES-256.
DATA_KEY_BYTES = 32

VERSIONS_MAX = 100

_NAME = re.compile(r"[A-Za-z0-9_/+=.@-]{1,192}")


@dataclass(frozen=True, slots=True)
class DataKeyVersion:
    """One version; ``ciphertext`` names the version of the key that opens it."""

    id: str
    number: int
    key_id: str
    ciphertext: bytes = field(repr=False)
    created_at: int

    def name_of(self, data_key: str) -> str:
        """What the version is called beside its data key's name."""
        return f"{data_key}/{self.number}"


@dataclass(frozen=True, slots=True)
class DataKey:
    """A managed data key with its versions, oldest first; there is at least one."""

    account_id: str
    region: str
    name: str
    versions: tuple[DataKeyVersion, ...]

    def version(self, version_id: str | None, *, latest: bool) -> DataKeyVersion | None:
        """The version with this id; without one the last or, as documented, the first."""
        if version_id is None:
            return self.versions[-1 if latest else 0]
        return next((one for one in self.versions if one.id == version_id), None)

    def bound(self, version: DataKeyVersion) -> bytes:
        """What a version is bound to: it opens as no other."""
        return bound_to(self.account_id, self.region, self.name, version.id)


@dataclass(frozen=True, slots=True)
class DataKeyRow:
    """A managed data key in a list: how many versions it has, and when the last was made."""

    name: str
    versions: int
    last_at: int


class DataKeys(Protocol):
    """Managed data keys, inside a unit of work."""

    def find(self, account_id: str, region: str, name: str) -> DataKey | None:
        """The data key with this name."""
        ...

    def add(self, account_id: str, region: str, name: str, version: DataKeyVersion) -> None:
        """A version more."""
        ...

    def page(
        self, account_id: str, region: str, offset: int, limit: int
    ) -> tuple[Sequence[DataKeyRow], int]:
        """A page of an account's data keys in a region, by name; how many there are."""
        ...

    def names(self, account_id: str) -> Sequence[tuple[str, str]]:
        """The region and the name of each of an account's data keys, sorted."""
        ...


class DataKeyWork(CustodyWork, Protocol):
    """A unit of work that knows managed data keys."""

    @property
    def data_keys(self) -> DataKeys:
        """The managed data keys."""
        ...


def create(
    work: DataKeyWork, account_id: str, region: str, name: str, key_name: str
) -> DataKeyVersion:
    """Make a data key with its first version, sealed by a symmetric key of the account.

    Refusals: InvalidParameter, Rejected.ResourceExist, Forbidden.KeyNotFound, those of using it.
    """
    if not _NAME.fullmatch(name):
        raise Refusal(
            Code.INVALID_PARAMETER, "The name takes 1 to 192 letters, digits and _ / + = . @ -"
        )
    if work.data_keys.find(account_id, region, name) is not None:
        raise Refusal(Code.RESOURCE_EXISTS, "There is a data key {name!r} already.", name=name)
    return _add(work, account_id, region, name, key_name, 1)


def rotate(work: DataKeyWork, account_id: str, region: str, name: str) -> DataKeyVersion:
    """Make a version more with the same key; the others stay. Refusals as of `create`."""
    found = work.data_keys.find(account_id, region, name)
    if found is None:
        raise data_key_not_found()
    last = found.versions[-1]
    if last.number >= VERSIONS_MAX:
        raise Refusal(
            Code.LIMIT_EXCEEDED, "A data key has at most {most} versions.", most=VERSIONS_MAX
        )
    return _add(work, account_id, region, name, last.key_id, last.number + 1)


def bound_to(account_id: str, region: str, name: str, version_id: str) -> bytes:
    """What the ciphertext of a version is bound to."""
    return frame(("managed-data-key", account_id, region, name, version_id))


def data_key_not_found() -> Refusal:
    """The one answer for a data key that does not exist or is not yours, and for a version."""
    return Refusal(Code.RESOURCE_NOT_FOUND, "Resource not found")


def _add(
    work: DataKeyWork, account_id: str, region: str, name: str, key_name: str, number: int
) -> DataKeyVersion:
    key = lookup.changeable(work, account_id, region, key_name)
    fits = key.key_spec.seals and key.usage == KeyUsage.ENCRYPT_DECRYPT
    if key.is_default or not fits:
        raise Refusal(Code.UNSUPPORTED, "A data key takes a key of an instance that encrypts.")
    KEY_LIFE.after(key.state_at(work.now), KeyEvent.USE, key.id)
    version_id = ids.uuid(work.entropy)
    bound = bound_to(account_id, region, name, version_id)
    sealed = _sealed(work, key, work.entropy.random(DATA_KEY_BYTES), bound)
    version = DataKeyVersion(version_id, number, key.id, sealed, work.now)
    work.data_keys.add(account_id, region, name, version)
    work.changed("data-key", local_subject(account_id, region, name))
    return version


def _sealed(work: CustodyWork, key: Key, plaintext: bytes, bound: bytes) -> bytes:
    version = work.keys.version(key.id, key.primary_version)
    if version is None or not version.wrapped:
        raise lookup.key_not_found()
    used = usable(work, key, version, wrapping_of(work, key, version.scope))
    return used.version_id.encode() + used.seal(plaintext, bound, work.vault.nonces)
