"""What is inside a backup: records, and what tells contents apart. docs/formats/backup.md.

A backup is a head, the keys with their versions, the secrets with their versions, and a tail that
says how many there were. Fields may be added to a record, with a default; what was written once
can be read for ever.
"""

import hashlib
from collections.abc import Mapping
from typing import Literal

import msgspec

from keylease.custody.keys.model import Key

#: What stands for material, where only the question is whether there is any.
SOME = b"\x01"


class Head(msgspec.Struct, frozen=True, tag_field="record", tag="head"):
    """The first record: which backup it is, and of what."""

    format: Literal[1]
    backup_id: str
    account_id: str
    region: str
    instance_id: str
    instance_name: str
    edition: str
    created_at: int


class AliasRecord(msgspec.Struct, frozen=True):
    """An alias of a key; the name begins with ``alias/``."""

    name: str
    created_at: int


class KeyRecord(msgspec.Struct, frozen=True, tag_field="record", tag="key"):
    """A key as it is kept, its aliases and tags. Its versions follow."""

    key: Key
    aliases: tuple[AliasRecord, ...] = ()
    tags: Mapping[str, str] = {}


class VersionRecord(msgspec.Struct, frozen=True, tag_field="record", tag="version"):
    """A version of the key before it; ``material`` is empty where there is none."""

    id: str
    key_id: str
    created_at: int
    material: bytes
    public: bytes

    def __repr__(self) -> str:
        return f"<VersionRecord {self.id}: hidden>"


class SecretRecord(msgspec.Struct, frozen=True, tag_field="record", tag="secret"):
    """A secret as it is kept, and its tags. Its versions follow."""

    name: str
    type: str
    description: str
    encryption_key_id: str
    extended_config: str
    creator: str
    policy: str
    rotation: str
    rotation_interval: int | None
    rotated_at: int | None
    created_at: int
    updated_at: int
    delete_at: int | None
    tags: Mapping[str, str] = {}

    def __repr__(self) -> str:
        return "<SecretRecord: hidden>"  # an extended config may hold what is not to be told


class SecretVersionRecord(msgspec.Struct, frozen=True, tag_field="record", tag="secret_version"):
    """A version of the secret before it; ``stages`` is a JSON array, no ``value``: it is lost."""

    secret: str
    id: str
    number: int
    data_type: str
    value: bytes | None
    stages: str
    created_at: int

    def __repr__(self) -> str:
        return "<SecretVersionRecord: hidden>"


class Tail(msgspec.Struct, frozen=True, tag_field="record", tag="tail"):
    """The last record: how many there were, and the SHA-256 of all records before it."""

    keys: int
    versions: int
    secrets: int
    secret_versions: int
    digest: bytes


Content = KeyRecord | VersionRecord | SecretRecord | SecretVersionRecord
Record = Head | Content | Tail

#: The counts of a tail, by what is counted.
COUNTED: Mapping[type, str] = {
    KeyRecord: "keys",
    VersionRecord: "versions",
    SecretRecord: "secrets",
    SecretVersionRecord: "secret_versions",
}


class Tally:
    """What a tail is made of, record by record."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(COUNTED.values(), 0)
        self._digest = hashlib.sha256()

    def add(self, record: Record, encoded: bytes) -> None:
        """Count a record that stands before the tail."""
        self._digest.update(encoded)
        if name := COUNTED.get(type(record)):
            self.counts[name] += 1

    def tail(self) -> Tail:
        """The tail that belongs after what was counted."""
        return Tail(**self.counts, digest=self._digest.digest())


class Fingerprint:
    """Tells whether an instance is as it was backed up, without opening any material.

    That a version of a key has material counts, and not which: it never changes, nor does the value
    of a version of a secret.
    """

    def __init__(self) -> None:
        self._digest = hashlib.sha256(b"backup contents v1")

    def add(self, record: Record) -> None:
        """Take a record into it; heads and tails do not count."""
        if isinstance(record, VersionRecord):
            record = msgspec.structs.replace(record, material=_marked(record.material))
        elif isinstance(record, SecretVersionRecord):
            record = msgspec.structs.replace(record, value=None)
        elif isinstance(record, Head | Tail):
            return
        self._digest.update(msgspec.msgpack.encode(record))

    def digest(self) -> bytes:
        """32 bytes."""
        return self._digest.digest()


def _marked(material: bytes) -> bytes:
    return SOME if material else b""
