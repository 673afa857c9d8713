"""Nonces never repeat: not within a prefix, not across, not between threads, not after a fork."""

import os
import sys
import threading

import pytest

from keylease.core.entropy import SystemEntropy
from keylease.crypto.nonces import NonceSequence, _Lineage


class Scripted:
    """Entropy that gives out what it was told to, in order."""

    def __init__(self, *draws):
        self._draws = list(draws)

    def random(self, size):
        drawn = self._draws.pop(0)
        assert len(drawn) == size
        return drawn


def test_a_nonce_is_the_prefix_and_a_counter_that_goes_up_by_one():
    nonces = NonceSequence(Scripted(b"prefix.." + b"\x00\x00\x00\x07"))
    assert nonces.take() == b"prefix.." + b"\x00\x00\x00\x07"
    assert nonces.take() == b"prefix.." + b"\x00\x00\x00\x08"


def test_the_counter_wraps_within_its_prefix():
    nonces = NonceSequence(Scripted(b"prefix.." + b"\xff\xff\xff\xff"))
    assert nonces.take() == b"prefix.." + b"\xff\xff\xff\xff"
    assert nonces.take() == b"prefix.." + b"\x00\x00\x00\x00"


def test_a_used_up_prefix_is_replaced_by_a_new_one():
    nonces = NonceSequence(Scripted(b"prefix-1" + bytes(4), b"prefix-2" + bytes(4)), per_prefix=2)
    assert [nonces.take()[:8] for _ in range(4)] == [b"prefix-1"] * 2 + [b"prefix-2"] * 2


@pytest.mark.parametrize("per_prefix", [0, -1, 2**32 + 1])
def test_a_prefix_never_has_more_nonces_than_its_counter_has_values(per_prefix):
    with pytest.raises(AssertionError):
        NonceSequence(SystemEntropy(), per_prefix)


def test_a_prefix_is_used_for_all_values_of_its_counter_and_no_more():
    block = NonceSequence(Scripted(b"prefix.." + b"\x00\x00\x00\x05"))._block
    assert block.end - 5 == 2**32


def test_a_hundred_thousand_nonces_are_unique():
    nonces = NonceSequence(SystemEntropy())
    taken = [nonces.take() for _ in range(100_000)]
    assert len(set(taken)) == len(taken)
    assert {len(nonce) for nonce in taken} == {12}


def test_nonces_are_unique_across_many_changes_of_the_prefix():
    nonces = NonceSequence(SystemEntropy(), per_prefix=7)
    taken = [nonces.take() for _ in range(20_000)]
    assert len(set(taken)) == len(taken)


@pytest.mark.parametrize("per_prefix", [2**32, 11])
def test_nonces_are_unique_when_threads_take_them_at_once(per_prefix):
    nonces = NonceSequence(SystemEntropy(), per_prefix)
    taken = [[] for _ in range(4)]
    start = threading.Barrier(len(taken))

    def take_many(into):
        start.wait()
        for _ in range(10_000):
            into.append(nonces.take())

    threads = [threading.Thread(target=take_many, args=(into,)) for into in taken]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # change threads as often as possible
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert len({nonce for into in taken for nonce in into}) == 40_000


def test_a_fork_ends_the_prefix():
    nonces = NonceSequence(Scripted(b"prefix-1" + bytes(4), b"prefix-2" + bytes(4)))
    before = nonces.take()
    _Lineage.forked()  # what the operating system's hook calls in a child
    assert (before[:8], nonces.take()[:8]) == (b"prefix-1", b"prefix-2")


def test_a_forked_child_takes_other_nonces_than_its_parent():
    nonces = NonceSequence(SystemEntropy())
    before = nonces.take()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, nonces.take() + nonces.take())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        in_child = pipe.read()
    assert len(in_child) == 24
    assert in_child[:8] != before[:8]
    assert in_child[:12] != in_child[12:]
    assert nonces.take()[:8] == before[:8]
