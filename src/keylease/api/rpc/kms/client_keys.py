"""The operations on client keys. Shapes: facts/kms-api.md A (Access: client keys)."""

from base64 import b64encode
from typing import Any

from keylease.api.rpc.arguments import missing
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.api.rpc.kms.application_shapes import place
from keylease.core.clock import iso
from keylease.crypto.client_keys import public_der_of
from keylease.crypto.pem import public_pem
from keylease.custody.applications import client_keys, rules
from keylease.custody.applications.model import KEY_ORIGIN, StoredClientKey


def create(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """CreateClientKey: the private key is in this answer, and nowhere else."""
    arguments = call.arguments
    made = client_keys.create(
        work,
        place(call),
        arguments.required("AapName"),
        arguments.required("Password"),
        _validity(call),
        call.prepared.get("material"),
        work.reminder_hour,
    )
    kept = made.stored
    return {
        "ClientKeyId": kept.id,
        "KeyAlgorithm": kept.key_algorithm,
        "PrivateKeyData": b64encode(made.file.reveal()).decode(),
        "NotBefore": iso(kept.not_before),
        "NotAfter": iso(kept.not_after),
    }, kept.id


def list_keys(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListClientKeys of an access point, or of all in the region."""
    name = call.arguments.optional("AapName")
    if name is not None:
        rules.found(work.applications.access_points, place(call), name)
    points = None if name is None else [name]
    found = work.applications.client_keys.of(call.account_id, call.region, points)
    return {"ClientKeys": [_shown(one) for one in found]}, name or ""


def describe(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """GetClientKey."""
    client_key_id = call.arguments.required("ClientKeyId")
    return _shown(client_keys.owned(work, call.account_id, client_key_id)), client_key_id


def delete(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DeleteClientKey."""
    client_key_id = call.arguments.required("ClientKeyId")
    client_keys.delete(work, call.account_id, client_key_id)
    return {}, client_key_id


def _validity(call: Call) -> tuple[int, int] | None:
    """NotBefore and NotAfter: both, or neither."""
    not_before, not_after = call.arguments.instant("NotBefore"), call.arguments.instant("NotAfter")
    if not_before is None and not_after is None:
        return None
    if not_before is None:
        raise missing("NotBefore")
    if not_after is None:
        raise missing("NotAfter")
    return not_before, not_after


def _shown(one: StoredClientKey) -> dict[str, Any]:
    return {
        "ClientKeyId": one.id,
        "AapName": one.access_point,
        "KeyAlgorithm": one.key_algorithm,
        "KeyOrigin": KEY_ORIGIN,
        "PublicKeyData": public_pem(public_der_of(one.certificate)),
        "CreateTime": iso(one.created_at),
        "NotBefore": iso(one.not_before),
        "NotAfter": iso(one.not_after),
    }
