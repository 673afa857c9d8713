"""The hardware provider: keys that a token keeps, or gives out wrapped under a key of its own."""

from collections.abc import Callable, Container
from contextlib import suppress
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from keylease.core.clock import MachineClock
from keylease.core.errors import Code, Misuse, Refusal, ensure
from keylease.crypto.algorithms import Family, KeySpec
from keylease.crypto.key_pairs import private_key, public_der
from keylease.crypto.pkcs11 import mechanisms, objects
from keylease.crypto.pkcs11.keys import (
    TokenAesKey,
    TokenEcKey,
    TokenKey,
    TokenMacKey,
    TokenRsaKey,
)
from keylease.crypto.pkcs11.mechanisms import Offers
from keylease.crypto.pkcs11.module import Module
from keylease.crypto.pkcs11.objects import Name
from keylease.crypto.pkcs11.self_test import self_test
from keylease.crypto.pkcs11.sessions import Locate, TokenSession
from keylease.crypto.providers import Made, Storage, UsableKey, invalid_material
from keylease.crypto.secret import SecretBytes

_USABLE: MappingProxyType[Family, type[TokenKey]] = MappingProxyType(
    {
        Family.AES: TokenAesKey,
        Family.HMAC: TokenMacKey,
        Family.RSA: TokenRsaKey,
        Family.EC: TokenEcKey,
    }
)
_SECRETS = frozenset({Family.AES, Family.HMAC})
_NOTHING = SecretBytes(b"")

_PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


class Pkcs11Provider:
    """Fits `keylease.crypto.providers.Provider`.

    ``quick``: AES and MACs work on the event loop. Right for a token in the same machine, where
    handing over to a thread costs more than the work; wrong for one across a network.
    """

    def __init__(self, module: Module, machine: MachineClock, *, quick: bool) -> None:
        self.module = module
        self._machine = machine
        self._quick = quick
        self._offers = module.run(mechanisms.ask)

    @property
    def is_available(self) -> bool:
        """Whether the token is there, as far as calls have noticed."""
        return self.module.is_available

    def check(self) -> bool:
        """Ask the token whether it is there, and notice if not."""
        return self.module.check()

    def offers(self) -> Offers:
        """What the token can do; it was asked once."""
        return self._offers

    def require(self, spec: KeySpec, storage: Storage) -> None:
        """Refuse specs without their mechanisms, and key pairs outside the token."""
        ensure(storage is not Storage.SOFTWARE, "a token keeps no software keys")
        storages = self._offers.storages.get(spec.name)
        if storages is None:
            raise Refusal(
                Code.UNSUPPORTED, "The hardware module does not offer {spec}.", spec=spec.name
            )
        if storage not in storages:
            raise Refusal(
                Code.UNSUPPORTED,
                "Keys of KeySpec {spec} are kept as HsmInternal only.",
                spec=spec.name,
            )

    def generate(self, spec: KeySpec, storage: Storage, version_id: str) -> Made:
        """A new key version from the token's randomness.

        Slow for RSA; what the token keeps takes tens of milliseconds also for others.
        """
        self.require(spec, storage)
        name = self._name(version_id)
        if storage is Storage.HSM_DATABASE:
            return Made(self.module.write(lambda s: objects.generate_wrapped(s, spec)))
        match spec.family:
            case Family.RSA:
                return _pair(self.module.write(lambda s: objects.generate_rsa(s, spec, name)))
            case Family.EC:
                return _pair(self.module.write(lambda s: objects.generate_ec(s, spec, name)))
            case _:
                self.module.write(lambda s: objects.generate_secret(s, spec, name))
                return Made(_NOTHING)

    def adopt(
        self, spec: KeySpec, storage: Storage, version_id: str, material: SecretBytes
    ) -> Made:
        """A key version from a customer's material; Refusal InvalidKeyMaterial."""
        self.require(spec, storage)
        name = self._name(version_id)
        if spec.family not in _SECRETS:
            return self._adopt_pair(spec, name, material)
        if len(material) != spec.material_bytes:
            raise invalid_material(spec)
        if storage is Storage.HSM_DATABASE:
            return Made(self.module.write(lambda s: objects.bring_in_wrapped(s, spec, material)))
        self._bring_in(name, lambda s: objects.bring_in(s, spec, name, material))
        return Made(_NOTHING)

    def load(self, spec: KeySpec, storage: Storage, version_id: str, made: Made) -> UsableKey:
        """A key version ready for use. The token is first asked when it is used."""
        if storage is Storage.HSM_DATABASE:
            locate = objects.wrapped(spec, made.kept.reveal())
        else:
            locate = objects.kept(version_id)
        return self._usable(spec, version_id, made.public, locate)

    def passing(self, spec: KeySpec, version_id: str, material: SecretBytes) -> UsableKey:
        """A key of known material that the token never keeps: gone after `forget_passing`."""
        if spec.family in _SECRETS:
            return self._usable(spec, version_id, b"", objects.passing(spec, material))
        key = private_key(spec, material)
        public = public_der(key.public_key())
        return self._usable(spec, version_id, public, objects.passing(spec, key))

    def forget_passing(self) -> None:
        """End the sessions in which passing keys live; a token that was lost has done so."""
        with suppress(Refusal):
            self.module.write(TokenSession.probe, retires_sessions=True)

    def self_test(self) -> None:
        """SelfTestFailed unless the token gives the known answers to all that it offers."""
        self_test(self)

    def _usable(self, spec: KeySpec, version_id: str, public: bytes, locate: Locate) -> TokenKey:
        key = _USABLE[spec.family](spec, version_id, public, self.module, locate)
        key.is_quick = self._quick and spec.family in _SECRETS
        key.offered = self._offers.algorithms.get(spec.name, ())
        return key

    def destroy(self, version_id: str) -> None:
        """Destroy the token's object of a version, and let go of unwrapped copies.

        Other processes let go of their copies when their sessions end.
        """
        self.module.write(lambda s: objects.destroy(s, version_id), retires_sessions=True)

    def sweep(self, known: Container[str], older_than: float) -> list[str]:
        """Destroy keys of ours that nobody knows: their making was never committed.

        Only those made before the machine time ``older_than``: younger ones may still be about to
        be committed. Returns the ids of the versions. Misuse if the token holds keys and none of
        them is known: it belongs to another deployment, or the database is not the right one.
        """
        names = self.module.write(objects.names)
        unknown = [name for name in names if name.version_id not in known]
        old = [name.version_id for name in unknown if name.made < older_than]
        if old and len(unknown) == len(names):
            raise Misuse(
                "None of the {number} keys in the token is known: nothing is removed. Give "
                "each deployment a token of its own.",
                number=len(names),
            )
        for version_id in old:
            self.destroy(version_id)
        return old

    def generate_random(self, size: int) -> bytes:
        """``size`` bytes from the token."""
        return self.module.run(lambda session: session.raw.generate_random(8 * size))

    def _name(self, version_id: str) -> Name:
        return Name(version_id, int(self._machine.wall()))

    def _adopt_pair(self, spec: KeySpec, name: Name, material: SecretBytes) -> Made:
        key = private_key(spec, material)
        self._bring_in(name, lambda s: objects.bring_in_pair(s, spec, name, key))
        return _pair(key.public_key())

    def _bring_in(self, name: Name, bring: Callable[[TokenSession], object]) -> None:
        self.module.write(lambda s: objects.replacing(s, name.version_id, lambda: bring(s)))


def _pair(public: _PublicKey) -> Made:
    return Made(_NOTHING, public_der(public))
