"""Key pairs made for an application: the private key comes encrypted, and in plain if asked for.

Source: facts/kms-api.md C (api.proto).
"""

from keylease.api.gateway.calls import Answer, Asked, invalid
from keylease.api.gateway.messages import Value
from keylease.api.gateway.sealing import sealer
from keylease.core import ids
from keylease.crypto.algorithms import KEY_SPECS, Family, KeySpec
from keylease.crypto.pem import private_pem, public_pem
from keylease.crypto.providers import Storage
from keylease.runtime.gate import Step

_SPECS = {
    name: spec
    for name, spec in KEY_SPECS.items()
    if spec.family in {Family.RSA, Family.EC, Family.SM2}
}
_PEM, _DER = "PEM", "DER"


def generate_data_key_pair(asked: Asked) -> Step[Answer]:
    """GenerateDataKeyPair."""
    return _pair(asked, advance=False, plain=True)


def generate_data_key_pair_without_plaintext(asked: Asked) -> Step[Answer]:
    """GenerateDataKeyPairWithoutPlaintext."""
    return _pair(asked, advance=False, plain=False)


def advance_generate_data_key_pair(asked: Asked) -> Step[Answer]:
    """AdvanceGenerateDataKeyPair."""
    return _pair(asked, advance=True, plain=True)


def advance_generate_data_key_pair_without_plaintext(asked: Asked) -> Step[Answer]:
    """AdvanceGenerateDataKeyPairWithoutPlaintext."""
    return _pair(asked, advance=True, plain=False)


def _pair(asked: Asked, *, advance: bool, plain: bool) -> Step[Answer]:
    spec, as_pem = _spec(asked), _is_pem(asked)
    made = sealer(asked, asked.key(), advance=advance)

    def fields() -> dict[str, Value]:
        private, public = _generated(asked, spec, as_pem=as_pem)
        nonce, blob = made.seal(private)
        said: dict[str, Value] = {
            "Iv": nonce,
            "KeyPairSpec": spec.name,
            "PrivateKeyCiphertextBlob": blob,
            "PublicKey": public,
        }
        return said | {"PrivateKeyPlaintext": private} if plain else said

    return made.step(fields, is_quick=spec.family is not Family.RSA)


def _generated(asked: Asked, spec: KeySpec, *, as_pem: bool) -> tuple[bytes, bytes]:
    """PKCS#8 and SubjectPublicKeyInfo."""
    version_id = ids.uuid(asked.service.entropy)
    made = asked.service.pairs.generate(spec, Storage.SOFTWARE, version_id)
    private, public = made.kept.reveal(), made.public
    if as_pem:
        return private_pem(private).encode(), public_pem(public).encode()
    return private, public


def _spec(asked: Asked) -> KeySpec:
    name = asked.message.text("KeyPairSpec")
    if name not in _SPECS:
        raise invalid("KeyPairSpec", f"it takes {', '.join(_SPECS)}")
    return _SPECS[name]


def _is_pem(asked: Asked) -> bool:
    named = asked.message.text("KeyFormat") or _PEM
    if named not in {_PEM, _DER}:
        raise invalid("KeyFormat", f"it takes {_PEM} or {_DER}")
    return named == _PEM
