"""The operations on versions of secrets, their stages and their rotation, and random passwords.

Values are read from memory: see `keylease.api.rpc.secret_values`. Shapes: facts/kms-api.md A.
"""

import string

from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.api.rpc.kms.secrets import own_secret, secret_data
from keylease.core.clock import iso
from keylease.custody.secrets import rotation, values
from keylease.custody.secrets.model import DataType, check_version_id
from keylease.custody.secrets.passwords import LENGTH_DEFAULT, PasswordRule, random_password
from keylease.custody.secrets.stages import check_new_stages


def put_value(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """PutSecretValue: a further version."""
    arguments = call.arguments
    version_id = check_version_id(arguments.required("VersionId"))
    data = secret_data(call)
    kind = arguments.text("SecretDataType") or DataType.TEXT
    labels = check_new_stages([str(one) for one in arguments.json_list("VersionStages")])
    secret = own_secret(call, work)
    version = values.put(work, secret, version_id, data, kind, labels)
    return {
        "SecretName": secret.name,
        "VersionId": version.id,
        "VersionStages": {"VersionStage": list(version.stages)},
    }, secret.name


def list_version_ids(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListSecretVersionIds, the newest first; those without a stage only on request."""
    page, size = call.arguments.page(20)
    everything = call.arguments.boolean("IncludeDeprecated")
    secret = own_secret(call, work, lock=False)
    found = [one for one in work.secrets.versions(secret.id) if one.stages or everything]
    shown = found[::-1][(page - 1) * size : page * size]
    return {
        "SecretName": secret.name,
        "VersionIds": {
            "VersionId": [
                {
                    "VersionId": one.id,
                    "CreateTime": iso(one.created_at),
                    "VersionStages": {"VersionStage": list(one.stages)},
                }
                for one in shown
            ]
        },
        "PageNumber": page,
        "PageSize": size,
        "TotalCount": len(found),
    }, secret.name


def update_stage(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """UpdateSecretVersionStage: move a stage, or take one of the customer's own away."""
    arguments = call.arguments
    stage = arguments.required("VersionStage")
    to, source = arguments.optional("MoveToVersion"), arguments.optional("RemoveFromVersion")
    secret = own_secret(call, work)
    values.move_stage(work, secret, stage, to, source)
    return {"SecretName": secret.name}, secret.name


def rotate(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """RotateSecret: the new value is kept now, and current when the outside system knows it."""
    version_id = check_version_id(call.arguments.required("VersionId"))
    secret = own_secret(call, work)
    rotation.begin(work, secret, version_id)
    return {
        "Arn": secret.arn,
        "SecretName": secret.name,
        "VersionId": version_id,
    }, secret.name


def update_rotation_policy(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """UpdateSecretRotationPolicy."""
    call.arguments.required("EnableAutomaticRotation")
    interval = call.arguments.rotation_interval()
    secret = own_secret(call, work)
    rotation.set_policy(work, secret, interval)
    return {"SecretName": secret.name}, secret.name


def get_random_password(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """GetRandomPassword: nothing of it is kept."""
    arguments = call.arguments
    types = {
        "ExcludeLowercase": string.ascii_lowercase,
        "ExcludeUppercase": string.ascii_uppercase,
        "ExcludeNumbers": string.digits,
        "ExcludePunctuation": string.punctuation,
    }
    each = arguments.values.get("RequireEachIncludedType", "")
    length = arguments.integer("PasswordLength")
    rule = PasswordRule(
        length=LENGTH_DEFAULT if length is None else length,
        types=[alphabet for name, alphabet in types.items() if not arguments.boolean(name)],
        excluded=arguments.text("ExcludeCharacters"),
        requires_each=not each or arguments.boolean("RequireEachIncludedType"),
    )
    return {"RandomPassword": random_password(work.entropy, rule)}, ""
