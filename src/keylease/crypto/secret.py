"""Values that hold key bytes and keep them to themselves. Source: design.md 4.

What this guards against is the accident: a key in a log line, a traceback with locals, a pickle, a
cache. It cannot wipe memory: Python copies bytes as it likes, so a key that was in use stays in
the process until its memory is given to something else.
"""

from typing import NoReturn


class Handle:
    """Base of everything that holds key bytes: it does not print, pickle, copy, compare or hash.

    Comparing raises instead of answering by identity: whoever wrote ``==`` meant the bytes, and
    would get a wrong answer as well as a leak by timing. Compare ids or fingerprints.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: hidden>"

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} does not compare: compare ids or fingerprints")

    __hash__ = None  # type: ignore[assignment]  # the language's way to say "not hashable"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        # Both pickle and copy come through here.
        raise TypeError(f"a {type(self).__name__} is neither pickled nor copied: pass it on")


class SecretBytes(Handle):
    """Some secret bytes. ``reveal`` is the only way out, so that one can grep for it."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = bytes(value)

    def __len__(self) -> int:
        return len(self._value)

    def reveal(self) -> bytes:
        """The bytes themselves, for a cryptographic call or an answer that asked for them."""
        return self._value
