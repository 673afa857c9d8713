"""Several strings as one byte string, so that no two different lists look alike."""

from collections.abc import Iterable


def frame(parts: Iterable[str]) -> bytes:
    """Each part in UTF-8 after its length in 4 bytes.

    Joining with a separator would let ``("a", "b/c")`` pass for ``("a/b", "c")``. With the lengths
    there is one way only to read the bytes back, so equal bytes mean equal lists.
    UnicodeEncodeError for a lone surrogate, which UTF-8 cannot write.
    """
    framed = bytearray()
    for part in parts:
        encoded = part.encode()
        framed += len(encoded).to_bytes(4) + encoded
    return bytes(framed)
