"""Valid audit records and chains from nothing."""

from typing import Any

from keylease.records.audit import AuditRecord, encode
from keylease.records.chain import Entry, genesis, link

WRITER = "0f3e2e4c-91f0-4c1b-9a3f-5a2b8c1d7e60"


def record(**changes: Any) -> AuditRecord:
    fields: dict[str, Any] = {
        "at": 1_795_423_219,
        "machine": 1_795_423_219.25,
        "request_id": "7C3D6F6E-6E0E-4D1E-9E9B-0D2C5B7A1F30",
        "account_id": "1234567890123456",
        "principal": "alice",
        "access_key_id": "LTAIabcdefghijklmnopqrst",
        "operation": "Encrypt",
        "region": "cn-hangzhou",
        "resource": "key-hzz62f1cb66fa42qo5abcd",
        "outcome": "OK",
        "peer": "192.0.2.17",
    }
    return AuditRecord(**fields | changes)


def chain(length: int, writer: str = WRITER) -> list[Entry]:
    """A whole chain whose records differ in ``at`` and ``request_id``."""
    records = [record(at=i, request_id=f"request-{i}") for i in range(1, length + 1)]
    return link(genesis(writer), [(r, encode(r)) for r in records])
