"""The crypto operations of the RPC door: parameters in, answers out, no database.

Source: facts/kms-api.md A (Cryptography) and A.2.
"""

from collections.abc import Callable
from typing import Any

from keylease.api.rpc.arguments import Arguments, missing
from keylease.api.rpc.call import Answer, Call
from keylease.core.errors import Code, Refusal
from keylease.runtime.cryptography import CryptoService, Look, Outcome, data_key_size

Crypto = Callable[[CryptoService, Look, Call], tuple[Answer, Outcome]]


def encrypt(crypto: CryptoService, look: Look, call: Call) -> tuple[Answer, Outcome]:
    """Encrypt. The plaintext is opaque text: it need not be Base64."""
    arguments = call.arguments
    key_name = arguments.required("KeyId")
    if "Plaintext" not in arguments.values:
        raise missing("Plaintext")
    outcome = crypto.encrypt(
        look,
        call.principal,
        call.region,
        key_name,
        arguments.values["Plaintext"],
        arguments.texts("EncryptionContext"),
    )
    return _answer(outcome, CiphertextBlob=outcome.ciphertext), outcome


def decrypt(crypto: CryptoService, look: Look, call: Call) -> tuple[Answer, Outcome]:
    """Decrypt: exactly the text that was encrypted comes back."""
    outcome = crypto.decrypt(
        look,
        call.principal,
        call.arguments.required("CiphertextBlob"),
        call.arguments.texts("EncryptionContext"),
    )
    return _answer(outcome, Plaintext=outcome.plaintext), outcome


def generate_data_key(crypto: CryptoService, look: Look, call: Call) -> tuple[Answer, Outcome]:
    """GenerateDataKey."""
    outcome = _data_key(crypto, look, call)
    answer = _answer(outcome, CiphertextBlob=outcome.ciphertext, Plaintext=outcome.plaintext)
    return answer, outcome


def generate_data_key_without_plaintext(
    crypto: CryptoService, look: Look, call: Call
) -> tuple[Answer, Outcome]:
    """GenerateDataKeyWithoutPlaintext."""
    outcome = _data_key(crypto, look, call)
    return _answer(outcome, CiphertextBlob=outcome.ciphertext), outcome


#: What carries out each crypto operation.
CRYPTO: dict[str, Crypto] = {
    "Encrypt": encrypt,
    "Decrypt": decrypt,
    "GenerateDataKey": generate_data_key,
    "GenerateDataKeyWithoutPlaintext": generate_data_key_without_plaintext,
}


def run(crypto: CryptoService, look: Look, call: Call) -> tuple[Answer, Outcome]:
    """Carry out a crypto operation; Doubt, or a Refusal."""
    _refuse_what_is_not_offered(call.arguments)
    return CRYPTO[call.operation.name](crypto, look, call)


def _data_key(crypto: CryptoService, look: Look, call: Call) -> Outcome:
    arguments = call.arguments
    size = data_key_size(arguments.text("KeySpec") or "AES_256", arguments.integer("NumberOfBytes"))
    return crypto.data_key(
        look,
        call.principal,
        call.region,
        arguments.required("KeyId"),
        size,
        arguments.texts("EncryptionContext"),
    )


def _refuse_what_is_not_offered(arguments: Arguments) -> None:
    values = arguments.values
    if values.get("Recipient"):
        raise Refusal(Code.UNSUPPORTED, "Recipient: attested enclaves are not offered.")
    if arguments.boolean("DryRun"):
        raise Refusal(Code.UNSUPPORTED, "DryRun is not offered by this release.")


def _answer(outcome: Outcome, **fields: Any) -> Answer:
    return {"KeyId": outcome.key_id, "KeyVersionId": outcome.version_id, **fields}
