"""What a key's page changes: each is an operation of the API."""

import json
from urllib.parse import quote

from keylease.console.pages.asking import days_of
from keylease.console.pages.key_creation import alias_name
from keylease.console.visit import Goto, Visit
from keylease.core.errors import Code, Parameter, Refusal


def enable(visit: Visit) -> Goto:
    """Enable it."""
    visit.perform("EnableKey", KeyId=_key(visit))
    return _back(visit, "The key is enabled.")


def disable(visit: Visit) -> Goto:
    """Disable it."""
    visit.perform("DisableKey", KeyId=_key(visit))
    return _back(visit, "The key is disabled.")


def describe(visit: Visit) -> Goto:
    """Give it another description, or none."""
    values = {"KeyId": _key(visit), "Description": visit.form.get("Description", "").strip()}
    visit.perform_exactly("UpdateKeyDescription", values)
    return _back(visit, "The description is changed.")


def protect(visit: Visit) -> Goto:
    """Switch its deletion protection on or off."""
    on = visit.given("on")
    visit.perform("SetDeletionProtection", KeyId=_key(visit), EnableDeletionProtection=on)
    done = "Deletion protection is on." if on == "true" else "Deletion protection is off."
    return _back(visit, done)


def schedule_deletion(visit: Visit) -> Goto:
    """Schedule its deletion, after its id was typed again."""
    if visit.given("confirm") != _key(visit):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Type the id of the key to confirm that it is to be deleted.",
            about=Parameter("Type the id of the key to confirm"),
        )
    visit.perform("ScheduleKeyDeletion", KeyId=_key(visit), PendingWindowInDays=visit.given("days"))
    return _back(visit, "The deletion of the key is scheduled.")


def cancel_deletion(visit: Visit) -> Goto:
    """Keep it after all."""
    visit.perform("CancelKeyDeletion", KeyId=_key(visit))
    return _back(visit, "The key is kept.")


def rotate(visit: Visit) -> Goto:
    """Make a new primary version."""
    visit.perform("CreateKeyVersion", KeyId=_key(visit))
    return _back(visit, "The key has a new version.", "versions")


def set_rotation(visit: Visit) -> Goto:
    """Let it rotate every so many days, or not automatically."""
    on = visit.given("on")
    visit.perform(
        "UpdateRotationPolicy",
        KeyId=_key(visit),
        EnableAutomaticRotation=on,
        RotationInterval=days_of(visit, "days", "RotationInterval") if on == "true" else "",
    )
    done = "Automatic rotation is on." if on == "true" else "Automatic rotation is off."
    return _back(visit, done, "versions")


def add_alias(visit: Visit) -> Goto:
    """Give it another name."""
    visit.perform("CreateAlias", KeyId=_key(visit), AliasName=alias_name(visit.given("alias")))
    return _back(visit, "The alias is created.", "names")


def delete_alias(visit: Visit) -> Goto:
    """Take a name away; its resource name tells the region, which may be another than shown."""
    visit.perform("DeleteAlias", AliasName=visit.given("arn"))
    return _back(visit, "The alias is deleted.", "names")


def point_alias(visit: Visit) -> Goto:
    """Let an alias stand for another key, and go to that one."""
    other = visit.given("other")
    visit.perform("UpdateAlias", KeyId=other, AliasName=visit.given("arn"))
    return Goto(
        f"/console/keys/{quote(other, safe='')}?tab=names", "The alias stands for this key."
    )


def add_tag(visit: Visit) -> Goto:
    """Add a tag, or give it another value."""
    tag = {"TagKey": visit.given("TagKey"), "TagValue": visit.given("TagValue")}
    visit.perform("TagResource", KeyId=_key(visit), Tags=json.dumps([tag]))
    return _back(visit, "The tag is added.", "names")


def remove_tag(visit: Visit) -> Goto:
    """Take a tag away."""
    names = json.dumps([visit.form.get("tag", "")])
    visit.perform("UntagResource", KeyId=_key(visit), TagKeys=names)
    return _back(visit, "The tag is removed.", "names")


def set_policy(visit: Visit) -> Goto:
    """Replace its key policy."""
    visit.perform("SetKeyPolicy", KeyId=_key(visit), Policy=visit.given("Policy"))
    return _back(visit, "The key policy is saved.", "policy")


def _key(visit: Visit) -> str:
    return visit.path["key_id"]


def _back(visit: Visit, done: str, tab: str = "") -> Goto:
    place = f"/console/keys/{_key(visit)}"
    return Goto(f"{place}?tab={tab}" if tab else place, done)
