"""A small fuzzer: good inputs are damaged and tried, one after the other, until the time is over.

What is tried follows from the seed alone, so that a failure can be repeated: its note tells the
seed, the number of the input and the input itself. ``KEYLEASE_FUZZ_SECONDS`` is how long each
target takes, ``KEYLEASE_FUZZ_SEED`` another beginning.
"""

import base64
import os
import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import TypeVar

T = TypeVar("T")

SECONDS_DEFAULT = "20"
SEED_DEFAULT = "2026"

#: An input that is not done by then hangs.
INPUT_SECONDS = 2.0
#: Less work than this in that time says that the machine was busy with something else …
_BUSY_SECONDS = 1.0
#: … which is believed so often.
_ROUNDS_MAX = 5

#: No damage makes an input longer.
BYTES_MAX = 160_000

NUMBERS = (
    *("-1", "0", "1", "00", "-0", "+1", "1.5", "1e9", "1e999", "NaN", "Infinity", "0x10", "١"),
    *("127", "128", "255", "256", "32767", "65535", "65536", "999999999999", "1000000000000"),
    *("2147483647", "2147483648", "-2147483648", "-2147483649", "4294967295", "4294967296"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775809", "9" * 40, "9" * 5000),
)

#: What has broken programs before.
ODD = (
    *("", "\0", " ", "\t", "\r\n", "%", "%00", "%zz", "%ff", "+", "&", "=", ";", "..", "/", "\\"),
    *("'", '"', "`", "$", "{", "}", "[", "]", "{}", "[]", "null", "true", "[null]", '{"":""}'),
    *("[" * 3000, '{"a":' * 3000, '"\\ud800"', "\ud7ff", "\uffff", "\U0001f511", "é", "ß", "İ"),
    *("*", "?", "*" * 300, "a" * 4097, "é" * 3000, "*a" * 60, "2026-02-30T00:00:00Z"),
    *(
        "9999-12-31T23:59:59Z",
        "0000-00-00T00:00:00Z",
        "alias/",
        "acs:kms:::key/",
        "==",
        "A===",
        "_",
    ),
)

_DIGITS = re.compile(rb"[0-9]+")


class Hung(BaseException):
    """An input took too long; no handler of the product's may take it for its own."""


class Damage:
    """Makes good inputs bad, by chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def one_of(self, several: Sequence[T]) -> T:
        """Any of them."""
        return self.chance.choice(several)

    def some(self, several: Sequence[T]) -> list[T]:
        """A few of them, mostly one."""
        most = min(len(several), 1 + int(self.chance.expovariate(1.0)))
        return self.chance.sample(several, most)

    def now_and_then(self, share: float) -> bool:
        """True this often."""
        return self.chance.random() < share

    def data(self, good: bytes, others: Sequence[bytes] = ()) -> bytes:
        """Bytes with one flaw, or a few."""
        for _ in range(1 + int(self.chance.expovariate(0.8))):
            way = self.one_of(_WAYS)
            good = way(self, good, self.one_of(others) if others else good)[:BYTES_MAX]
        return good

    def text(self, good: str, others: Sequence[str] = ()) -> str:
        """A text with flaws, or another one altogether."""
        if self.now_and_then(0.2):
            return self.one_of(ODD + NUMBERS)
        if others and self.now_and_then(0.2):
            return self.one_of(others)
        flawed = self.data(good.encode(), [one.encode() for one in others[:8]])
        return flawed.decode("utf-8", "replace")

    def span(self, data: bytes, most: int = 64) -> tuple[int, int]:
        """Where a piece of the data begins and ends."""
        begin = self.chance.randint(0, len(data))
        return begin, min(len(data), begin + self.chance.randint(1, most))


def _flip(damage: Damage, data: bytes, _other: bytes) -> bytes:
    if not data:
        return data
    at = damage.chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << damage.chance.randrange(8)]) + data[at + 1 :]


def _overwrite(damage: Damage, data: bytes, _other: bytes) -> bytes:
    begin, end = damage.span(data, 8)
    return data[:begin] + damage.chance.randbytes(end - begin) + data[end:]


def _cut(damage: Damage, data: bytes, _other: bytes) -> bytes:
    begin, end = damage.span(data, max(1, len(data)))
    return data[:begin] + data[end:]


def _double(damage: Damage, data: bytes, _other: bytes) -> bytes:
    begin, end = damage.span(data)
    return data[:end] + data[begin:]


def _splice(damage: Damage, data: bytes, other: bytes) -> bytes:
    begin, end = damage.span(data)
    first, last = damage.span(other, max(1, len(other)))
    return data[:begin] + other[first:last] + data[end:]


def _number(damage: Damage, data: bytes, _other: bytes) -> bytes:
    found = list(_DIGITS.finditer(data))
    begin, end = damage.one_of(found).span() if found else damage.span(data, 1)
    return data[:begin] + damage.one_of(NUMBERS).encode() + data[end:]


def _odd(damage: Damage, data: bytes, _other: bytes) -> bytes:
    begin, end = damage.span(data, 4)
    return data[:begin] + damage.one_of(ODD).encode() + data[end:]


def _repeat(damage: Damage, data: bytes, _other: bytes) -> bytes:
    begin, end = damage.span(data, 8)
    times = damage.one_of((2, 10, 100, 1_000, 20_000))
    return data[:begin] + data[begin:end] * times + data[end:]


_Way = Callable[[Damage, bytes, bytes], bytes]
_WAYS: tuple[_Way, ...] = (_flip, _flip, _overwrite, _cut, _double, _splice, _number, _odd, _repeat)


def fuzz(make: Callable[[Damage], T], attempt: Callable[[T], None], *, share: float = 1.0) -> None:
    """Try what ``make`` makes until the time is over; whatever ``attempt`` raises is a finding.

    ``share`` of a target's time, where one target is several tests.
    """
    seconds = share * float(os.environ.get("KEYLEASE_FUZZ_SECONDS", SECONDS_DEFAULT))
    seed = os.environ.get("KEYLEASE_FUZZ_SEED", SEED_DEFAULT)
    damage, number, begin = Damage(Random(seed)), 0, time.monotonic()
    while time.monotonic() < begin + seconds:
        number += 1
        made = make(damage)
        try:
            with _bounded():
                attempt(made)
        except BaseException as error:
            error.add_note(f"input {number} of KEYLEASE_FUZZ_SEED={seed}, Base64: {_shown(made)}")
            raise
    print(f"seed {seed}: {number} inputs, {number / seconds:.0f} in a second")  # noqa: T201 - what pytest shows of a passed target
    assert number > 20, "so few inputs try nothing"


@contextmanager
def _bounded() -> Iterator[None]:
    """End what hangs. A busy machine gets more time."""
    rounds, worked = 0, time.process_time()

    def late(_number: int, _frame: object) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == _ROUNDS_MAX or time.process_time() - worked > _BUSY_SECONDS:
            raise Hung(f"an input took more than {INPUT_SECONDS} seconds")

    former = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, INPUT_SECONDS, INPUT_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


def _shown(made: object) -> str:
    data = made if isinstance(made, bytes) else repr(made).encode("utf-8", "backslashreplace")
    return base64.b64encode(data).decode()
