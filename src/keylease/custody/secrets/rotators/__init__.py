"""Rotators: what changes a secret in the outside system that it opens.

A rotation has three parts. *Prepare* makes the new value without touching anything
(`keylease.custody.secrets.rotators.new_values`); it is kept before the rest begins. *Apply* tells
the outside system, *verify* asks whether the value works there. Both can be interrupted anywhere
and are done again with the same value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from keylease.crypto.secret import SecretBytes

Value = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What a rotator carries out. ``target`` is how to get into the system, where that is needed.

    ``new`` becomes the current value in the place of ``current``; ``retired`` is the previous
    value, which is none from then on.
    """

    account_id: str
    config: Mapping[str, object]
    new: Value = field(repr=False)
    current: Value = field(repr=False)
    retired: Value | None = field(repr=False)
    target: SecretBytes | None = None


class RotationFailed(Exception):
    """The outside system did not take the value; the text says why, and holds no secret."""


class Rotator(Protocol):
    """Changes secrets in one kind of outside system."""

    def apply(self, change: Change) -> None:
        """Tell the system the new value; done again it changes nothing. RotationFailed."""
        ...

    def verify(self, change: Change) -> None:
        """RotationFailed unless the new value opens the system."""
        ...
