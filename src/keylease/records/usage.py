"""Requests counted by the minute. rules.md 8."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MinuteCount:
    """So many requests to an instance in the minute that begins at the instant ``minute``."""

    instance_id: str
    account_id: str
    region: str
    minute: int
    requests: int
