"""Nonces for AES-GCM that never repeat under a key.

A nonce that repeats under a key gives away the XOR of two plaintexts and the key of the tag, so
everything here serves that one property. A nonce is 12 bytes: a *prefix* of 8 random bytes and a
counter of 4. A process draws a prefix when it starts, and another after 2**32 nonces; the counter
of a prefix starts at a random number and wraps, so it shows each value once.

Why that is enough:

* Inside one prefix nothing repeats: `itertools.count` hands out each number once, to one thread.
* Two prefixes (other processes, other starts, other nodes) are independent draws of 12 bytes. Say
  a key was used under n of them, at most q times each. Two of them meet only if their 8 bytes are
  equal and their stretches of the counter overlap: less than 2q / 2**96 for each of n**2 / 2
  pairs, so n**2 * q / 2**96 in all. NIST SP 800-38D (8) asks for at most 2**-32 in the life of a
  key: a key may live through a million starts with 16 million encryptions each (n = 2**20,
  q = 2**24), or, with every counter used to its end, through 65,536 prefixes: 2**48 encryptions.
  Twelve random bytes for each nonce would allow 2**32 encryptions, and cost a system call each.
* A fork copies the counter. The block remembers how many forks lie before it, and a child that
  finds it out of date draws its own.

What it cannot notice: a virtual machine that is resumed twice from one memory snapshot. Do not
take memory snapshots of a serving node; ``docs/formats/ciphertext.md`` says so too.
"""

import itertools
import os
from collections.abc import Iterator
from typing import NamedTuple

from keylease.core.entropy import Entropy
from keylease.core.errors import ensure

NONCE_BYTES = 12
PER_PREFIX = 2**32

_PREFIX_BYTES = 8
_COUNTER_MASK = 0xFFFF_FFFF


class _Lineage:
    """How many forks lie between the first process of this program and the present one."""

    forks = 0

    @classmethod
    def forked(cls) -> None:
        cls.forks += 1


os.register_at_fork(after_in_child=_Lineage.forked)


class _Block(NamedTuple):
    """The nonces of one prefix: the numbers that are left, below ``end``, in a process."""

    prefix: bytes
    numbers: Iterator[int]
    end: int
    forks: int


class NonceSequence:
    """An endless sequence of nonces, shared by all keys and threads of a process.

    ``per_prefix`` is smaller than its default in tests only.
    """

    def __init__(self, entropy: Entropy, per_prefix: int = PER_PREFIX) -> None:
        ensure(0 < per_prefix <= PER_PREFIX, "a prefix has at most 2**32 nonces")
        self._entropy = entropy
        self._per_prefix = per_prefix
        self._block = self._draw()

    def take(self) -> bytes:
        """12 bytes that no other call returned or will return. Safe from any thread."""
        while True:
            prefix, numbers, end, forks = self._block
            number = next(numbers)
            if number < end and forks == _Lineage.forks:
                return prefix + (number & _COUNTER_MASK).to_bytes(4)
            # No lock: if two threads come here at once, both draw, and one block is dropped
            # unused or half used. Dropping numbers is harmless, giving one out twice is not.
            self._block = self._draw()

    def _draw(self) -> _Block:
        drawn = self._entropy.random(NONCE_BYTES)
        start = int.from_bytes(drawn[_PREFIX_BYTES:])
        end = start + self._per_prefix
        return _Block(drawn[:_PREFIX_BYTES], itertools.count(start), end, _Lineage.forks)
