"""Chance, passed in: everything random in the program comes through an `Entropy`."""

import os
from collections.abc import Sequence
from typing import Protocol


class Entropy(Protocol):
    """A source of unpredictable bytes."""

    def random(self, size: int) -> bytes:
        """``size`` bytes, fit for keys."""
        ...


class SystemEntropy:
    """The operating system's cryptographic random numbers."""

    def random(self, size: int) -> bytes:
        """``size`` bytes from the operating system."""
        return os.urandom(size)


def pick(entropy: Entropy, alphabet: Sequence[str], length: int) -> str:
    """``length`` characters of ``alphabet``, each equally likely.

    Bytes beyond the last full multiple of the alphabet's size are thrown away; taking them modulo
    the size would favour its first characters.
    """
    limit = 256 - 256 % len(alphabet)
    chosen: list[str] = []
    while len(chosen) < length:
        chosen += [alphabet[b % len(alphabet)] for b in entropy.random(length) if b < limit]
    return "".join(chosen[:length])
