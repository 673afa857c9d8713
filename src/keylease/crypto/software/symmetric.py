"""AES and SM4 in Galois/Counter mode. Source: NIST SP 800-38D, RFC 8998 (SM4-GCM).

What they seal is a 12-byte nonce, the ciphertext and a 16-byte tag: docs/formats/ciphertext.md.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from keylease.crypto.algorithms import KeySpec
from keylease.crypto.ciphertext import TAG_BYTES
from keylease.crypto.nonces import NONCE_BYTES, NonceSequence
from keylease.crypto.providers import Made, UndecryptableInput, UsableKey, require_length


class AesKey(UsableKey):
    """AES-GCM with a key of 128, 192 or 256 bits."""

    __slots__ = ("_aesgcm",)

    def __init__(self, spec: KeySpec, version_id: str, made: Made) -> None:
        super().__init__(spec, version_id)
        require_length(made.kept, spec)
        self._aesgcm = AESGCM(made.kept.reveal())

    def seal(self, plaintext: bytes, context: bytes, nonces: NonceSequence) -> bytes:
        """Nonce, ciphertext, tag."""
        nonce = nonces.take()
        return nonce + self._aesgcm.encrypt(nonce, plaintext, context)

    def open(self, body: bytes, context: bytes) -> bytes:
        """The plaintext; UndecryptableInput if key, context or any bit is another."""
        try:
            return self._aesgcm.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise UndecryptableInput from None


class Sm4Key(UsableKey):
    """SM4-GCM."""

    __slots__ = ("_algorithm",)

    def __init__(self, spec: KeySpec, version_id: str, made: Made) -> None:
        super().__init__(spec, version_id)
        require_length(made.kept, spec)
        self._algorithm = SM4(made.kept.reveal())

    def seal(self, plaintext: bytes, context: bytes, nonces: NonceSequence) -> bytes:
        """Nonce, ciphertext, tag."""
        nonce = nonces.take()
        encryptor = Cipher(self._algorithm, GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context)
        return nonce + encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag

    def open(self, body: bytes, context: bytes) -> bytes:
        """The plaintext; UndecryptableInput if key, context or any bit is another."""
        if len(body) < NONCE_BYTES + TAG_BYTES:
            raise UndecryptableInput  # else nonce and tag would share bytes
        nonce, sealed, tag = body[:NONCE_BYTES], body[NONCE_BYTES:-TAG_BYTES], body[-TAG_BYTES:]
        try:
            decryptor = Cipher(self._algorithm, GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(context)
            return decryptor.update(sealed) + decryptor.finalize()
        except (InvalidTag, ValueError):
            raise UndecryptableInput from None
