"""Stages: the labels of a secret's versions, and how they move. Source: facts/kms.md 5.

A stage is on one version at most. Each secret has exactly one current version; the one that was
current before it is the previous one, and the two are never the same. A version that a rotation
made waits under a stage of its own until the outside world knows it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from keylease.core.errors import Code, Parameter, Refusal
from keylease.custody.secrets.model import VERSIONS_MAX, SecretVersion

CURRENT, PREVIOUS = "ACSCurrent", "ACSPrevious"

#: The stage of a value that is being rotated in: kept, and not yet the one to use.
PENDING = "ACSPending"

#: Stages of the customer's own, for each secret.
CUSTOM_STAGES_MAX = 8

_SYSTEM = frozenset({CURRENT, PREVIOUS, PENDING})
_CUSTOM = re.compile(r"[A-Za-z0-9_/+=.@-]{1,64}")

Versions = Sequence[SecretVersion]


def check_stage(stage: str) -> str:
    """The stage, if a customer may move it; Refusal InvalidParameter."""
    if stage in {CURRENT, PREVIOUS}:
        return stage
    if not _CUSTOM.fullmatch(stage) or stage.startswith("ACS"):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "A stage is {current}, {previous}, or a name of your own of 1 to 64 letters, digits "
            "and _/+=.@- that does not begin with ACS.",
            about=Parameter("VersionStages"),
            current=CURRENT,
            previous=PREVIOUS,
        )
    return stage


def check_new_stages(stages: Sequence[str]) -> tuple[str, ...]:
    """``VersionStages`` of a new version; Refusal InvalidParameter. Without any it is current."""
    chosen = tuple(dict.fromkeys(check_stage(one) for one in stages)) or (CURRENT,)
    if {CURRENT, PREVIOUS} <= set(chosen):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "A version is not both {current} and {previous}.",
            current=CURRENT,
            previous=PREVIOUS,
        )
    return chosen


def holder(versions: Versions, stage: str) -> SecretVersion | None:
    """The version that has a stage."""
    return next((one for one in versions if stage in one.stages), None)


def moved(versions: Versions, stage: str, version_id: str) -> list[SecretVersion]:
    """The versions with a stage on this one, and on no other.

    Who was current before becomes the previous one. Refusals: Rejected.UnsupportedOperation where
    that would leave the current version the previous one; Rejected.LimitExceeded beyond 8 stages.
    """
    current = holder(versions, CURRENT)
    if stage == PREVIOUS and current is not None and current.id == version_id:
        raise Refusal(
            Code.REJECTED_UNSUPPORTED,
            "Unsupported operation: the version is {current}; move that stage first, and the "
            "version before becomes {previous} by itself.",
            current=CURRENT,
            previous=PREVIOUS,
        )
    after = _labelled(versions, stage, version_id)
    if stage == CURRENT and current is not None and current.id != version_id:
        after = _labelled(after, PREVIOUS, current.id)
    require_room(after)
    return after


def taken_away(versions: Versions, stage: str) -> list[SecretVersion]:
    """The versions without a stage of the customer's own."""
    return _labelled(versions, stage, None)


def without_oldest(versions: Versions) -> tuple[list[SecretVersion], list[str]]:
    """At most ten versions, and the ids of those that have to go.

    The earliest without a stage goes, or where all have one the earliest that is neither current
    nor previous nor being rotated in.
    """
    kept, gone = list(versions), []
    while len(kept) > VERSIONS_MAX:
        candidates = [one for one in kept if not one.stages] or [
            one for one in kept if not _SYSTEM.intersection(one.stages)
        ]
        oldest = min(candidates, key=lambda one: one.number)
        kept.remove(oldest)
        gone.append(oldest.id)
    return kept, gone


def require_room(versions: Iterable[SecretVersion]) -> None:
    """Refuse with Rejected.LimitExceeded more than 8 stages of the customer's own."""
    custom = {stage for one in versions for stage in one.stages} - _SYSTEM
    if len(custom) > CUSTOM_STAGES_MAX:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            "A secret takes at most {most} stages of your own: remove one first.",
            most=CUSTOM_STAGES_MAX,
        )


def _labelled(versions: Versions, stage: str, version_id: str | None) -> list[SecretVersion]:
    after = []
    for one in versions:
        stages = tuple(held for held in one.stages if held != stage)
        if one.id == version_id:
            stages = (*stages, stage)
        after.append(replace(one, stages=stages))
    return after
