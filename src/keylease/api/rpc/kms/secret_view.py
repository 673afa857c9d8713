"""How secrets look in answers. Shapes: facts/kms-api.md A (Secrets)."""

from collections.abc import Mapping
from typing import Any

from keylease.core.clock import iso
from keylease.core.duration import seconds_text
from keylease.custody.secrets.model import Rotation, Secret
from keylease.runtime.secrets import SecretValue


def listed(secret: Secret) -> dict[str, Any]:
    """A secret in a list."""
    shown = {
        "SecretName": secret.name,
        "SecretType": secret.type.value,
        "CreateTime": iso(secret.created_at),
        "UpdateTime": iso(secret.updated_at),
    }
    if secret.delete_at is not None:
        shown["PlannedDeleteTime"] = iso(secret.delete_at)
    return shown


def described(secret: Secret) -> dict[str, Any]:
    """Everything about a secret but its values."""
    shown = listed(secret) | {
        "Arn": secret.arn,
        "Description": secret.description,
        "DKMSInstanceId": secret.instance_id,
        **rotation(secret),
        **extended_config(secret),
    }
    if secret.encryption_key_id:
        shown["EncryptionKeyId"] = secret.encryption_key_id
    return shown


def rotation(secret: Secret) -> dict[str, str]:
    """What is shown of a managed secret's rotation."""
    if not secret.type.is_managed:
        return {}
    shown = {"AutomaticRotation": secret.rotation.value}
    if secret.rotated_at is not None:
        shown["LastRotationDate"] = iso(secret.rotated_at)
    if secret.rotation is Rotation.ENABLED and secret.rotation_interval is not None:
        shown["RotationInterval"] = seconds_text(secret.rotation_interval)
        if secret.rotate_at is not None:
            shown["NextRotationDate"] = iso(secret.rotate_at)
    return shown


def extended_config(secret: Secret) -> dict[str, str]:
    """ExtendedConfig of a managed secret, as JSON text."""
    return {"ExtendedConfig": secret.extended_config} if secret.type.is_managed else {}


def value(found: SecretValue, *, with_config: bool) -> dict[str, Any]:
    """A value with its version."""
    secret, version = found.secret, found.version
    return {
        "SecretName": secret.name,
        "SecretType": secret.type.value,
        "SecretData": found.data,
        "SecretDataType": version.data_type.value,
        "VersionId": version.id,
        "VersionStages": {"VersionStage": list(version.stages)},
        "CreateTime": iso(version.created_at),
        **rotation(secret),
        **(extended_config(secret) if with_config else {}),
    }


def tag_list(tags: Mapping[str, str]) -> dict[str, Any]:
    """Tags as secrets show them."""
    return {"Tag": [{"TagKey": name, "TagValue": text} for name, text in tags.items()]}
