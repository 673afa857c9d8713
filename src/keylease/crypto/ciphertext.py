"""The ciphertext that ``Encrypt`` returns, and the encryption context that it is bound to.

Base64 of: the key version's UUID as 36 ASCII bytes, and what its key sealed: for AES and SM4 a
12-byte nonce, the ciphertext, a 16-byte tag. This is the one format of ours without a version byte
in front, because an official client parses it (facts/kms-api.md C, "Transfer client"). Format and
reasons: docs/formats/ciphertext.md, docs/adr/0005-ciphertext-format.md.
"""

import hashlib
import re
from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping

from keylease.core.errors import Code, Parameter, Refusal
from keylease.crypto.framing import frame
from keylease.crypto.nonces import NONCE_BYTES

#: Bytes of the text that ``Encrypt`` is given: 6 KB in Base64, facts/kms-api.md A.2 and B.8.
MAX_PLAINTEXT = 8_192
#: Characters of an encryption context, written as compact JSON. facts/kms-api.md A.2.
MAX_CONTEXT = 8_192

TAG_BYTES = 16

_ID_BYTES = 36
_HEX_CHARACTERS = 64  # of a SHA-256
_HEADER_BYTES = _ID_BYTES + NONCE_BYTES
# Lower case only, as we write them: one key version has one name.
_UUID = re.compile(rb"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def is_version_id(text: str) -> bool:
    """Whether ``text`` can name a key version in a ciphertext: a UUID in lower case."""
    return text.isascii() and _UUID.fullmatch(text.encode()) is not None


def check_plaintext(plaintext: bytes) -> None:
    """Refusal if there are too many bytes to be encrypted at once."""
    if len(plaintext) > MAX_PLAINTEXT:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} has {given} characters, at most {most} are allowed, which is 6 KB in "
            "Base64: encrypt large data with a data key (GenerateDataKey).",
            name=Parameter("Plaintext"),
            given=len(plaintext),
            most=MAX_PLAINTEXT,
        )


def parse(blob: bytes) -> tuple[str, bytes]:
    """Take a ciphertext in Base64 apart: key version id, and what was sealed with it.

    Nothing is verified. Refusal if it is not in the documented form. Base64 that decodes to the
    same bytes but is written in another way (line breaks, stray bits at the end) is refused too, so
    that a ciphertext has one spelling.
    """
    try:
        raw = a2b_base64(blob, strict_mode=True)
    except NotBase64:
        raise invalid_ciphertext() from None
    if b2a_base64(raw, newline=False) != blob:
        raise invalid_ciphertext()
    return split(raw)


def split(raw: bytes) -> tuple[str, bytes]:
    """Like `parse`, for a ciphertext as bytes."""
    version_id = raw[:_ID_BYTES]
    if len(raw) < _HEADER_BYTES + TAG_BYTES or _UUID.fullmatch(version_id) is None:
        raise invalid_ciphertext()
    return version_id.decode(), raw[_ID_BYTES:]


def invalid_ciphertext() -> Refusal:
    """The refusal of a ciphertext; also for one whose key version nobody knows.

    One message for everything that can be wrong with it: telling the failures apart would tell
    somebody who tries out forged ones how far each of them got.
    """
    return Refusal(
        Code.INVALID_CIPHERTEXT,
        "The ciphertext is invalid: send {name} exactly as it was returned, with the "
        "EncryptionContext that it was encrypted with.",
        name=Parameter("CiphertextBlob"),
    )


def former_context(bound: bytes) -> bytes | None:
    """What ciphertexts of the first releases were bound to, or None if that was the same.

    They bound the hash itself instead of its hexadecimal text.
    """
    return bytes.fromhex(bound.decode()) if len(bound) == _HEX_CHARACTERS else None


def canonical_context(context: Mapping[str, str]) -> bytes:
    """The additional authenticated data for an encryption context; no context is the empty one.

    Independent of order, and different for different contexts. Where ``k=v&k=v``, sorted by key,
    can be read in one way only, it is the SHA-256 of that in hexadecimal: what the official
    clients of the instance gateway compute, so that a ciphertext made here can be decrypted there.
    An ``=`` in a key or an ``&`` anywhere would make two contexts look alike; such a context is
    framed, hashed and marked. No hexadecimal number begins with the mark: the forms never meet.
    Refusal if the context is too long or cannot be written in UTF-8.
    """
    if not context:
        return b""
    # Four quotes, a colon and a comma for each entry, two braces, one comma less.
    if sum(len(key) + len(value) + 6 for key, value in context.items()) + 1 > MAX_CONTEXT:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "EncryptionContext is too long: at most {most} characters are allowed.",
            most=MAX_CONTEXT,
        )
    entries = sorted(context.items())
    try:
        if any("=" in key or "&" in key or "&" in value for key, value in entries):
            framed = frame(part for entry in entries for part in entry)
            return b"framed:" + hashlib.sha256(framed).digest()
        joined = "&".join(f"{key}={value}" for key, value in entries)
        return hashlib.sha256(joined.encode()).hexdigest().encode()
    except UnicodeEncodeError:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "EncryptionContext holds half of a surrogate pair: send text that UTF-8 can write.",
        ) from None
