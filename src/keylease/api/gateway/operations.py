"""Every operation of the gateway, on one page; and those that need no key."""

from keylease.api.gateway import key_pairs, sealing, signing
from keylease.api.gateway.calls import (
    QUICK_BYTES_MAX,
    Answer,
    Asked,
    GatewayOperation,
    invalid,
    missing,
)
from keylease.api.rpc.kms import secret_view
from keylease.crypto.digests import DIGESTS, digest
from keylease.runtime.gate import Step
from keylease.runtime.secrets import SecretValue, Wanted

RANDOM_BYTES_MAX = 1024


def generate_random(asked: Asked) -> Step[Answer]:
    """GenerateRandom."""
    size = asked.message.number("Length")
    if not 1 <= size <= RANDOM_BYTES_MAX:
        raise invalid("Length", f"it takes 1 to {RANDOM_BYTES_MAX}")
    asked.service.gate.enter(asked.look, asked.client, asked.caller)
    entropy = asked.service.entropy
    return Step("", "", is_quick=True, run=lambda: {"Random": entropy.random(size)})


def hash_message(asked: Asked) -> Step[Answer]:
    """Hash: the digest of a message."""
    name, message = asked.message.text("Algorithm"), asked.message.data("Message")
    if name not in DIGESTS:
        raise invalid("Algorithm", f"it takes {', '.join(DIGESTS)}")
    asked.service.gate.enter(asked.look, asked.client, asked.caller)
    is_quick = len(message) <= QUICK_BYTES_MAX
    return Step("", "", is_quick, lambda: {"Digest": digest(name, message)})


def get_secret_value(asked: Asked) -> Step[Answer]:
    """GetSecretValue, of what the policies allow."""
    name, message, service = asked.message.text("SecretName"), asked.message, asked.service
    if not name:
        raise missing("SecretName")
    service.gate.require_secret(asked.look, asked.client, asked.caller, name)
    wanted = Wanted(name, message.text("VersionId") or None, message.text("VersionStage") or None)
    with_config = message.flag("FetchExtendedConfig")
    step = service.secrets.get(asked.look, asked.caller, wanted)

    def shown(found: SecretValue) -> Answer:
        view = secret_view.value(found, with_config=with_config)
        return {**view, "VersionStages": view["VersionStages"]["VersionStage"]}

    return step.then(shown)


#: By the name in the header ``x-kms-apiname``.
OPERATIONS: dict[str, GatewayOperation] = {
    "Encrypt": sealing.encrypt,
    "Decrypt": sealing.decrypt,
    "AdvanceEncrypt": sealing.advance_encrypt,
    "AdvanceDecrypt": sealing.advance_decrypt,
    "KmsEncrypt": sealing.kms_encrypt,
    "KmsDecrypt": sealing.kms_decrypt,
    "GenerateDataKey": sealing.generate_data_key,
    "AdvanceGenerateDataKey": sealing.advance_generate_data_key,
    "GenerateDataKeyPair": key_pairs.generate_data_key_pair,
    "GenerateDataKeyPairWithoutPlaintext": key_pairs.generate_data_key_pair_without_plaintext,
    "AdvanceGenerateDataKeyPair": key_pairs.advance_generate_data_key_pair,
    "AdvanceGenerateDataKeyPairWithoutPlaintext": (
        key_pairs.advance_generate_data_key_pair_without_plaintext
    ),
    "Sign": signing.sign,
    "Verify": signing.verify,
    "GetPublicKey": signing.get_public_key,
    "Hmac": signing.hmac,
    "GenerateRandom": generate_random,
    "Hash": hash_message,
    "GetSecretValue": get_secret_value,
}
