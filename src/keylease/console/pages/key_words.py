"""How keys are called on pages: their specs, usages and states as words."""

from keylease.console.ports import ConsoleWork
from keylease.crypto.algorithms import KEY_SPECS, Family, KeySpec, KeyUsage
from keylease.custody.keys.model import Key
from keylease.custody.keys.states import KeyState

USAGES = {
    KeyUsage.ENCRYPT_DECRYPT: "Encrypt and decrypt",
    KeyUsage.SIGN_VERIFY: "Sign and verify",
    KeyUsage.GENERATE_VERIFY_MAC: "Authenticate messages (MAC)",
}

#: The word of a state and the colour of its badge.
STATES = {
    KeyState.ENABLED: ("Enabled", "good"),
    KeyState.DISABLED: ("Disabled", "bad"),
    KeyState.PENDING_DELETION: ("Pending deletion", "bad"),
    KeyState.PENDING_IMPORT: ("Waits for its material", "wait"),
}

_SIZED = {Family.AES: "AES-{}", Family.RSA: "RSA {}"}
_PLAIN = {
    Family.ML_DSA: "ML-DSA-{}",
    Family.ML_KEM: "ML-KEM-{}",
    Family.SM4: "SM4",
    Family.SM2: "SM2",
}
_CURVES = {"secp256r1": "EC P-256", "secp256k1": "EC P-256K (secp256k1)"}


def _spec_words(spec: KeySpec) -> str:
    """``Aliyun_AES_256`` to ``AES-256``: names that every language shares."""
    if spec.family is Family.EC:
        return _CURVES[spec.curve]
    if spec.family is Family.HMAC:
        return spec.name.replace("HMAC_", "HMAC ").replace("_", "-")
    return (_SIZED | _PLAIN)[spec.family].format(spec.size)


SPECS = {name: _spec_words(spec) for name, spec in KEY_SPECS.items()}

#: What templates of keys need to name things.
WORDS = {"specs": SPECS, "usages": USAGES, "states": STATES}


def aliases_of(work: ConsoleWork, keys: list[Key]) -> dict[str, list[str]]:
    """The aliases of keys by key id, in one question; those of services' keys among them."""
    found = {key.id: [f"alias/acs/{key.service}"] for key in keys if key.service}
    for alias in work.aliases.of_keys([key.id for key in keys]):
        found.setdefault(alias.key_id, []).append(alias.name)
    return found
