"""However stages are moved, a secret keeps one current version and stays within its limits."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.core.errors import Code, Refusal
from keylease.custody.secrets.model import VERSIONS_MAX, DataType, SecretVersion
from keylease.custody.secrets.stages import (
    CURRENT,
    CUSTOM_STAGES_MAX,
    PENDING,
    PREVIOUS,
    check_new_stages,
    check_stage,
    holder,
    moved,
    taken_away,
    without_oldest,
)

SYSTEM = {CURRENT, PREVIOUS, PENDING}
STAGES = st.sampled_from([CURRENT, PREVIOUS, *(f"s{n}" for n in range(10))])

#: Put a version with stages, move a stage to a version, or take one away, by place in the list.
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.lists(STAGES, max_size=3, unique=True)),
        st.tuples(st.just("move"), STAGES, st.integers(0, 9)),
        st.tuples(st.just("take"), st.sampled_from([f"s{n}" for n in range(10)])),
    ),
    max_size=40,
)


def version(number: int, *stages: str) -> SecretVersion:
    return SecretVersion("s", f"v{number}", number, DataType.TEXT, b"", b"", stages, 0)


def after(versions: list[SecretVersion], action: Any, number: int) -> list[SecretVersion]:
    """The versions after an action, as the operations carry it out; Refusals."""
    match action:
        case ("put", labels):
            versions = [*versions, version(number)]
            for label in check_new_stages(labels):
                versions = moved(versions, label, f"v{number}")
            return without_oldest(versions)[0]
        case ("move", stage, place):
            return moved(versions, stage, versions[place % len(versions)].id)
        case (_, stage):
            return taken_away(versions, stage)
    raise AssertionError(action)


@given(ACTIONS)
def test_there_is_always_one_current_version_and_never_too_much(
    actions: list[Any],
) -> None:
    versions = [version(1, CURRENT)]
    made = 1
    for action in actions:
        made += 1
        with suppress(Refusal):
            versions = after(versions, action, made)
        held = [stage for one in versions for stage in one.stages]
        assert len(held) == len(set(held)), "a stage is on one version"
        assert held.count(CURRENT) == 1
        assert len(set(held) - SYSTEM) <= CUSTOM_STAGES_MAX
        assert len(versions) <= VERSIONS_MAX
        current = holder(versions, CURRENT)
        assert current is not None
        assert PREVIOUS not in current.stages


@given(st.integers(0, 8))
def test_moving_the_current_stage_there_and_back_changes_nothing_but_the_previous(
    other: int,
) -> None:
    versions = [version(1), version(2, PREVIOUS), version(3, CURRENT)]
    target = versions[other % 2].id
    there = moved(versions, CURRENT, target)
    assert holder(there, PREVIOUS) == replace(version(3), stages=(PREVIOUS,))
    back = moved(there, CURRENT, "v3")
    assert holder(back, CURRENT) == version(3, CURRENT)
    assert holder(back, PREVIOUS) == replace(versions[other % 2], stages=(PREVIOUS,))


def test_the_earliest_without_a_stage_goes_first() -> None:
    versions = [version(n) for n in range(1, 12)]
    versions[0] = version(1, CURRENT)
    versions[1] = version(2, "mine")
    kept, gone = without_oldest(versions)
    assert gone == ["v3"]
    assert len(kept) == VERSIONS_MAX


def test_where_all_have_a_stage_the_earliest_of_the_owners_own_goes() -> None:
    versions = [version(n, f"s{n}") for n in range(1, 9)]
    versions += [version(9, PENDING), version(10, PREVIOUS), version(11, CURRENT)]
    _, gone = without_oldest(versions)
    assert gone == ["v1"]


@pytest.mark.parametrize("stage", [CURRENT, PREVIOUS, "mine", "a" * 64, "x/y+z=1.2@3-4_5"])
def test_stages_that_can_be_moved(stage: str) -> None:
    assert check_stage(stage) == stage


@pytest.mark.parametrize("stage", [PENDING, "ACSMine", "", "a" * 65, "with space", "ümlaut"])
def test_stages_that_cannot(stage: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_stage(stage)
    assert refused.value.code is Code.INVALID_PARAMETER
