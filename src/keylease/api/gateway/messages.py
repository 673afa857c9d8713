"""The gateway's messages: one table, made into protobuf classes when this module is imported.

Nothing is generated and no compiler is needed. Outside this module a message is its `Fields`. As
in every proto3 message, a field that was not sent reads as empty, 0 or False.
Source: facts/kms-api.md C, the clients' own ``api.proto``, complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from keylease.core.errors import Code, Refusal

#: What a field can hold.
Value = str | bytes | int | bool | list[str]

_Kind = TypeVar("_Kind", str, bytes, int, bool)

#: Each message with the number, name and type of its fields; what has no type is a text.
MESSAGES = {
    "KmsEncryptRequest": "1 KeyId, 2 Plaintext bytes, 3 Aad bytes",
    "KmsEncryptResponse": "1 KeyId, 2 CiphertextBlob bytes, 3 RequestId",
    "EncryptRequest": (
        "1 KeyId, 2 Plaintext bytes, 3 Algorithm, 4 Aad bytes, 5 Iv bytes, 6 PaddingMode"
    ),
    "EncryptResponse": (
        "1 KeyId, 2 CiphertextBlob bytes, 3 Iv bytes, 4 RequestId, 5 Algorithm, 6 PaddingMode"
    ),
    "KmsDecryptRequest": "1 CiphertextBlob bytes, 2 Aad bytes",
    "KmsDecryptResponse": "1 KeyId, 2 Plaintext bytes, 3 RequestId",
    "DecryptRequest": (
        "1 CiphertextBlob bytes, 2 KeyId, 3 Algorithm, 4 Aad bytes, 5 Iv bytes, 6 PaddingMode"
    ),
    "DecryptResponse": "1 KeyId, 2 Plaintext bytes, 3 RequestId, 4 Algorithm, 5 PaddingMode",
    "SignRequest": "1 KeyId, 2 Digest bytes, 3 Algorithm, 4 Message bytes, 5 MessageType",
    "SignResponse": "1 KeyId, 2 Signature bytes, 3 RequestId, 4 Algorithm, 5 MessageType",
    "VerifyRequest": (
        "1 KeyId, 2 Digest bytes, 3 Signature bytes, 4 Algorithm, 5 Message bytes, 6 MessageType"
    ),
    "VerifyResponse": "1 KeyId, 2 Value bool, 3 RequestId, 4 Algorithm, 5 MessageType",
    "HmacRequest": "1 KeyId, 2 Message bytes",
    "HmacResponse": "1 KeyId, 2 Signature bytes, 3 RequestId",
    "GenerateRandomRequest": "1 Length int32",
    "GenerateRandomResponse": "1 Random bytes, 2 RequestId",
    "HashRequest": "1 Message bytes, 2 Algorithm",
    "HashResponse": "1 Digest bytes, 3 RequestId",
    "GenerateDataKeyRequest": "1 KeyId, 2 Algorithm, 3 NumberOfBytes int32, 4 Aad bytes",
    "GenerateDataKeyResponse": (
        "1 KeyId, 2 Iv bytes, 3 Plaintext bytes, 4 CiphertextBlob bytes, 5 RequestId, 6 Algorithm"
    ),
    "GetPublicKeyRequest": "1 KeyId",
    "GetPublicKeyResponse": "1 KeyId, 2 PublicKey, 3 RequestId",
    "Error": "1 StatusCode int32, 2 ErrorCode, 3 ErrorMessage, 4 RequestId",
    "GetSecretValueRequest": (
        "1 SecretName, 2 VersionStage, 3 VersionId, 4 FetchExtendedConfig bool"
    ),
    "GetSecretValueResponse": (
        "1 SecretName, 2 SecretType, 3 SecretData, 4 SecretDataType, 5 VersionStages texts, "
        "6 VersionId, 7 CreateTime, 8 RequestId, 9 LastRotationDate, 10 NextRotationDate, "
        "11 ExtendedConfig, 12 AutomaticRotation, 13 RotationInterval"
    ),
    "AdvanceEncryptRequest": (
        "1 KeyId, 2 Plaintext bytes, 3 Algorithm, 4 Aad bytes, 5 Iv bytes, 6 PaddingMode"
    ),
    "AdvanceEncryptResponse": (
        "1 KeyId, 2 CiphertextBlob bytes, 3 Iv bytes, 4 RequestId, 5 Algorithm, 6 PaddingMode, "
        "7 KeyVersionId"
    ),
    "AdvanceDecryptRequest": (
        "1 CiphertextBlob bytes, 2 KeyId, 3 Algorithm, 4 Aad bytes, 5 Iv bytes, 6 PaddingMode"
    ),
    "AdvanceDecryptResponse": (
        "1 KeyId, 2 Plaintext bytes, 3 RequestId, 4 Algorithm, 5 PaddingMode, 6 KeyVersionId"
    ),
    "AdvanceGenerateDataKeyRequest": "1 KeyId, 2 NumberOfBytes int32, 3 Aad bytes",
    "AdvanceGenerateDataKeyResponse": (
        "1 KeyId, 2 Iv bytes, 3 Plaintext bytes, 4 CiphertextBlob bytes, 5 RequestId, "
        "6 Algorithm, 7 KeyVersionId"
    ),
    "GenerateDataKeyPairRequest": "1 KeyId, 2 Algorithm, 3 KeyPairSpec, 4 KeyFormat, 5 Aad bytes",
    "GenerateDataKeyPairResponse": (
        "1 KeyId, 2 Iv bytes, 3 KeyPairSpec, 4 PrivateKeyPlaintext bytes, "
        "5 PrivateKeyCiphertextBlob bytes, 6 PublicKey bytes, 7 RequestId, 8 Algorithm"
    ),
    "GenerateDataKeyPairWithoutPlaintextRequest": (
        "1 KeyId, 2 Algorithm, 3 KeyPairSpec, 4 KeyFormat, 5 Aad bytes"
    ),
    "GenerateDataKeyPairWithoutPlaintextResponse": (
        "1 KeyId, 2 Iv bytes, 3 KeyPairSpec, 4 PrivateKeyCiphertextBlob bytes, "
        "5 PublicKey bytes, 6 RequestId, 7 Algorithm"
    ),
    "AdvanceGenerateDataKeyPairRequest": "1 KeyId, 2 KeyPairSpec, 3 KeyFormat, 4 Aad bytes",
    "AdvanceGenerateDataKeyPairResponse": (
        "1 KeyId, 2 Iv bytes, 3 KeyPairSpec, 4 PrivateKeyPlaintext bytes, "
        "5 PrivateKeyCiphertextBlob bytes, 6 PublicKey bytes, 7 RequestId, 8 Algorithm, "
        "9 KeyVersionId"
    ),
    "AdvanceGenerateDataKeyPairWithoutPlaintextRequest": (
        "1 KeyId, 2 KeyPairSpec, 3 KeyFormat, 4 Aad bytes"
    ),
    "AdvanceGenerateDataKeyPairWithoutPlaintextResponse": (
        "1 KeyId, 2 Iv bytes, 3 KeyPairSpec, 4 PrivateKeyCiphertextBlob bytes, "
        "5 PublicKey bytes, 6 RequestId, 7 Algorithm, 8 KeyVersionId"
    ),
}

#: The operations whose requests are in the table.
API_NAMES = frozenset(name.removesuffix("Request") for name in MESSAGES if name.endswith("Request"))


@dataclass(frozen=True, slots=True)
class Fields:
    """What a message says. Messages hold plaintexts and secrets, so the repr shows nothing."""

    values: Mapping[str, Value] = field(repr=False)

    def text(self, name: str) -> str:
        """A text; "" if it was not sent."""
        return self._read(name, str)

    def data(self, name: str) -> bytes:
        """Bytes; none if they were not sent."""
        return self._read(name, bytes)

    def number(self, name: str) -> int:
        """A whole number; 0 if it was not sent."""
        return self._read(name, int)

    def flag(self, name: str) -> bool:
        """Yes or no; False if it was not sent."""
        return self._read(name, bool)

    def _read(self, name: str, kind: type[_Kind]) -> _Kind:
        value = self.values[name]
        if not isinstance(value, kind):
            raise TypeError(f"{name} is not of type {kind.__name__}")
        return value


def decode(name: str, body: bytes) -> Fields:
    """A message from its bytes; fields that we do not know are passed over.

    Refusal ``InvalidParameter`` for bytes that are not this message, and for a text with a NUL,
    which databases cannot keep.
    """
    message = _CLASSES[name]()
    try:
        message.ParseFromString(body)
    except DecodeError:
        raise _unreadable(name) from None
    values = {one.name: _plain(getattr(message, one.name)) for one in message.DESCRIPTOR.fields}
    for value in values.values():
        if isinstance(value, str | list) and "\0" in "".join(value):
            raise _unreadable(name)
    return Fields(values)


def encode(name: str, values: Mapping[str, Value]) -> bytes:
    """The bytes of a message, its fields in the order of their numbers."""
    encoded: bytes = _CLASSES[name](**values).SerializeToString()
    return encoded


def _plain(value: Any) -> Value:
    """A repeated field as a list of its own; everything else is plain already."""
    return value if isinstance(value, str | bytes | int) else list(value)


def _unreadable(name: str) -> Refusal:
    return Refusal(
        Code.INVALID_PARAMETER,
        "The specified parameter is not valid: send a {name} as a protobuf message, its texts in "
        "UTF-8 without NUL.",
        name=name,
    )


_FieldType = descriptor_pb2.FieldDescriptorProto
_TYPES = {
    "": _FieldType.TYPE_STRING,
    "texts": _FieldType.TYPE_STRING,
    "bytes": _FieldType.TYPE_BYTES,
    "int32": _FieldType.TYPE_INT32,
    "bool": _FieldType.TYPE_BOOL,
}


def _classes() -> dict[str, Any]:
    """A class for each message of the table, in a pool of their own."""
    file = descriptor_pb2.FileDescriptorProto(
        name="keylease/gateway.proto", package="protobuf", syntax="proto3"
    )
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for line in fields.split(", "):
            number, field_name, kind = (*line.split(), "")[:3]
            message.field.add(
                name=field_name,
                number=int(number),
                type=_TYPES[kind],
                label=_FieldType.LABEL_REPEATED if kind == "texts" else _FieldType.LABEL_OPTIONAL,
            )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    described = pool.FindFileByName(file.name).message_types_by_name
    return {name: message_factory.GetMessageClass(one) for name, one in described.items()}


_CLASSES = _classes()
