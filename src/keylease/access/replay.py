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
_DIGEST_BYTES = 15  # 120 bits; with Python's header such an object fills 48 bytes exactly


class ReplayGuard:
    """Accepts each (access key, nonce) once, and only while its timestamp is fresh.

    Nonces are remembered as hashes, in one bucket for each minute of the signatures' timestamps.
    Whole buckets are forgotten: those that have left the window and, when the memory is full, the
    oldest. **Why forgetting never allows a replay**: ``_floor`` is the end of the latest bucket
    that was forgotten, and a timestamp below it is refused as expired. The timestamp is part of
    what was signed, so a replay carries the same one: either its bucket is still here and holds
    its nonce, or the floor is above it. The floor never sinks, so a clock that is set back does
    not bring a forgotten minute to life again.

    When full, the guard costs freshness, never safety: at a rate that fills ``capacity`` within
    the window, clients whose clocks lag are refused first. A full memory of a million takes about
    90 MB. Call it from any thread.
    """

    def __init__(self, clock: MachineClock, window_s: int = 900, capacity: int = 1_000_000) -> None:
        ensure(capacity > 0, "a memory that holds nothing refuses everything")
        self._clock = clock
        self._window_s = window_s
        self._capacity = capacity
        self._lock = threading.Lock()
        self._buckets: dict[int, set[bytes]] = {}  # start of the minute -> hashes
        self._count = 0  # hashes in all buckets
        self._floor = 0  # seconds since 1970; everything older may have been forgotten

    def check_timestamp(self, timestamp: int) -> None:
        """Refusal ``InvalidTimeStamp.Expired`` unless ``timestamp`` is within the window.

        For use before the signature is verified: it keeps nothing.
        """
        now = self._clock.wall()
        if timestamp < self._floor or abs(now - timestamp) > self._window_s:
            raise Refusal(
                Code.TIMESTAMP_EXPIRED,
                f"Specified time stamp or date value is expired. It is {iso(int(now))} here: "
                f"set your clock and send requests within {self._window_s} seconds.",
            )

    def remember(self, access_key_id: str, nonce: str, timestamp: int) -> None:
        """Use up the nonce of a request whose signature has been verified.

        Only then: whoever does not know a secret must not be able to fill this memory, nor to use
        up somebody else's nonces. Refusals: ``SignatureNonceUsed``, and
        ``InvalidTimeStamp.Expired`` if the timestamp left the window in the meantime.
        """
        digest = blake2b(
            f"{access_key_id}\0{nonce}".encode(), digest_size=_DIGEST_BYTES, usedforsecurity=False
        ).digest()
        start = timestamp - timestamp % _BUCKET_S
        with self._lock:
            self._forget_what_left_the_window()
            self.check_timestamp(timestamp)
            for bucket in self._buckets.values():  # also under another timestamp: at most 31 looks
                if digest in bucket:
                    raise Refusal(
                        Code.NONCE_USED,
                        "Specified signature nonce was used already: sign again with a new one.",
                    )
            while self._count >= self._capacity:
                self._forget_oldest()
            self.check_timestamp(timestamp)  # its own minute may just have been forgotten
            self._buckets.setdefault(start, set()).add(digest)
            self._count += 1

    def _forget_what_left_the_window(self) -> None:
        horizon = self._clock.wall() - self._window_s
        while self._buckets and min(self._buckets) + _BUCKET_S <= horizon:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        start = min(self._buckets)
        self._floor = start + _BUCKET_S  # higher than before: no bucket starts below the floor
        self._count -= len(self._buckets.pop(start))
