"""Both sides together. Source: facts/kms.md 4.6 and the table of the original's overview."""

import json

import pytest

from keylease.access.policies.compiled import AccessRequest, CompiledPolicy, caller, compile_policy
from keylease.access.policies.decide import require
from keylease.access.policies.document import parse_identity_policy, parse_resource_policy
from keylease.core.errors import Code, Refusal

OWN, OTHER = "1111111111111111", "2222222222222222"
KEY = f"acs:kms:cn-hangzhou:{OWN}:key/key-1"
ALICE, BOB = f"acs:ram::{OWN}:user/alice", f"acs:ram::{OTHER}:user/bob"
ROOT, OTHER_ROOT = f"acs:ram::{OWN}:root", f"acs:ram::{OTHER}:root"


def of_caller(effect: str) -> list[CompiledPolicy]:
    statement = {"Effect": effect, "Action": "kms:*", "Resource": "*"}
    text = json.dumps({"Version": "1", "Statement": statement})
    return [compile_policy(parse_identity_policy(text))] if effect else []


def of_resource(effect: str, who: str) -> CompiledPolicy | None:
    statement = {"Effect": effect, "Action": "kms:*", "Resource": "*", "Principal": {"RAM": who}}
    text = json.dumps({"Version": "1", "Statement": statement})
    return compile_policy(parse_resource_policy(text)) if effect else None


def refusal(who: str, identity: str, resource: str, action: str = "kms:Encrypt") -> str:
    """Why it is refused; empty if it is not."""
    request = AccessRequest(action, KEY, OWN, caller(who), {})
    try:
        require(request, of_caller(identity), of_resource(resource, who))
    except Refusal as refused:
        what = f"{action} on {KEY} is refused to {who}: "
        return f"{refused.code} {refused.message}".removeprefix(f"{Code.NO_PERMISSION} {what}")
    return ""


SIDES = [(one, other) for one in ("", "Allow", "Deny") for other in ("", "Allow", "Deny")]


@pytest.mark.parametrize(("identity", "resource"), SIDES)
def test_in_one_account_one_side_is_enough_and_a_deny_on_either_refuses(
    identity: str, resource: str
) -> None:
    allowed = {identity, resource} in ({"Allow"}, {"Allow", ""})
    assert (refusal(ALICE, identity, resource) == "") == allowed


@pytest.mark.parametrize(("identity", "resource"), SIDES)
def test_towards_another_account_both_sides_must_allow(identity: str, resource: str) -> None:
    assert (refusal(BOB, identity, resource) == "") == (identity == resource == "Allow")


def test_an_account_needs_no_policy_on_its_own_side() -> None:
    assert not refusal(ROOT, "", "")
    assert not refusal(OTHER_ROOT, "", "Allow")
    assert refusal(OTHER_ROOT, "", "")


def test_a_key_policy_can_deny_the_account_itself_everything_but_that_policy() -> None:
    assert refusal(ROOT, "", "Deny")
    for action in ("kms:GetKeyPolicy", "kms:SetKeyPolicy", "kms:SetSecretPolicy"):
        assert not refusal(ROOT, "", "Deny", action)
        assert refusal(ALICE, "Allow", "Deny", action)
        assert refusal(OTHER_ROOT, "", "Deny", action)


def test_a_stranger_learns_nothing_of_the_resources_policy() -> None:
    told = {
        refusal(BOB, *sides) for sides in (("", ""), ("", "Deny"), ("Allow", ""), ("", "Allow"))
    }
    told |= {refusal(BOB, "Allow", "Deny")}
    (reason,) = told
    assert "so both a policy of the caller and the resource's own policy must allow it" in reason


def test_the_owners_people_are_told_which_side_refuses() -> None:
    assert refusal(ALICE, "Deny", "Allow") == "a policy of the caller denies it explicitly."
    assert refusal(ALICE, "Allow", "Deny") == "the resource's own policy denies it explicitly."
    assert refusal(ALICE, "", "") == (
        "allow it in a policy of the caller, or in the resource's own policy."
    )


def test_an_identity_policy_never_serves_as_a_resources_policy() -> None:
    request = AccessRequest("kms:Encrypt", KEY, OWN, caller(BOB), {})
    with pytest.raises(AssertionError, match="names principals"):
        require(request, [], of_caller("Allow")[0])
