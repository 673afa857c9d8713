"""The root key, and what a seal file says about it. Source: design.md 4; docs/formats/seal.md.

A seal file holds the root key as it is (kind ``file``) or under a passphrase (kind
``passphrase``). Where the files live and how they change is in `keylease.crypto.seal`.
"""

import hmac
from pathlib import Path
from typing import Literal

import msgspec

from keylease.core.entropy import Entropy
from keylease.core.errors import Misuse
from keylease.crypto.envelope import KEY_BYTES, UnwrapFailed, WrappingKey
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.passphrase import Scrypt
from keylease.crypto.private_files import read_private
from keylease.crypto.secret import SecretBytes
from keylease.crypto.unreadable import UNREADABLE

#: The work of trying one passphrase: 128 MiB of memory (128 * n * r) and some tenths of a second.
SCRYPT_N = 2**17

_FINGERPRINT_TAG = b"keylease root key fingerprint v1"


class SealError(Misuse):
    """The seal cannot be made, opened or rotated; the text says what to do."""


class SealDamaged(SealError):
    """A seal file is not whole, or a newer release wrote it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            "{path} is damaged, or a newer release wrote it: put back a copy that is whole.",
            path=path,
        )


class WrongPassphrase(SealError):
    """The passphrase is missing or does not open the seal."""


class RootKey(WrappingKey):
    """The key at the top. Its fingerprint names it and reveals nothing: a keyed hash of a tag."""

    __slots__ = ("fingerprint",)

    def __init__(self, material: SecretBytes) -> None:
        super().__init__(material)
        self.fingerprint = hmac.digest(material.reveal(), _FINGERPRINT_TAG, "sha256").hex()


class _FileSeal(msgspec.Struct, frozen=True, tag_field="kind", tag="file"):
    """The root key as it is, protected by the file's mode alone."""

    version: Literal[1]
    fingerprint: str
    key: bytes

    def __repr__(self) -> str:
        return "<_FileSeal: hidden>"

    def material(self, _passphrase: SecretBytes | None) -> SecretBytes:
        """The bytes of the root key; a passphrase is not needed and not looked at."""
        return SecretBytes(self.key)


class _PassphraseSeal(msgspec.Struct, frozen=True, tag_field="kind", tag="passphrase"):
    """The root key wrapped by a key that is derived from a passphrase."""

    version: Literal[1]
    fingerprint: str
    scrypt: Scrypt
    wrapped_key: bytes

    def material(self, passphrase: SecretBytes | None) -> SecretBytes:
        """The bytes of the root key; UnwrapFailed for a wrong passphrase or a changed file."""
        if passphrase is None:
            raise WrongPassphrase("The root key is under a passphrase: start with the passphrase.")
        wrapping = self.scrypt.derive(passphrase)
        return wrapping.unwrap(self.wrapped_key, _context(self.fingerprint))


Seal = _FileSeal | _PassphraseSeal


def make(entropy: Entropy, passphrase: SecretBytes | None) -> tuple[RootKey, bytes]:
    """A new root key and the content of a seal file for it."""
    root = RootKey(SecretBytes(entropy.random(KEY_BYTES)))
    seal: Seal
    if passphrase is None:
        seal = _FileSeal(1, root.fingerprint, root.material.reveal())
    else:
        seal = _under_passphrase(root, entropy, passphrase)
    return root, msgspec.json.format(msgspec.json.encode(seal)) + b"\n"


def read(path: Path) -> Seal | None:
    """What a seal file says, not yet opened; None if there is none, SealDamaged, Misuse."""
    content = read_private(path)
    if content is None:
        return None
    try:
        seal: Seal = msgspec.json.decode(content, type=Seal)
    except UNREADABLE:
        raise SealDamaged(path) from None
    return seal


def unseal(seal: Seal, path: Path, passphrase: SecretBytes | None) -> RootKey:
    """The root key in what was read from ``path``; WrongPassphrase or SealDamaged."""
    try:
        material = seal.material(passphrase)
    except UnwrapFailed:
        raise WrongPassphrase(
            "The passphrase does not open {path}: give the one that it was sealed with. "
            "If it is the right one, the file is damaged.",
            path=path,
        ) from None
    except ValueError:
        raise SealDamaged(path) from None
    if len(material) != KEY_BYTES:
        raise SealDamaged(path)
    root = RootKey(material)
    if not is_named(seal, root.fingerprint):
        raise SealDamaged(path)
    return root


def is_named(seal: Seal, fingerprint: str) -> bool:
    """Whether a seal claims to hold the root key with this fingerprint."""
    return hmac.compare_digest(seal.fingerprint.encode(), fingerprint.encode())


def _under_passphrase(root: RootKey, entropy: Entropy, passphrase: SecretBytes) -> _PassphraseSeal:
    if not len(passphrase):
        raise SealError("The passphrase is empty: give one, or none at all.")
    scrypt = Scrypt.fresh(entropy, SCRYPT_N)
    wrapping = scrypt.derive(passphrase)
    wrapped = wrapping.wrap(root.material, _context(root.fingerprint), NonceSequence(entropy))
    return _PassphraseSeal(1, root.fingerprint, scrypt, wrapped)


def _context(fingerprint: str) -> tuple[str, ...]:
    return ("root-key", fingerprint)
