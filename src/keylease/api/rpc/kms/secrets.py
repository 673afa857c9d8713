"""The operations that make, show and change secrets. Shapes: facts/kms-api.md A (Secrets)."""

from keylease.api.rpc.arguments import invalid, missing
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.api.rpc.kms import secret_view
from keylease.api.rpc.kms.key_filters import filter_pairs
from keylease.api.rpc.kms.tags import tags_of
from keylease.core.clock import iso
from keylease.core.terms import RETENTION
from keylease.custody.secrets import deletion, lookup, values
from keylease.custody.secrets.creation import NewSecret, create_secret
from keylease.custody.secrets.model import DataType, Secret, SecretType
from keylease.custody.secrets.payloads import check_custom_data
from keylease.custody.secrets.ports import SecretFilter
from keylease.custody.tags import TaggedKind
from keylease.lifecycle.secrets import delete_now

#: Filters of ListSecrets, by the column that they look at.
_COLUMNS = {
    "SecretName": "name",
    "Description": "description",
    "DKMSInstanceId": "instance_id",
    "SecretType": "type",
    "Creator": "creator",
}


def create(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """CreateSecret."""
    arguments = call.arguments
    asked = NewSecret(
        instance_id=arguments.required("DKMSInstanceId"),
        name=arguments.required("SecretName"),
        version_id=arguments.required("VersionId"),
        data=secret_data(call),
        data_type=arguments.text("SecretDataType") or DataType.TEXT,
        type=_type(call),
        description=arguments.text("Description"),
        encryption_key_id=arguments.text("EncryptionKeyId"),
        extended_config=arguments.text("ExtendedConfig"),
        tags=tags_of(call),
        rotation_interval=call.arguments.rotation_interval(),
        policy=arguments.text("Policy"),
    )
    secret = create_secret(work, call.account_id, call.region, call.account_id, asked)
    return {
        "Arn": secret.arn,
        "SecretName": secret.name,
        "SecretType": secret.type.value,
        "VersionId": asked.version_id,
        "DKMSInstanceId": secret.instance_id,
        **secret_view.rotation(secret),
        **secret_view.extended_config(secret),
    }, secret.name


def list_secrets(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListSecrets: the account's secrets in the region of the call."""
    page, size = call.arguments.page(10)
    chosen, fetches = _filter(call, work.now), call.arguments.boolean("FetchTags")
    found, total = work.secrets.page(call.account_id, call.region, chosen, (page - 1) * size, size)
    rows = [secret_view.listed(one) for one in found]
    if fetches:
        tags = work.tags.of_many(TaggedKind.SECRET, [one.id for one in found])
        for row, one in zip(rows, found, strict=True):
            row["Tags"] = secret_view.tag_list(tags.get(one.id, {}))
    return {
        "SecretList": {"Secret": rows},
        "PageNumber": page,
        "PageSize": size,
        "TotalCount": total,
    }, ""


def describe(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DescribeSecret, also of one that waits for its deletion."""
    secret = readable_secret(call, work)
    shown = secret_view.described(secret)
    if call.arguments.boolean("FetchTags"):
        shown["Tags"] = secret_view.tag_list(work.tags.of(TaggedKind.SECRET, secret.id))
    return shown, secret.name


def update(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """UpdateSecret: the description, and the custom data of a managed secret."""
    arguments = call.arguments
    text = arguments.text("Description") if "Description" in arguments.values else None
    custom = _custom_data(call)
    if text is None and custom is None:
        raise missing("Description")
    secret = own_secret(call, work)
    values.describe(work, secret, text, custom)
    return {"SecretName": secret.name}, secret.name


def delete(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DeleteSecret: after a window, or at once."""
    arguments = call.arguments
    days = arguments.integer("RecoveryWindowInDays")
    at_once = arguments.boolean("ForceDeleteWithoutRecovery")
    if at_once and days is not None:
        raise invalid("RecoveryWindowInDays", "does not go with ForceDeleteWithoutRecovery")
    secret = own_secret(call, work)
    if at_once:
        delete_now(work, secret)
        return {"SecretName": secret.name, "PlannedDeleteTime": iso(work.now)}, secret.name
    deleted = deletion.schedule(work, secret, deletion.WINDOW_DEFAULT if days is None else days)
    planned = iso(deleted.delete_at or work.now)
    return {"SecretName": secret.name, "PlannedDeleteTime": planned}, secret.name


def restore(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """RestoreSecret."""
    secret = deletion.restore(work, own_secret(call, work))
    return {"SecretName": secret.name}, secret.name


def own_secret(call: Call, work: ApiWork, *, lock: bool = True) -> Secret:
    """The caller's secret by ``SecretName``, locked for a change; Refusals."""
    name = call.arguments.required("SecretName")
    return lookup.owned(work, call.account_id, call.region, name, lock=lock)


def readable_secret(call: Call, work: ApiWork) -> Secret:
    """Like `own_secret`, and another account's secret that is shared with the caller's."""
    name = call.arguments.required("SecretName")
    return lookup.readable(work, call.account_id, call.region, name)


def secret_data(call: Call) -> str:
    """``SecretData``: any text that is not empty; Refusal MissingParameter."""
    data = call.arguments.values.get("SecretData", "")
    if not data:
        raise missing("SecretData")
    return data


def _type(call: Call) -> SecretType:
    given = call.arguments.text("SecretType") or SecretType.GENERIC
    for one in SecretType:
        if one == given:
            return one
    raise invalid("SecretType", "takes {allowed}", allowed=", ".join(SecretType))


def _custom_data(call: Call) -> dict[str, str] | None:
    """``ExtendedConfig.CustomData``, flattened or as JSON; None where it was not sent."""
    arguments = call.arguments
    names = [name for name in arguments.values if name.startswith("ExtendedConfig.CustomData")]
    if not names:
        return None
    return dict(check_custom_data(arguments.texts("ExtendedConfig.CustomData")))


def _filter(call: Call, now: int) -> SecretFilter:
    fields: dict[str, list[str]] = {}
    tags: dict[str, list[str]] = {"TagKey": [], "TagValue": []}
    for name, chosen in filter_pairs(call):
        if name in tags:
            tags[name].extend(chosen)
        elif name in _COLUMNS:
            fields.setdefault(_COLUMNS[name], []).extend(chosen)
        else:
            raise invalid(
                "Filters", "takes the keys {allowed}", allowed=", ".join([*_COLUMNS, *tags])
            )
    if "type" in fields:  # the documents write RDS here
        spelled = {one.lower(): one.value for one in SecretType}
        fields["type"] = [spelled.get(one.lower(), one) for one in fields["type"]]
    return SecretFilter(
        {name: chosen for name, chosen in fields.items() if chosen},
        tags["TagKey"] or None,
        tags["TagValue"] or None,
        kept_after=now - RETENTION,
        now=now,
    )
