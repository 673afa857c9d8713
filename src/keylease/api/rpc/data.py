"""The crypto operations of the RPC door: parameters in, answers out, no database.

Each decides about a call and returns the step that carries it out, so that what takes long runs
in a thread. Source: facts/kms-api.md A (Cryptography) and A.2.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from keylease.api.rpc.arguments import Arguments, invalid, missing
from keylease.api.rpc.call import Answer, Call
from keylease.api.rpc.secret_values import batch_get_secret_value, get_secret_value
from keylease.core.errors import Code, Refusal
from keylease.custody.data_keys import data_key_not_found
from keylease.custody.work import local_subject
from keylease.runtime.asymmetric import Asymmetric, export_for
from keylease.runtime.gate import Step
from keylease.runtime.look import Look
from keylease.runtime.memory import Kind
from keylease.runtime.sealing import AdvanceInput, Sealing, data_key_size, iv_of
from keylease.runtime.secrets import SecretValues

T = TypeVar("T")

#: Base64 of a signature, a ciphertext, a digest or a public key is shorter.
_BASE64_CHARACTERS_MAX = 16_384


@dataclass(frozen=True, slots=True)
class CryptoService:
    """All that crypto calls are decided and carried out by."""

    sealing: Sealing
    asymmetric: Asymmetric
    secrets: SecretValues


Crypto = Callable[[CryptoService, Look, Call], Step[Answer]]


def encrypt(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """Encrypt. The plaintext is opaque text: it need not be Base64."""
    arguments = call.arguments
    key_name = arguments.required("KeyId")
    if "Plaintext" not in arguments.values:
        raise missing("Plaintext")
    step = crypto.sealing.encrypt(
        look,
        call.caller,
        key_name,
        arguments.values["Plaintext"].encode(),
        arguments.texts("EncryptionContext"),
    )
    return _answered(step, lambda blob: {"CiphertextBlob": _base64(blob)})


def decrypt(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """Decrypt: exactly the text that was encrypted comes back."""
    step = crypto.sealing.decrypt(
        look,
        call.caller,
        call.arguments.required("CiphertextBlob").encode(),
        call.arguments.texts("EncryptionContext"),
    )
    return _answered(step, lambda plain: {"Plaintext": _text(plain)})


def re_encrypt(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """ReEncrypt: from a key of any kind to one that Encrypt works with."""
    arguments = call.arguments
    destination = arguments.required("DestinationKeyId")
    source = _re_encryption_source(crypto, look, call)
    step = crypto.sealing.re_encrypt(
        look, call.caller, source, destination, arguments.texts("DestinationEncryptionContext")
    )
    return _answered(step, lambda blob: {"CiphertextBlob": _base64(blob)})


def generate_data_key(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """GenerateDataKey."""
    return _answered(
        _data_key(crypto, look, call),
        lambda pair: {"CiphertextBlob": _base64(pair[1]), "Plaintext": pair[0].decode()},
    )


def generate_data_key_without_plaintext(
    crypto: CryptoService, look: Look, call: Call
) -> Step[Answer]:
    """GenerateDataKeyWithoutPlaintext."""
    return _answered(
        _data_key(crypto, look, call), lambda pair: {"CiphertextBlob": _base64(pair[1])}
    )


def generate_and_export_data_key(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """GenerateAndExportDataKey: a data key encrypted twice, by us and for a public key."""
    wrap, is_quick = _export(call)
    step = _data_key(crypto, look, call).then(
        lambda pair: (pair[1], wrap(b64decode(pair[0]))), is_quick=is_quick
    )
    return _answered(
        step,
        lambda both: {"CiphertextBlob": _base64(both[0]), "ExportedDataKey": _base64(both[1])},
    )


def export_data_key(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """ExportDataKey: decrypt a data key, and encrypt it for a public key."""
    arguments = call.arguments
    opened = crypto.sealing.opened(
        look,
        call.caller,
        arguments.required("CiphertextBlob").encode(),
        arguments.texts("EncryptionContext"),
        "ExportDataKey",
    )
    wrap, is_quick = _export(call)
    step = opened.then(lambda text: wrap(_key_of(text)), is_quick=is_quick)
    return _answered(step, lambda wrapped: {"ExportedDataKey": _base64(wrapped)})


def asymmetric_sign(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """AsymmetricSign: ``Digest`` is the Base64 of a digest."""
    key, version, algorithm = _asymmetric(call)
    digest = _bytes(call.arguments, "Digest")
    step = crypto.asymmetric.sign(look, call.caller, key, version, algorithm, digest)
    return _answered(step, lambda signature: {"Value": _base64(signature)})


def asymmetric_verify(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """AsymmetricVerify: a wrong signature is answered with ``Value`` false."""
    key, version, algorithm = _asymmetric(call)
    digest = _bytes(call.arguments, "Digest")
    signature = _bytes(call.arguments, "Value")
    step = crypto.asymmetric.verify(look, call.caller, key, version, algorithm, digest, signature)
    return _answered(step, lambda fits: {"Value": fits})


def asymmetric_encrypt(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """AsymmetricEncrypt: ``Plaintext`` is Base64."""
    key, version, algorithm = _asymmetric(call)
    plaintext = _bytes(call.arguments, "Plaintext")
    step = crypto.asymmetric.encrypt(look, call.caller, key, version, algorithm, plaintext)
    return _answered(step, lambda blob: {"CiphertextBlob": _base64(blob)})


def asymmetric_decrypt(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """AsymmetricDecrypt: ``Plaintext`` is answered in Base64."""
    key, version, algorithm = _asymmetric(call)
    blob = _bytes(call.arguments, "CiphertextBlob")
    step = crypto.asymmetric.decrypt(look, call.caller, key, version, algorithm, blob)
    return _answered(step, lambda plain: {"Plaintext": _base64(plain)})


def generate_mac(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """GenerateMac."""
    arguments = call.arguments
    key, algorithm = arguments.required("KeyId"), arguments.required("Algorithm")
    message = _bytes(arguments, "Message")
    step = crypto.asymmetric.generate_mac(look, call.caller, key, algorithm, message)
    return _mac_answered(step, algorithm, lambda tag: {"Mac": _base64(tag)})


def verify_mac(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """VerifyMac: a wrong code is answered with ``Value`` false."""
    arguments = call.arguments
    key, algorithm = arguments.required("KeyId"), arguments.required("Algorithm")
    message, tag = _bytes(arguments, "Message"), _bytes(arguments, "Mac")
    step = crypto.asymmetric.verify_mac(look, call.caller, key, algorithm, message, tag)
    return _mac_answered(step, algorithm, lambda fits: {"Value": fits})


def get_public_key(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """GetPublicKey, in PEM."""
    arguments = call.arguments
    key, version = arguments.required("KeyId"), arguments.required("KeyVersionId")
    step = crypto.asymmetric.public_key(look, call.caller, key, version)
    return _answered(step, lambda pem: {"PublicKey": pem})


def advance_encrypt(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """AdvanceEncrypt: the message of the instance gateway in JSON, bytes in Base64."""
    arguments = call.arguments
    key_name, plaintext = arguments.required("KeyId"), _bytes(arguments, "Plaintext")
    if arguments.optional("Iv"):
        raise invalid("Iv", "is chosen by the service, so that none comes twice: leave it out")
    if arguments.optional("PaddingMode") not in {None, "NO_PADDING"}:
        raise invalid("PaddingMode", "takes NO_PADDING: Galois/Counter mode pads nothing")
    aad = _bytes(arguments, "Aad") if arguments.optional("Aad") else b""
    given = AdvanceInput(arguments.optional("Algorithm"), aad)
    step = crypto.sealing.advance_encrypt(look, call.caller, key_name, plaintext, given)
    return _answered(
        step,
        lambda made: {
            "Algorithm": made[0],
            "CiphertextBlob": _base64(made[1]),
            "Iv": _base64(iv_of(made[1])),
        },
    )


def get_managed_data_key(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """GetManagedDataKey: without a version the first one, or with ``UseLatest`` the last."""
    arguments = call.arguments
    name = arguments.required("DataKeyName")
    data_key = look.data_key(call.account_id, call.region, name)
    version_id, latest = arguments.optional("DataKeyVersionId"), arguments.boolean("UseLatest")
    version = data_key.version(version_id, latest=latest)
    if version is None:
        look.require_confirmed(Kind.DATA_KEY, local_subject(call.account_id, call.region, name))
        raise data_key_not_found()
    step = crypto.sealing.managed_data_key(look, call.caller, data_key, version.number)
    return step.then(
        lambda plaintext: {
            "DataKeyName": name,
            "DataKeyVersionId": version.id,
            "DataKeyVersionName": version.name_of(name),
            "Plaintext": _base64(plaintext),
        }
    )


#: What carries out each crypto operation.
CRYPTO: dict[str, Crypto] = {
    "Encrypt": encrypt,
    "Decrypt": decrypt,
    "ReEncrypt": re_encrypt,
    "GenerateDataKey": generate_data_key,
    "GenerateDataKeyWithoutPlaintext": generate_data_key_without_plaintext,
    "GenerateAndExportDataKey": generate_and_export_data_key,
    "ExportDataKey": export_data_key,
    "AsymmetricSign": asymmetric_sign,
    "AsymmetricVerify": asymmetric_verify,
    "AsymmetricEncrypt": asymmetric_encrypt,
    "AsymmetricDecrypt": asymmetric_decrypt,
    "GenerateMac": generate_mac,
    "VerifyMac": verify_mac,
    "GetPublicKey": get_public_key,
    "GetSecretValue": lambda crypto, look, call: get_secret_value(crypto.secrets, look, call),
    "BatchGetSecretValue": lambda crypto, look, call: batch_get_secret_value(
        crypto.secrets, look, call
    ),
    "AdvanceEncrypt": advance_encrypt,
    "GetManagedDataKey": get_managed_data_key,
}

#: Refusals that a dry run answers as they are: they say nothing about the call itself.
_NOT_OF_THE_CALL = frozenset({Code.THROTTLED, Code.UNAVAILABLE})


def decide(crypto: CryptoService, look: Look, call: Call) -> Step[Answer]:
    """Decide about a crypto operation; Doubt, or a Refusal."""
    values = call.arguments.values
    if values.get("Recipient"):
        raise Refusal(Code.UNSUPPORTED, "Recipient: attested enclaves are not offered.")
    operation = CRYPTO[call.operation.name]
    if "DryRun" not in values or not call.arguments.boolean("DryRun"):
        return operation(crypto, look, call)
    return operation(crypto, look, call).then(_rehearsed)


def _rehearsed(_answer: Answer) -> Answer:
    raise Refusal(Code.DRY_RUN_OK, "The request would have succeeded, but DryRun is set.")


def dry_run_refusal(error: Refusal) -> Refusal:
    """What a dry run answers instead of a refusal. facts/kms.md 4.1 (DryRun)."""
    if error.code in _NOT_OF_THE_CALL or error.code is Code.DRY_RUN_OK:
        return error
    code = Code.DRY_RUN_DENIED if error.code is Code.NO_PERMISSION else Code.DRY_RUN_INVALID
    return Refusal(code, "{code}: {message}", code=error.code, message=error.message)


def _re_encryption_source(crypto: CryptoService, look: Look, call: Call) -> Step[bytes]:
    arguments = call.arguments
    ciphertext = arguments.required("CiphertextBlob")
    named = [arguments.optional(f"Source{name}") for name in ("KeyId", "KeyVersionId")]
    algorithm = arguments.optional("SourceEncryptionAlgorithm")
    if named == [None, None] and algorithm is None:
        context = arguments.texts("SourceEncryptionContext")
        return crypto.sealing.opened(
            look, call.caller, ciphertext.encode(), context, "ReEncryptFrom"
        )
    return crypto.asymmetric.decrypt(
        look,
        call.caller,
        arguments.required("SourceKeyId"),
        arguments.required("SourceKeyVersionId"),
        arguments.required("SourceEncryptionAlgorithm"),
        _bytes(arguments, "CiphertextBlob"),
        "ReEncryptFrom",
    )


def _asymmetric(call: Call) -> tuple[str, str, str]:
    arguments = call.arguments
    return (
        arguments.required("KeyId"),
        arguments.required("KeyVersionId"),
        arguments.required("Algorithm"),
    )


def _data_key(crypto: CryptoService, look: Look, call: Call) -> Step[tuple[bytes, bytes]]:
    arguments = call.arguments
    size = data_key_size(arguments.text("KeySpec") or "AES_256", arguments.integer("NumberOfBytes"))
    return crypto.sealing.data_key(
        look,
        call.caller,
        arguments.required("KeyId"),
        size,
        arguments.texts("EncryptionContext"),
        call.operation.name,
    )


def _export(call: Call) -> tuple[Callable[[bytes], bytes], bool]:
    """What encrypts a data key for the public key of a call, and whether it is quick."""
    arguments = call.arguments
    spec, algorithm = arguments.required("WrappingKeySpec"), arguments.required("WrappingAlgorithm")
    return export_for(_bytes(arguments, "PublicKeyBlob"), spec, algorithm)


def _key_of(text: bytes) -> bytes:
    """The bytes of a data key, which are kept as Base64 text; of other texts their own."""
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return text


def _answered(step: Step[T], fields: Callable[[T], Mapping[str, Any]]) -> Step[Answer]:
    named = {"KeyId": step.key_id, "KeyVersionId": step.version_id}
    return step.then(lambda made: {**named, **fields(made)})


def _mac_answered(
    step: Step[T], algorithm: str, fields: Callable[[T], Mapping[str, Any]]
) -> Step[Answer]:
    named = {"KeyId": step.key_id, "Algorithm": algorithm}
    return step.then(lambda made: {**named, **fields(made)})


def _bytes(arguments: Arguments, name: str) -> bytes:
    text = arguments.required(name)
    try:
        if len(text) > _BASE64_CHARACTERS_MAX:
            raise invalid(name, "takes at most {most:,} characters", most=_BASE64_CHARACTERS_MAX)
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise invalid(name, "takes Base64") from None


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _text(plain: bytes) -> str:
    try:
        return plain.decode()
    except UnicodeDecodeError:
        raise Refusal(
            Code.UNSUPPORTED,
            "This action is not supported: what was encrypted is no text. Decrypt it at the "
            "instance gateway, where it was encrypted.",
        ) from None


__all__ = ["CRYPTO", "CryptoService", "decide", "dry_run_refusal"]
