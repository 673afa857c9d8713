"""Writing versions of a secret, and moving their stages; what its owner says about it.

A version is written once: its id with the same value again is a success without effect, with
another value it is refused. Source: facts/kms-api.md A.2 (Secrets).
"""

import hmac
import json
from collections.abc import Sequence
from dataclasses import replace

from keylease.core.errors import Code, Parameter, Refusal
from keylease.custody.instances.model import Instance
from keylease.custody.keys.model import check_description
from keylease.custody.secrets import lookup, stages
from keylease.custody.secrets.model import (
    DataType,
    Secret,
    SecretVersion,
    check_data,
    check_version_id,
)
from keylease.custody.secrets.payloads import check_config, check_value
from keylease.custody.secrets.protection import protect, revealed
from keylease.custody.secrets.states import SECRET_LIFE, SecretEvent, state_of
from keylease.custody.work import CustodyWork, local_subject


def told(work: CustodyWork, secret: Secret) -> None:
    """Tell every node that what it remembers of this secret is old."""
    work.changed("secret", local_subject(secret.account_id, secret.region, secret.name))


def require(
    work: CustodyWork, secret: Secret, event: SecretEvent, *, lock_place: bool = False
) -> Instance:
    """The secret's instance; Refusals of a change that it or the secret's life does not allow."""
    instance = lookup.usable_place(work, secret, lock=lock_place)
    SECRET_LIFE.after(state_of(secret.delete_at), event, secret.name)
    return instance


def put(
    work: CustodyWork,
    secret: Secret,
    version_id: str,
    data: str,
    data_type: str,
    labels: Sequence[str],
) -> SecretVersion:
    """PutSecretValue of a locked secret; the version as it stands afterwards. Refusals.

    Without stages it becomes the current one. Of more than ten versions the earliest goes.
    """
    require(work, secret, SecretEvent.PUT_VALUE)
    value, kind = check_data(data, data_type, secret.type)
    if secret.type.is_managed:
        check_value(secret.type, json.loads(secret.extended_config), data)
    chosen = stages.check_new_stages(labels)
    versions = work.secrets.versions(secret.id)
    same = next((one for one in versions if one.id == version_id), None)
    if same is not None:
        _require_same(work, secret, same, value, kind)
        return same
    added = write(work, secret, versions, version_id, value, kind, chosen)
    work.secrets.update(replace(secret, updated_at=work.now))
    told(work, secret)
    return added


def write(
    work: CustodyWork,
    secret: Secret,
    versions: Sequence[SecretVersion],
    version_id: str,
    value: bytes,
    kind: DataType,
    labels: Sequence[str],
) -> SecretVersion:
    """Write down a version after these with these stages; the earliest goes where there are ten."""
    number = 1 + max((one.number for one in versions), default=0)
    kept = protect(work, secret, check_version_id(version_id), value)
    added = SecretVersion(
        secret.id, version_id, number, kind, kept.data_key, kept.sealed, (), work.now
    )
    after = [*versions, added]
    for label in labels:
        after = stages.moved(after, label, version_id)
    after, gone = stages.without_oldest(after)
    if gone:
        work.secrets.remove_versions(secret.id, gone)
    added = after[-1]
    work.secrets.add_version(added)
    work.secrets.update_stages(_changed(versions, after[:-1]))
    return added


def move_stage(
    work: CustodyWork, secret: Secret, stage: str, to: str | None, source: str | None
) -> None:
    """UpdateSecretVersionStage of a locked secret; Refusals."""
    require(work, secret, SecretEvent.MOVE_STAGE)
    stages.check_stage(stage)
    if to is None and source is None:
        raise Refusal(
            Code.INVALID_PARAMETER, "Say MoveToVersion, RemoveFromVersion, or both of them."
        )
    versions = work.secrets.versions(secret.id)
    for named in (to, source):
        _require_version(versions, named)
    holder = stages.holder(versions, stage)
    if source is not None and (holder is None or holder.id != source):
        raise Refusal(
            Code.STAGES_MISMATCH,
            "param mismatch: RemoveFromVersion does not have {stage}.",
            stage=stage,
        )
    if to is None and stage in {stages.CURRENT, stages.PREVIOUS}:
        raise Refusal(
            Code.INVALID_PARAMETER, "{stage} is moved, not removed: say MoveToVersion.", stage=stage
        )
    after = stages.taken_away(versions, stage) if to is None else stages.moved(versions, stage, to)
    work.secrets.update_stages(_changed(versions, after))
    work.secrets.update(replace(secret, updated_at=work.now))
    told(work, secret)


def describe(
    work: CustodyWork, secret: Secret, text: str | None, custom_data: dict[str, str] | None
) -> None:
    """UpdateSecret of a locked secret: its description, and its custom data; Refusals."""
    require(work, secret, SecretEvent.CHANGE_METADATA)
    if text is not None:
        secret = replace(secret, description=check_description(text))
    if custom_data is not None:
        if not secret.type.is_managed:
            raise Refusal(
                Code.INVALID_PARAMETER, "ExtendedConfig: a Generic secret has no CustomData."
            )
        config = json.loads(secret.extended_config) | {"CustomData": custom_data}
        written = json.dumps(config, ensure_ascii=False)
        check_config(secret.type, written)
        secret = replace(secret, extended_config=written)
    work.secrets.update(replace(secret, updated_at=work.now))
    told(work, secret)


def _require_same(
    work: CustodyWork, secret: Secret, held: SecretVersion, value: bytes, kind: DataType
) -> None:
    same = hmac.compare_digest(revealed(work, secret, held), value)
    if not same or held.data_type is not kind:
        raise Refusal(
            Code.RESOURCE_EXISTS,
            "The resource already exists: the version has another value, and a version is written "
            "once. Choose another VersionId.",
            about=Parameter("VersionId"),
        )


def _require_version(versions: Sequence[SecretVersion], version_id: str | None) -> None:
    if version_id is not None and all(one.id != version_id for one in versions):
        raise Refusal(Code.RESOURCE_NOT_FOUND, "Resource not found: there is no such version.")


def _changed(
    before: Sequence[SecretVersion], after: Sequence[SecretVersion]
) -> list[SecretVersion]:
    held = {one.id: one.stages for one in before}
    return [one for one in after if held[one.id] != one.stages]
