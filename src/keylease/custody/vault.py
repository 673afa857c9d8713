"""The hierarchy of keys at rest: root key, wrapping keys, key material.

The root key wraps one wrapping key per scope (an instance; the default keys of an account and
region; a backup; the program's own credentials). A key has a wrapping key of its own, wrapped by
that of its place and then by the root key: destroying either destroys its versions, and a new root
key makes older copies of both useless. Source: design.md 4.
"""

from keylease.core.entropy import Entropy
from keylease.core.errors import ensure
from keylease.crypto.envelope import UnwrapFailed, WrappingKey
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.seal import RootKey
from keylease.crypto.secret import SecretBytes
from keylease.custody.keys.ports import WrappingKeys

#: The scope of what the program keeps for itself: secrets of access keys.
CREDENTIALS_SCOPE = "credentials"


class RootChanged(UnwrapFailed):
    """The root key was rotated meanwhile: take over the new one and try again."""


class Vault:
    """Makes and opens wrapping keys. Holds the root key; nothing secret leaves it unasked."""

    def __init__(self, root: RootKey, entropy: Entropy, nonces: NonceSequence) -> None:
        self._root = root
        self._entropy = entropy
        self._nonces = nonces

    @property
    def root(self) -> RootKey:
        """The root key in use."""
        return self._root

    @property
    def nonces(self) -> NonceSequence:
        """The nonces of this process, for what a customer's key seals."""
        return self._nonces

    def adopt_root(self, root: RootKey) -> None:
        """Use another root key from now on: after a rotation."""
        self._root = root

    def new_scope(self, store: WrappingKeys, scope: str) -> WrappingKey:
        """Make the wrapping key of a new scope and write it down, wrapped; `RootChanged`."""
        key = WrappingKey.generate(self._entropy)
        self.keep(store, scope, key)
        return key

    def new_scope_within(self, store: WrappingKeys, scope: str, place: WrappingKey) -> WrappingKey:
        """Make the wrapping key of a scope that lives and dies with its place's; `RootChanged`."""
        root = self._root
        key, blob = self.make_within(scope, place, root)
        store.add(scope, blob, root.fingerprint)
        return key

    def make_within(
        self, scope: str, place: WrappingKey, root: RootKey
    ) -> tuple[WrappingKey, bytes]:
        """Make one without writing it down, for many at once; ``root`` is the one in use."""
        key = WrappingKey.generate(self._entropy)
        inner = SecretBytes(place.wrap(key.material, _context(scope), self._nonces))
        return key, root.wrap(inner, _context(scope), self._nonces)

    def scope(self, store: WrappingKeys, scope: str) -> WrappingKey:
        """The wrapping key of a scope that exists."""
        return WrappingKey(self._opened(store.find(scope), scope))

    def scope_within(self, store: WrappingKeys, scope: str, place: WrappingKey) -> WrappingKey:
        """The wrapping key of a scope that was made with `new_scope_within`."""
        return self.open_within(store.find(scope), scope, place)

    def open_within(self, blob: bytes | None, scope: str, place: WrappingKey) -> WrappingKey:
        """The same, from what is written down of it: for many that were read at once."""
        inner = self._opened(blob, scope).reveal()
        return WrappingKey(place.unwrap(inner, _context(scope)))

    def keep(self, store: WrappingKeys, scope: str, key: WrappingKey) -> None:
        """Write down the wrapping key of a scope that was made elsewhere; `RootChanged`."""
        root = self._root  # one and the same below, whatever another thread adopts meanwhile
        store.add(scope, root.wrap(key.material, _context(scope), self._nonces), root.fingerprint)

    def _opened(self, blob: bytes | None, scope: str) -> SecretBytes:
        ensure(blob is not None, f"no wrapping key for {scope}")
        return self._root.unwrap(blob or b"", _context(scope))

    def wrap(self, key: WrappingKey, material: SecretBytes, context: tuple[str, ...]) -> bytes:
        """Wrap material under a scope's key, bound to its context."""
        return key.wrap(material, context, self._nonces)

    def rewrap_all(self, store: WrappingKeys, new_root: RootKey) -> int:
        """Wrap every living wrapping key under another root key; how many there were."""
        blobs = {}
        for scope, blob in store.all():
            context = _context(scope)
            blobs[scope] = new_root.wrap(self._root.unwrap(blob, context), context, self._nonces)
        store.replace(blobs)
        return len(blobs)


def _context(scope: str) -> tuple[str, ...]:
    return ("wrapping-key", scope)
