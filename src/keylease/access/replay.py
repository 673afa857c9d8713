"""Replay protection: a window for the age of signatures, and a bounded memory of nonces.

The age of a signature protects the wire, so it is held against machine time, also where business
time is a test clock's (rules.md 1). Window: facts/kms-api.md F. Each process has a memory of its
own and starts with an empty one; a call that changes something records its nonce in its
transaction as well, which holds across processes and restarts (design.md 3).
"""

import threading
from hashlib import blake2b

from keylease.core.clock import MachineClock, iso
from keylease.core.errors import Code, Refusal, ensure

_BUCKET_S = 60
_KEYS_MAX = 10_000
_DIGEST_BYTES = 15  # 120 bits; with Python's header such an object fills 48 bytes exactly


class ReplayGuard:
    """Accepts each (access key, nonce) once, and only while its timestamp is fresh.

    Nonces are remembered as hashes, for each access key on its own, in one bucket for each minute
    of the signatures' timestamps. Whole buckets are forgotten: those that have left the window
    and, when the memory is full, the oldest of whoever holds most. **Why forgetting never allows
    a replay**: a key's ``floor`` is the end of its latest bucket that was forgotten, and its
    timestamps below are refused as expired. The timestamp is part of what was signed, so a replay
    carries the same one: either its bucket is still here and holds its nonce, or the floor is
    above it. The floor never sinks, so a clock that is set back does not bring a forgotten minute
    to life again.

    When full, the guard costs freshness, never safety, and it costs those who filled it: a key
    has at most ``per_key`` nonces. A full memory of a million takes about 90 MB. Call it from any
    thread.
    """

    def __init__(
        self,
        clock: MachineClock,
        window_s: int = 900,
        capacity: int = 1_000_000,
        per_key: int = 250_000,
    ) -> None:
        ensure(capacity > 0 and per_key > 0, "a memory that holds nothing refuses everything")
        self._clock = clock
        self._window_s = window_s
        self._capacity = capacity
        self._per_key = per_key
        self._lock = threading.Lock()
        self._keys: dict[str, _Nonces] = {}
        self._count = 0  # hashes of all keys

    def check_timestamp(self, timestamp: int) -> None:
        """Refusal ``InvalidTimeStamp.Expired`` unless ``timestamp`` is within the window.

        For use before the signature is verified: it keeps nothing.
        """
        if abs(self._clock.wall() - timestamp) > self._window_s:
            raise self._expired()

    def remember(self, access_key_id: str, nonce: str, timestamp: int) -> None:
        """Use up the nonce of a request whose signature has been verified.

        Only then: whoever does not know a secret must not be able to fill this memory, nor to use
        up somebody else's nonces. Refusals: ``SignatureNonceUsed``, and
        ``InvalidTimeStamp.Expired`` if the timestamp left the window in the meantime.
        """
        digest = blake2b(nonce.encode(), digest_size=_DIGEST_BYTES, usedforsecurity=False).digest()
        with self._lock:
            own = self._own(access_key_id)
            self.check_timestamp(timestamp)
            if timestamp < own.floor:
                raise self._expired()
            if own.holds(digest):
                raise Refusal(
                    Code.NONCE_USED,
                    "Specified signature nonce was used already: sign again with a new one.",
                )
            self._make_room(own)
            if timestamp < own.floor:  # its own minute may just have been forgotten
                raise self._expired()
            own.add(timestamp, digest)
            self._count += 1

    def _own(self, access_key_id: str) -> "_Nonces":
        """The nonces of a key, without the minutes that have left the window."""
        horizon = self._clock.wall() - self._window_s
        own = self._keys.get(access_key_id)
        if own is None:
            if len(self._keys) >= _KEYS_MAX:
                self._forget_idle_keys(horizon)
            own = self._keys[access_key_id] = _Nonces()
        self._count -= own.forget_before(horizon)
        return own

    def _forget_idle_keys(self, horizon: float) -> None:
        for key, nonces in list(self._keys.items()):
            self._count -= nonces.forget_before(horizon)
            if not nonces.buckets and nonces.floor <= horizon:
                del self._keys[key]

    def _make_room(self, own: "_Nonces") -> None:
        while own.count >= self._per_key:
            self._count -= own.forget_oldest()
        while self._count >= self._capacity:
            fullest = max(self._keys.values(), key=lambda nonces: nonces.count)
            self._count -= fullest.forget_oldest()

    def _expired(self) -> Refusal:
        return Refusal(
            Code.TIMESTAMP_EXPIRED,
            "Specified time stamp or date value is expired. It is {now} here: set your clock and "
            "send requests within {seconds} seconds.",
            now=iso(int(self._clock.wall())),
            seconds=self._window_s,
        )


class _Nonces:
    """The remembered nonces of one access key."""

    __slots__ = ("buckets", "count", "floor")

    def __init__(self) -> None:
        self.buckets: dict[int, set[bytes]] = {}  # start of the minute -> hashes
        self.count = 0
        self.floor = 0  # seconds since 1970; everything older may have been forgotten

    def holds(self, digest: bytes) -> bool:
        """Whether it was used, also under another timestamp: at most 31 looks."""
        return any(digest in bucket for bucket in self.buckets.values())

    def add(self, timestamp: int, digest: bytes) -> None:
        """Remember it."""
        self.buckets.setdefault(timestamp - timestamp % _BUCKET_S, set()).add(digest)
        self.count += 1

    def forget_before(self, horizon: float) -> int:
        """Forget whole minutes before a moment; how many hashes that were."""
        gone = 0
        while self.buckets and min(self.buckets) + _BUCKET_S <= horizon:
            gone += self.forget_oldest()
        return gone

    def forget_oldest(self) -> int:
        """Forget the oldest minute, and refuse its age from now on."""
        start = min(self.buckets)
        self.floor = start + _BUCKET_S  # higher than before: no bucket starts below the floor
        size = len(self.buckets.pop(start))
        self.count -= size
        return size
