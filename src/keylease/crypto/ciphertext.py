"""The ciphertext that ``Encrypt`` returns, and the encryption context that it is bound to.

Base64 of: the key version's UUID as 36 ASCII bytes, a 12-byte nonce, the ciphertext, a 16-byte
tag. This is the one format of ours without a version byte in front, because an official client
parses it (facts/kms-api.md C, "Transfer client"). Format and reasons: docs/formats/ciphertext.md,
docs/adr/0005-ciphertext-format.md.
"""

import hashlib
import re
from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keylease.core.errors import Code, Refusal
from keylease.crypto.framing import frame
from keylease.crypto.nonces import NONCE_BYTES

#: Bytes of the text that ``Encrypt`` is given: 6 KB in Base64, facts/kms-api.md A.2 and B.8.
MAX_PLAINTEXT = 8_192
#: Characters of an encryption context, written as compact JSON. facts/kms-api.md A.2.
MAX_CONTEXT = 8_192

TAG_BYTES = 16

_ID_BYTES = 36
_HEADER_BYTES = _ID_BYTES + NONCE_BYTES
# Lower case only, as we write them: one key version has one name.
_UUID = re.compile(rb"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")

# One message for everything that can be wrong with a ciphertext: telling the failures apart would
# tell somebody who tries out forged ones how far each of them got.
_INVALID = (
    "The ciphertext is invalid: send CiphertextBlob exactly as it was returned, "
    "with the EncryptionContext that it was encrypted with."
)


def is_version_id(text: str) -> bool:
    """Whether ``text`` can name a key version in a ciphertext: a UUID in lower case."""
    return text.isascii() and _UUID.fullmatch(text.encode()) is not None


def seal_text(
    version_id: str, aesgcm: AESGCM, nonce: bytes, plaintext: bytes, context: bytes
) -> bytes:
    """Encrypt the bytes of a text and put the result into the documented form, in Base64.

    ``nonce`` must be one that this key was never used with; `SymmetricKey.encrypt` sees to it.
    ``context`` is what `canonical_context` returned. Refusal if the plaintext is too long.
    """
    if len(plaintext) > MAX_PLAINTEXT:
        raise Refusal(
            Code.INVALID_PARAMETER,
            f"Plaintext has {len(plaintext)} characters, at most {MAX_PLAINTEXT} are allowed, "
            "which is 6 KB in Base64: "
            "encrypt large data with a data key (GenerateDataKey).",
        )
    body = aesgcm.encrypt(nonce, plaintext, context)
    return b2a_base64(version_id.encode() + nonce + body, newline=False)


def parse(blob: bytes) -> tuple[str, bytes, bytes]:
    """Take a ciphertext apart: (key version id, nonce, ciphertext with tag). Nothing is verified.

    Refusal if it is not in the documented form. Base64 that decodes to the same bytes but is
    written in another way (line breaks, stray bits at the end) is refused too, so that a
    ciphertext has one spelling.
    """
    try:
        raw = a2b_base64(blob, strict_mode=True)
    except NotBase64:
        raise invalid_ciphertext() from None
    version_id = raw[:_ID_BYTES]
    if (
        len(raw) < _HEADER_BYTES + TAG_BYTES
        or _UUID.fullmatch(version_id) is None
        or b2a_base64(raw, newline=False) != blob
    ):
        raise invalid_ciphertext()
    return version_id.decode(), raw[_ID_BYTES:_HEADER_BYTES], raw[_HEADER_BYTES:]


def open_text(aesgcm: AESGCM, nonce: bytes, body: bytes, context: bytes) -> bytes:
    """The plaintext of what `parse` returned; Refusal if key, context or any bit is another."""
    try:
        return aesgcm.decrypt(nonce, body, context)
    except InvalidTag:
        raise invalid_ciphertext() from None


def invalid_ciphertext() -> Refusal:
    """The refusal of a ciphertext; also for one whose key version nobody knows."""
    return Refusal(Code.INVALID_CIPHERTEXT, _INVALID)


def canonical_context(context: Mapping[str, str]) -> bytes:
    """The additional authenticated data for an encryption context; no context is the empty one.

    Independent of order, and different for different contexts. Where ``k=v&k=v``, sorted by key,
    can be read in one way only, it is the SHA-256 of that: what the official clients of the
    instance gateway compute, so that a ciphertext made here can be decrypted there. An ``=`` in a
    key or an ``&`` anywhere would make two contexts look alike; such a context is framed, hashed
    and marked. The mark makes it longer than any plain hash, so the two forms never meet.
    Refusal if the context is too long or cannot be written in UTF-8.
    """
    if not context:
        return b""
    # Four quotes, a colon and a comma for each entry, two braces, one comma less.
    if sum(len(key) + len(value) + 6 for key, value in context.items()) + 1 > MAX_CONTEXT:
        raise Refusal(
            Code.INVALID_PARAMETER,
            f"EncryptionContext is too long: at most {MAX_CONTEXT} characters are allowed.",
        )
    entries = sorted(context.items())
    try:
        if any("=" in key or "&" in key or "&" in value for key, value in entries):
            framed = frame(part for entry in entries for part in entry)
            return b"framed:" + hashlib.sha256(framed).digest()
        joined = "&".join(f"{key}={value}" for key, value in entries)
        return hashlib.sha256(joined.encode()).digest()
    except UnicodeEncodeError:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "EncryptionContext holds half of a surrogate pair: send text that UTF-8 can write.",
        ) from None
