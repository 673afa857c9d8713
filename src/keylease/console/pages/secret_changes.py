"""What is done to secrets: made, shown, given another version, rotated, deleted and restored."""

import json

from keylease.console.pages.asking import require_typed, tags_of, text_of
from keylease.console.pages.secret_forms import form_of
from keylease.console.pages.secrets import Revealed, address_of, name_of, shown
from keylease.console.pages.secrets import create as create_form
from keylease.console.visit import Goto, Page, Visit
from keylease.custody.secrets import stages


def create(visit: Visit) -> Goto:
    """CreateSecret."""
    form = form_of(visit.given("type"))
    interval = visit.given("RotationInterval") if form.type.is_managed else ""
    made = visit.perform(
        "CreateSecret",
        SecretName=form.named or visit.given("SecretName"),
        DKMSInstanceId=visit.given("DKMSInstanceId"),
        SecretType=form.type.value,
        VersionId=visit.given("VersionId"),
        SecretData=text_of(visit, "SecretData"),
        ExtendedConfig=form.config(visit),
        EncryptionKeyId=visit.given("EncryptionKeyId"),
        Description=visit.given("Description"),
        Tags=tags_of(visit, "Tags"),
        EnableAutomaticRotation="true" if interval else "",
        RotationInterval=interval,
    )
    return Goto(address_of(made["SecretName"]), "The secret is created.")


def new_with_password(visit: Visit) -> Page:
    """GetRandomPassword, filled into the form for a new secret; nothing is kept of it."""
    _fill_in_password(visit)
    with visit.transactions.read() as work:
        return create_form(visit, work)


def version_with_password(visit: Visit) -> Page:
    """The same for one more version of a secret."""
    _fill_in_password(visit)
    with visit.transactions.read() as work:
        return shown(visit, work, name_of(visit))


def reveal(visit: Visit) -> Page:
    """GetSecretValue, on record; what it answers is on this page only."""
    name, version_id = name_of(visit), visit.given("VersionId")
    found = visit.perform("GetSecretValue", SecretName=name, VersionId=version_id)
    seen = Revealed(found["VersionId"], found["SecretData"])
    with visit.transactions.read() as work:
        return shown(visit, work, name, seen)


def add_version(visit: Visit) -> Goto:
    """PutSecretValue: the new version is the current one, or has a stage of the owner's own."""
    name, stage = name_of(visit), visit.given("VersionStage")
    visit.perform(
        "PutSecretValue",
        SecretName=name,
        VersionId=visit.given("NewVersionId"),
        SecretData=text_of(visit, "SecretData"),
        VersionStages=json.dumps([stage]) if stage else "",
    )
    return Goto(address_of(name), "The version is added.")


def make_current(visit: Visit) -> Goto:
    """UpdateSecretVersionStage: another version becomes the current one."""
    name, version_id = name_of(visit), visit.given("VersionId")
    visit.perform(
        "UpdateSecretVersionStage",
        SecretName=name,
        VersionStage=stages.CURRENT,
        MoveToVersion=version_id,
    )
    return Goto(address_of(name), "{version} is the current version.", {"version": version_id})


def rotate(visit: Visit) -> Goto:
    """RotateSecret."""
    name = name_of(visit)
    visit.perform("RotateSecret", SecretName=name, VersionId=visit.given("VersionId"))
    return Goto(address_of(name), "The secret is being rotated.")


def set_rotation(visit: Visit) -> Goto:
    """UpdateSecretRotationPolicy."""
    name, interval = name_of(visit), visit.given("RotationInterval")
    visit.perform(
        "UpdateSecretRotationPolicy",
        SecretName=name,
        EnableAutomaticRotation="true" if interval else "false",
        RotationInterval=interval,
    )
    done = "Automatic rotation is on." if interval else "Automatic rotation is off."
    return Goto(address_of(name), done)


def describe(visit: Visit) -> Goto:
    """UpdateSecret: its description, which can be taken away."""
    name = name_of(visit)
    values = {"SecretName": name, "Description": visit.given("Description")}
    visit.perform_exactly("UpdateSecret", values)
    return Goto(address_of(name), "The description is saved.")


def add_tag(visit: Visit) -> Goto:
    """TagResource: a tag more, or another value for it."""
    name = name_of(visit)
    tag = {"TagKey": visit.given("TagKey"), "TagValue": visit.given("TagValue")}
    visit.perform("TagResource", SecretName=name, Tags=json.dumps([tag], ensure_ascii=False))
    return Goto(address_of(name) + "#tags", "The tag is added.")


def remove_tag(visit: Visit) -> Goto:
    """UntagResource."""
    name = name_of(visit)
    names = json.dumps([visit.form.get("tag", "")], ensure_ascii=False)
    visit.perform("UntagResource", SecretName=name, TagKeys=names)
    return Goto(address_of(name) + "#tags", "The tag is removed.")


def set_policy(visit: Visit) -> Goto:
    """SetSecretPolicy."""
    name = name_of(visit)
    visit.perform("SetSecretPolicy", SecretName=name, Policy=text_of(visit, "Policy"))
    return Goto(address_of(name), "The policy is saved.")


def delete(visit: Visit) -> Goto:
    """DeleteSecret: after some days, or at once; its name is typed again."""
    name, at_once = name_of(visit), visit.given("at_once")
    require_typed(visit, name)
    visit.perform(
        "DeleteSecret",
        SecretName=name,
        ForceDeleteWithoutRecovery=at_once,
        RecoveryWindowInDays="" if at_once else visit.given("days"),
    )
    if at_once:
        return Goto("/console/secrets", "The secret is deleted for good.")
    return Goto(address_of(name), "The secret waits for its deletion.")


def restore(visit: Visit) -> Goto:
    """RestoreSecret."""
    name = name_of(visit)
    visit.perform("RestoreSecret", SecretName=name)
    return Goto(address_of(name), "The secret is restored.")


def _fill_in_password(visit: Visit) -> None:
    made = visit.perform("GetRandomPassword")
    visit.form = {**visit.form, "SecretData": made["RandomPassword"]}
