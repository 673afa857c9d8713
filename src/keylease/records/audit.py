"""One audited request, and the one way it is written as bytes.

A record is JSON: the version ``v`` first, then the fields in the order below, without spaces, the
keys of ``details`` sorted. There is exactly one spelling of each record, so the bytes can be hashed
and read again without doubt. Source: design.md 3; the format is docs/formats/audit.md.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from keylease.crypto.unreadable import UNREADABLE

#: What a detail may be: never key material, a plaintext, a password or a whole request.
Detail = str | int | bool | list[str] | None

#: The outcome of a request that was carried out; every other outcome is an error code.
OK: Final = "OK"


class AuditRecord(msgspec.Struct, frozen=True, tag_field="v", tag=1, forbid_unknown_fields=True):
    """Who asked for what, when, and what came of it.

    A msgspec structure and not a dataclass, because one is made and encoded for each crypto call:
    it costs a third. ``at`` is the business instant that the request was decided at, ``machine``
    the machine's wall clock in seconds: with a test clock the two differ. ``principal`` is who the
    access key belongs to, ``resource`` the id of a key, an instance or an order, or empty,
    ``outcome`` is `OK` or the error code, and ``peer`` the address that the request came from.
    """

    at: int
    machine: float
    request_id: str
    account_id: str
    principal: str
    access_key_id: str
    operation: str
    region: str
    resource: str
    outcome: str
    peer: str
    details: Mapping[str, Detail] = {}


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(AuditRecord)


def encode(record: AuditRecord) -> bytes:
    r"""The bytes of a record; ValueError or TypeError if it has none.

    The three texts that are also stored as columns may not hold ``\0``, which PostgreSQL refuses:
    it would take the whole commit down with it, and with that other people's requests.
    """
    if "\0" in record.account_id or "\0" in record.operation or "\0" in record.outcome:
        raise ValueError("an account, an operation or an outcome holds a zero character")
    if type(record.machine) is not float:  # 1 and 1.0 are two spellings
        record = msgspec.structs.replace(record, machine=float(record.machine))
    return _encoder.encode(record)


def decode(data: bytes) -> AuditRecord:
    """The record that these bytes spell; ValueError if they are not exactly what `encode` wrote."""
    try:
        record = _decoder.decode(data)
    except UNREADABLE:
        raise ValueError("it is no record") from None
    if _encoder.encode(record) != data:
        raise ValueError("the record is not in its canonical form")
    return record
