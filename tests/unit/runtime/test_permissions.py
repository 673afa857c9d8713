"""Who may use a key, decided from memory. Source: facts/kms.md 4.6 and 6.4, rules.md 2."""

import json
from dataclasses import replace
from typing import Any

import pytest

from keylease.access.accounts import NO_GRANTS, Credential, Grants, Principal
from keylease.access.admission import Caller
from keylease.access.policies.texts import identity_policy, resource_policy
from keylease.core.errors import Code, Refusal
from keylease.custody.keys.states import KeyState
from keylease.runtime.gate import Step
from keylease.runtime.look import Look
from unit.runtime.samples import ADA, BOB, KEY, NOW, REGION, ROOT, STORAGE, Service, key, stored

ANN = Principal(ADA, user="ann")
BOBS_ROOT = Principal(BOB)
ARN = f"acs:kms:{REGION}:{ADA}:key/{KEY}"


def statement(effect: str = "Allow", action: str = "kms:*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": "*", **more}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "1", "Statement": list(statements)})


def granted(*statements: dict[str, Any], session: str = "") -> Grants:
    narrowed = identity_policy(session) if session else None
    return Grants((identity_policy(policy(*statements)),), narrowed)


def shared(who: str, action: str = "kms:*", effect: str = "Allow") -> dict[str, Any]:
    return statement(effect, action, Principal={"RAM": who})


def service(*key_policy: dict[str, Any], **changed: Any) -> Service:
    source = stored()
    text = policy(*key_policy) if key_policy else ""
    source.keys[KEY] = replace(source.keys[KEY], policy=resource_policy(text), **changed)
    return Service(source)


def used(here: Service, caller: Caller, name: str = KEY, action: str = "Encrypt") -> Code | None:
    """Why the use of a key is refused; None if it is not."""
    try:
        here.decided(lambda look: _use(here, look, caller, name, action))
    except Refusal as error:
        return error.code
    return None


def _use(here: Service, look: Look, caller: Caller, name: str, action: str) -> Any:
    return here.gate.named(look, caller, name, action)


def caller(principal: Principal, grants: Grants = NO_GRANTS, peer: str = "10.1.2.3") -> Caller:
    return Caller(principal, REGION, peer, grants)


def test_an_account_itself_needs_no_policy_and_a_user_does() -> None:
    assert used(service(), caller(ROOT)) is None
    assert used(service(), caller(ANN)) is Code.NO_PERMISSION
    assert used(service(), caller(ANN, granted(statement()))) is None
    only = granted(statement(action="kms:Decrypt"))
    assert used(service(), caller(ANN, only)) is Code.NO_PERMISSION
    assert used(service(), caller(ANN, only), action="Decrypt") is None


def test_moving_a_ciphertext_needs_a_permission_on_each_key() -> None:
    here = service()
    source = here.encrypt("text").ciphertext.encode()
    both = granted(statement(action="kms:ReEncryptFrom"), statement(action="kms:ReEncryptTo"))

    def moved(who: Caller) -> None:
        def call(look: Look) -> Step[bytes]:
            opened = here.sealing.opened(look, who, source, {}, "ReEncryptFrom")
            return here.sealing.re_encrypt(look, who, opened, KEY, {})

        here.decided(call)

    moved(caller(ANN, both))
    for only in ("kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:Decrypt", "kms:Encrypt"):
        with pytest.raises(Refusal) as refused:
            moved(caller(ANN, granted(statement(action=only))))
        assert refused.value.code is Code.NO_PERMISSION


def test_a_session_may_do_what_its_role_and_its_own_policy_both_allow() -> None:
    who = Principal(ADA, role="keeper", session="night")
    narrow = granted(statement(), session=policy(statement(action="kms:Decrypt")))
    assert used(service(), caller(who, granted(statement()))) is None
    assert used(service(), caller(who, narrow)) is Code.NO_PERMISSION
    assert used(service(), caller(who, narrow), action="Decrypt") is None
    by_key = shared(f"acs:ram::{ADA}:role/keeper", "kms:Encrypt")
    assert used(service(by_key), caller(who)) is None
    assert used(service(by_key), caller(who, narrow)) is Code.NO_PERMISSION


