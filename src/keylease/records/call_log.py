"""Log analysis: one entry for each request that was handled for an instance that bought it.

An entry has the documented fields and holds no secret and no plaintext. Source: facts/kms.md 10.2.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from keylease.core.clock import iso, local_date, midnight

#: The day of an entry and so many days before it are kept: 180 in all.
KEPT_DAYS = 180

#: Log storage is sold by the GB.
GB = 1 << 30

#: No entry takes more.
ENTRY_BYTES_MAX = 8_192

#: Of what a caller sends and is answered, so that an entry stays small.
_AGENT_CHARACTERS_MAX = 256
_MESSAGE_CHARACTERS_MAX = 512

#: Where an entry stands among those of its instance: its instant and its number.
Place = tuple[int, int]

_PLACE = re.compile(r"([0-9]{1,19})-([0-9]{1,18})", re.ASCII)

#: What a call is named in the log where that is not its own name; then the name is told as well.
_NAMED = {
    "GenerateDataKeyWithoutPlaintext": "GenerateDataKey",
    "GetSecretValue": "Decrypt",
    "BatchGetSecretValue": "Decrypt",
}


@dataclass(frozen=True, slots=True)
class HandledFor:
    """What a call used: an instance with log analysis, who owns it, and the key or secret.

    ``key_id`` is empty for secrets. ``index`` is the place among the instances that the call used:
    that of the key that re-encrypts has 1.
    """

    instance_id: str
    owner_id: str
    resource_id: str
    key_id: str = ""
    index: int = 0


@dataclass(frozen=True, slots=True)
class FinishedCall:
    """One call, as both doors tell of it. ``at`` is a business instant, ``duration`` milliseconds.

    ``is_shared``: it came over the OpenAPI, not over the instance gateway.
    """

    used: HandledFor
    at: int
    operation: str
    api_version: str
    is_shared: bool
    account_id: str
    identity_type: str
    principal_id: str
    access_key_id: str
    client_ip: str
    user_agent: str
    region: str
    request_id: str
    key_version_id: str
    duration: int
    status: int
    error_message: str

    @property
    def api_name(self) -> str:
        """What the call is named in the log."""
        return _NAMED.get(self.operation, self.operation)

    def entry(self) -> str:
        """The entry, as JSON of the documented fields."""
        used = self.used
        fields: dict[str, Any] = {
            "access_key_fingerprint": "",
            "access_key_id": self.access_key_id,
            "account_id": self.account_id,
            "api_name": self.api_name,
            "api_version": self.api_version,
            "client_ip": self.client_ip,
            "duration": self.duration,
            "error_message": self.error_message[:_MESSAGE_CHARACTERS_MAX],
            "identity_type": self.identity_type,
            "instance_id": used.instance_id,
            "level": "INFO",
            "principal_id": self.principal_id,
            "region_id": self.region,
            "request_id": self.request_id,
            "resource_id": used.resource_id,
            "resource_parameters": {
                "key_id": used.key_id,
                "key_version_id": self.key_version_id,
                "index": used.index,
            },
            "share_gateway_api_name": self.operation if self.is_shared else "",
            "status_code": self.status,
            "time": iso(self.at),
            "user_id": used.owner_id,
            "useragent": self.user_agent[:_AGENT_CHARACTERS_MAX],
        }
        return json.dumps(fields, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is kept, and as it is read; ``seq`` is 0 before it is kept."""

    at: int
    api_name: str
    status: int
    text: str
    seq: int = 0

    @property
    def size(self) -> int:
        """The bytes of storage that it takes."""
        return len(self.text.encode())

    @property
    def place(self) -> str:
        """Where it stands, to go on after it; `place_in` reads it."""
        return place_text((self.at, self.seq))


@dataclass(frozen=True, slots=True)
class LogQuestion:
    """Which entries of an instance, newest first, in ``[since, until)``; None means any.

    ``is_refused``: those that did not succeed, or those that did. ``after`` is the place, instant
    and number, of the last entry that was read; ``down_to`` that of the last to look at.
    """

    instance_id: str
    since: int
    until: int
    api: str | None = None
    status: int | None = None
    is_refused: bool | None = None
    principal: str | None = None
    resource: str | None = None
    access_key: str | None = None
    request: str | None = None
    after: Place | None = None
    down_to: Place | None = None

    @property
    def fragments(self) -> Sequence[str]:
        """What the text of an entry holds that fits, besides its columns."""
        named = (
            ("principal_id", self.principal),
            ("resource_id", self.resource),
            ("access_key_id", self.access_key),
            ("request_id", self.request),
        )
        return [fragment(name, value) for name, value in named if value is not None]


@dataclass(frozen=True, slots=True)
class LogDay:
    """How many entries a day of UTC+8, ``2026-01-31``, has, and the bytes that they take."""

    day: str
    entries: int
    size: int


class CallLogStore(Protocol):
    """The entries, inside a unit of work."""

    def used(self, instance_id: str, day: str) -> int:
        """The bytes in use; nobody else adds to this instance's day until the end."""
        ...

    def add(self, instance_id: str, entries: Mapping[str, Sequence[Entry]]) -> None:
        """Keep entries, by their day."""
        ...

    def page(self, asked: LogQuestion, limit: int) -> Sequence[Entry]:
        """The newest entries that fit."""
        ...

    def horizon(self, asked: LogQuestion, most: int) -> Place | None:
        """Where one is after so many entries of the time, fitting or not; None at their end."""
        ...

    def days(self, instance_id: str, first: str) -> Sequence[LogDay]:
        """What there is from a day on, oldest first."""
        ...


def place_text(place: Place) -> str:
    """A place as one word."""
    at, seq = place
    return f"{at}-{seq}"


def place_in(text: str) -> Place | None:
    """The instant and the number of an `Entry.place`; None for anything else."""
    match = _PLACE.fullmatch(text)
    return (int(match[1]), int(match[2])) if match else None


def fragment(name: str, value: str) -> str:
    """How an entry holds a field: nothing that a caller sends can look like it."""
    return f'"{name}":{json.dumps(value)}'


def first_day(now: int) -> str:
    """The oldest day that is kept at a moment."""
    return (local_date(now) - timedelta(days=KEPT_DAYS - 1)).isoformat()


def first_instant(now: int) -> int:
    """The first instant of the oldest day that is kept at a moment."""
    return midnight(local_date(now) - timedelta(days=KEPT_DAYS - 1))
