"""A machine clock that the test holds, and chance that repeats."""

import hashlib


class HeldMachine:
    """Fits `keylease.core.clock.MachineClock`; moves only when told to."""

    def __init__(self, wall: float = 1_800_000_000.0) -> None:
        self.now = wall
        self._start = wall

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now - self._start

    def advance(self, seconds: float) -> None:
        self.now += seconds


class SeededEntropy:
    """Fits `keylease.core.entropy.Entropy`; the same bytes in each run."""

    def __init__(self, seed: str = "seed") -> None:
        self._seed = seed.encode()
        self._count = 0

    def random(self, size: int) -> bytes:
        out = b""
        while len(out) < size:
            self._count += 1
            out += hashlib.sha256(self._seed + self._count.to_bytes(8, "big")).digest()
        return out[:size]
