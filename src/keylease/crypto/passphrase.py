"""How a passphrase becomes a key: scrypt, with what it took written beside what it protects."""

from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt as ScryptKdf

from keylease.core.entropy import Entropy
from keylease.crypto.envelope import KEY_BYTES, WrappingKey
from keylease.crypto.secret import SecretBytes

_R = 8
_P = 1
_SALT_BYTES = 16


class Scrypt(msgspec.Struct, frozen=True):
    """How a passphrase becomes a key.

    Nothing was ever written that asks for more than the bounds: a damaged file, or one that
    somebody prepared, takes no more memory and time than a good one.
    """

    salt: bytes
    n: Annotated[int, msgspec.Meta(ge=2, le=2**17)]
    r: Annotated[int, msgspec.Meta(ge=1, le=8)]
    p: Annotated[int, msgspec.Meta(ge=1, le=1)]

    @classmethod
    def fresh(cls, entropy: Entropy, n: int) -> "Scrypt":
        """With a new salt; ``n`` is the work of trying one passphrase: 1,024 * n bytes."""
        return cls(entropy.random(_SALT_BYTES), n, _R, _P)

    def derive(self, passphrase: SecretBytes) -> WrappingKey:
        """The key that the passphrase stands for; ValueError if n is no power of two."""
        kdf = ScryptKdf(salt=self.salt, length=KEY_BYTES, n=self.n, r=self.r, p=self.p)
        return WrappingKey(SecretBytes(kdf.derive(passphrase.reveal())))
