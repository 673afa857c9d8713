"""Chance: what is picked is picked evenly."""

import string
from collections import Counter

import pytest

from keylease.core.entropy import SystemEntropy, pick


class Bytes:
    """An entropy that hands out the given bytes one after the other, then zeros."""

    def __init__(self, given: bytes) -> None:
        self.given = given
        self.used = 0

    def random(self, size: int) -> bytes:
        part = self.given[self.used : self.used + size]
        self.used += size
        return part.ljust(size, b"\0")


ALPHABETS = [
    string.digits,
    string.digits[1:],
    string.ascii_lowercase + string.digits,
    string.ascii_letters + string.digits,
    "01",
    "".join(map(chr, range(200))),
    "".join(map(chr, range(256))),
]


@pytest.mark.parametrize("alphabet", ALPHABETS, ids=len)
def test_over_all_bytes_each_character_is_picked_equally_often(alphabet: str) -> None:
    """Every possible byte once; one that is thrown away shows in the second byte's use."""
    picked: Counter[str] = Counter()
    for byte in range(256):
        entropy = Bytes(bytes([byte]))
        character = pick(entropy, alphabet, 1)
        if entropy.used == 1:
            picked[character] += 1
    assert picked == dict.fromkeys(alphabet, 256 // len(alphabet))


def test_a_byte_that_is_thrown_away_leaves_no_hole() -> None:
    assert pick(Bytes(b"\xff\x01\xff\x02\x03"), "0123456789", 3) == "123"


def test_the_length_is_exact_even_when_all_bytes_count() -> None:
    assert pick(Bytes(b""), "ab", 50) == "a" * 50
    assert pick(Bytes(b""), "ab", 0) == ""


def test_the_operating_systems_bytes_differ() -> None:
    entropy = SystemEntropy()
    assert len(entropy.random(32)) == 32
    assert entropy.random(32) != entropy.random(32)
