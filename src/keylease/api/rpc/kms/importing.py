"""Bring your own key. Shapes: facts/kms-api.md A (Import)."""

from base64 import b64encode

from keylease.api.rpc.arguments import missing
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.core.clock import iso
from keylease.custody.keys import importing


def get_parameters_for_import(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """GetParametersForImport: a fresh public key and token each time."""
    arguments = call.arguments
    name = arguments.required("KeyId")
    algorithm, spec = arguments.required("WrappingAlgorithm"), arguments.required("WrappingKeySpec")
    made = importing.parameters(work, call.account_id, call.region, name, spec, algorithm)
    return {
        "KeyId": made.key_id,
        "PublicKey": b64encode(made.public).decode(),
        "ImportToken": b64encode(made.token).decode(),
        "TokenExpireTime": iso(made.expires),
    }, made.key_id


def import_key_material(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ImportKeyMaterial."""
    arguments = call.arguments
    name = arguments.required("KeyId")
    material, token = arguments.required("EncryptedKeyMaterial"), arguments.required("ImportToken")
    expires = arguments.integer("KeyMaterialExpireUnix")
    if expires is None:
        raise missing("KeyMaterialExpireUnix")
    key = importing.import_material(
        work, call.account_id, call.region, name, material, token, expires
    )
    return {}, key.id


def delete_key_material(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DeleteKeyMaterial."""
    name = call.arguments.required("KeyId")
    key = importing.delete_material(work, call.account_id, call.region, name)
    return {}, key.id
