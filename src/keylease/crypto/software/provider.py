"""The software provider: material as bytes, wrapped at rest."""

from collections.abc import Callable
from types import MappingProxyType

from keylease.core.entropy import Entropy
from keylease.core.errors import Code, Refusal, ensure
from keylease.crypto import sm2
from keylease.crypto.algorithms import Family, KeySpec
from keylease.crypto.key_pairs import PrivateKey, pkcs8, private_key, public_der
from keylease.crypto.providers import Made, Storage, UsableKey, invalid_material
from keylease.crypto.secret import SecretBytes
from keylease.crypto.software import elliptic, ml_dsa, ml_kem, rsa
from keylease.crypto.software.elliptic import EcKey
from keylease.crypto.software.mac import MacKey
from keylease.crypto.software.ml_dsa import MlDsaKey
from keylease.crypto.software.ml_kem import MlKemKey
from keylease.crypto.software.rsa import RsaKey
from keylease.crypto.software.sm2 import Sm2Key
from keylease.crypto.software.symmetric import AesKey, Sm4Key

_USABLE: MappingProxyType[Family, Callable[[KeySpec, str, Made], UsableKey]] = MappingProxyType(
    {
        Family.AES: AesKey,
        Family.SM4: Sm4Key,
        Family.ML_KEM: MlKemKey,
        Family.RSA: RsaKey,
        Family.EC: EcKey,
        Family.SM2: Sm2Key,
        Family.ML_DSA: MlDsaKey,
        Family.HMAC: MacKey,
    }
)


class SoftwareProvider:
    """Fits `keylease.crypto.providers.Provider`."""

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy

    def require(self, spec: KeySpec, storage: Storage) -> None:
        """Refuse SM2 where the system's OpenSSL lacks it."""
        ensure(storage is Storage.SOFTWARE, "the software provider keeps nothing in a token")
        if spec.family is Family.SM2 and not sm2.is_available():
            raise Refusal(
                Code.UNSUPPORTED, "EC_SM2 is not offered: this system's OpenSSL has no SM2."
            )

    def generate(self, spec: KeySpec, storage: Storage, version_id: str) -> Made:
        """A new key version; takes tens to hundreds of milliseconds for RSA."""
        del version_id
        self.require(spec, storage)
        match spec.family:
            case Family.RSA:
                return _pair(rsa.generate(spec))
            case Family.EC:
                return _pair(elliptic.generate(spec))
            case Family.SM2:
                return _sm2(sm2.generate(self._entropy))
            case Family.ML_DSA:
                return _seeded(spec, SecretBytes(self._entropy.random(ml_dsa.SEED_BYTES)))
            case Family.ML_KEM:
                return _seeded(spec, SecretBytes(self._entropy.random(ml_kem.SEED_BYTES)))
            case _:
                return Made(SecretBytes(self._entropy.random(spec.material_bytes)))

    def adopt(
        self, spec: KeySpec, storage: Storage, version_id: str, material: SecretBytes
    ) -> Made:
        """A key version from a customer's material; Refusal InvalidKeyMaterial."""
        del version_id
        self.require(spec, storage)
        match spec.family:
            case Family.RSA | Family.EC:
                return _pair(private_key(spec, material))
            case Family.SM2:
                try:
                    return _sm2(sm2.from_pkcs8(material))
                except ValueError:
                    raise invalid_material(spec) from None
            case Family.ML_DSA | Family.ML_KEM:
                raise Refusal(
                    Code.UNSUPPORTED, "Material of {spec} cannot be imported.", spec=spec.name
                )
            case _:
                if len(material) != spec.material_bytes:
                    raise invalid_material(spec)
                return Made(material)

    def load(self, spec: KeySpec, storage: Storage, version_id: str, made: Made) -> UsableKey:
        """A key version ready for use."""
        self.require(spec, storage)
        return _USABLE[spec.family](spec, version_id, made)

    def destroy(self, version_id: str) -> None:
        """Nothing is kept here."""


def _pair(key: PrivateKey) -> Made:
    return Made(pkcs8(key), public_der(key.public_key()))


def _sm2(pair: sm2.Sm2Pair) -> Made:
    return Made(pair.private_pkcs8(), pair.public_der())


def _seeded(spec: KeySpec, seed: SecretBytes) -> Made:
    private = (ml_dsa if spec.family is Family.ML_DSA else ml_kem).PRIVATE[spec.size]
    public = private.from_seed_bytes(seed.reveal()).public_key()
    return Made(seed, public_der(public))