def test_the_addresses_and_the_moment_of_a_call_are_looked_at() -> None:
    near = {"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}}
    grants = granted(statement(Condition=near))
    assert used(service(), caller(ANN, grants)) is None
    assert used(service(), caller(ANN, grants, "11.0.0.1")) is Code.NO_PERMISSION
    past = {"DateLessThan": {"acs:CurrentTime": "2020-01-01T00:00:00Z"}}
    assert used(service(), caller(ANN, granted(statement(Condition=past)))) is Code.NO_PERMISSION
    tls = granted(statement(Condition={"Bool": {"acs:SecureTransport": "true"}}))
    assert used(service(), caller(ANN, tls)) is Code.NO_PERMISSION
    assert used(service(), caller(ANN, tls)._replace(is_secure=True)) is None


def test_the_tags_of_the_key_are_looked_at() -> None:
    red = granted(statement(Condition={"StringEquals": {"kms:tag/team": "red"}}))
    assert used(service(tags={"team": "red"}), caller(ANN, red)) is None
    assert used(service(tags={"team": "blue"}), caller(ANN, red)) is Code.NO_PERMISSION
    assert used(service(), caller(ANN, red)) is Code.NO_PERMISSION


def test_for_another_account_there_is_no_key_unless_its_policy_says_so() -> None:
    asked = caller(BOBS_ROOT)
    assert used(service(), asked, ARN) is Code.KEY_NOT_FOUND
    assert used(service(shared(f"acs:ram::{ADA}:*")), asked, ARN) is Code.KEY_NOT_FOUND
    denied = shared(f"acs:ram::{BOB}:root", effect="Deny")
    assert used(service(denied), asked, ARN) is Code.KEY_NOT_FOUND
    lets_in = shared(f"acs:ram::{BOB}:root", "kms:Encrypt")
    assert used(service(lets_in), asked, ARN) is None
    assert used(service(lets_in), asked, ARN, "Decrypt") is Code.NO_PERMISSION
    assert used(service(lets_in), asked, KEY) is Code.KEY_NOT_FOUND
    user = Principal(BOB, user="ben")
    assert used(service(lets_in), caller(user), ARN) is Code.NO_PERMISSION
    assert used(service(lets_in), caller(user, granted(statement())), ARN) is None


@pytest.mark.parametrize(
    "name",
    [
        f"acs:kms:{REGION}:{BOB}:key/{KEY}",
        f"acs:kms:{REGION}::key/{KEY}",
        f"acs:kms:nowhere:{ADA}:key/{KEY}",
        f"acs:kms:{REGION}:{ADA}:keystore/{KEY}",
        f"acs:kms:{REGION}:{ADA}:key/",
        f"acs:kms:{REGION}:{ADA}:key/{'x' * 65}",
        f"acs:kms:{REGION}:{ADA}:alias/x",
    ],
)
def test_a_name_that_is_not_quite_the_keys_finds_nothing(name: str) -> None:
    here = service(shared(f"acs:ram::{BOB}:root"))
    assert used(here, caller(BOBS_ROOT), name) is Code.KEY_NOT_FOUND
    assert used(here, caller(BOBS_ROOT), ARN) is None


def test_permission_is_decided_before_the_state_of_the_key() -> None:
    disabled = service(state=KeyState.DISABLED)
    assert used(disabled, caller(ANN)) is Code.NO_PERMISSION
    assert used(disabled, caller(ANN, granted(statement()))) is Code.KEY_DISABLED


def test_a_service_uses_no_key_that_is_shared_with_its_account() -> None:
    here = service(shared(f"acs:ram::{ADA}:*"))
    assert used(here, caller(STORAGE)) is Code.NO_PERMISSION
    of_bob = Principal(BOB, "storage")
    assert used(service(shared(f"acs:ram::{BOB}:*")), caller(of_bob), ARN) is Code.NO_PERMISSION


def test_a_default_key_serves_no_user_whatever_its_policies_allow() -> None:
    here = service()
    here.source.keys["key-default"] = key(id="key-default", instance_id="", service="kms")
    assert used(here, caller(ANN, granted(statement())), "key-default") is Code.NO_PERMISSION


def test_what_a_credential_was_given_shows_nothing_secret() -> None:
    one = Credential("STS.1", "the secret", ANN, True, Grants(), b"the digest", NOW)
    assert "the secret" not in repr(one)
    assert "the digest" not in repr(one)
