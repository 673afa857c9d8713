"""Values of secrets from memory: what is remembered, in which order is refused. rules.md 2."""

from dataclasses import replace
from typing import Any

import pytest

from keylease.access.accounts import Principal
from keylease.access.admission import Caller
from keylease.core.errors import Code, Refusal
from keylease.core.terms import RETENTION
from keylease.crypto.envelope import WrappingKey
from keylease.crypto.framing import frame
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.secret import SecretBytes
from keylease.custody.keys.states import KeyState
from keylease.custody.secrets.model import DataType, Secret, SecretType, SecretVersion
from keylease.custody.secrets.protection import place_of
from keylease.records.usage import MinuteCount
from keylease.runtime.memory import Kind, Memory
from keylease.runtime.secret_records import RememberedSecret
from keylease.runtime.secrets import SecretValue, SecretValues, Wanted
from machine import HeldMachine, SeededEntropy
from unit.runtime.samples import (
    ADA,
    BOB,
    END,
    INSTANCE,
    KEY,
    NOW,
    REGION,
    ROOT,
    Service,
    Stored,
    frozen_at,
    instance,
    key,
    stored,
)

NAME = "db/main"
SUBJECT = f"{ADA}:{REGION}:{NAME}"
ENTROPY = SeededEntropy("secrets")
NONCES = NonceSequence(ENTROPY)
PLACE = WrappingKey.generate(ENTROPY)


def secret(**changed: Any) -> Secret:
    made = Secret(
        id="s-1",
        account_id=ADA,
        region=REGION,
        name=NAME,
        instance_id=INSTANCE,
        type=SecretType.GENERIC,
        description="",
        encryption_key_id="",
        extended_config="",
        creator=ADA,
        policy="",
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(made, **changed)


def version(of: Secret, number: int, value: str, *stages: str) -> SecretVersion:
    place, data_key = place_of(of, f"v{number}"), WrappingKey.generate(ENTROPY)
    sealed = data_key.wrap(SecretBytes(value.encode()), place.context("secret-value"), NONCES)
    if of.encryption_key_id:
        used = key().primary
        assert used is not None
        body = used.seal(data_key.material.reveal(), frame(place.context("secret-key")), NONCES)
        wrapped = b"\x02" + used.version_id.encode() + body
    else:
        wrapped = PLACE.wrap(data_key.material, place.context("secret-key"), NONCES)
    return SecretVersion(of.id, f"v{number}", number, DataType.TEXT, wrapped, sealed, stages, NOW)


def remembered(of: Secret) -> RememberedSecret:
    versions = (
        version(of, 1, "old"),
        version(of, 2, "before", "ACSPrevious"),
        version(of, 3, "now", "ACSCurrent", "mine"),
    )
    return RememberedSecret(of, versions, None if of.encryption_key_id else PLACE)


def keeping(**changed: Any) -> Stored:
    source = stored()
    source.secrets[SUBJECT] = remembered(secret(**changed))
    return source


def get(
    service: Service, name: str = NAME, principal: Principal = ROOT, **which: str
) -> SecretValue:
    values, wanted = SecretValues(service.gate), Wanted(name, **which)
    step = service.decided(lambda look: values.get(look, Caller(principal, REGION), wanted))
    assert step.is_quick
    found: SecretValue = step.run()
    return found


def refused(call: Any) -> Code:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.code


def test_a_value_is_read_once_from_the_database_and_then_from_memory() -> None:
    source = keeping()
    service = Service(source)
    assert get(service).data == "now"
    asked = list(source.asked)
    assert [get(service).data for _ in range(3)] == ["now"] * 3
    assert source.asked == asked == [(Kind.SECRET, SUBJECT), (Kind.INSTANCE, INSTANCE)]


def test_values_are_found_by_version_and_by_stage() -> None:
    service = Service(keeping())
    assert get(service, version_id="v1").data == "old"
    assert get(service, stage="ACSPrevious").data == "before"
    assert get(service, stage="mine").data == "now"
    assert get(service, f"acs:kms:{REGION}:{ADA}:secret/{NAME}").data == "now"
    assert refused(lambda: get(service, version_id="v9")) is Code.RESOURCE_NOT_FOUND
    assert refused(lambda: get(service, stage="ACSPending")) is Code.RESOURCE_NOT_FOUND


def test_a_version_that_is_new_is_looked_for_before_it_is_refused() -> None:
    source = keeping()
    service = Service(source)
    get(service)
    held = source.secrets[SUBJECT]
    source.secrets[SUBJECT] = replace(
        held, versions=(*held.versions, version(held.secret, 4, "next", "fresh"))
    )
    assert get(service, stage="fresh").data == "next"


def test_a_managed_secret_gives_its_current_and_previous_value_only() -> None:
    service = Service(keeping(type=SecretType.RDS))
    assert get(service, version_id="v1").data == "now", "VersionId is ignored"
    assert get(service, stage="ACSPrevious").data == "before"
    assert refused(lambda: get(service, stage="mine")) is Code.INVALID_PARAMETER


@pytest.mark.parametrize(
    ("name", "principal"),
    [
        ("nothing", ROOT),
        (NAME, Principal(BOB)),
        (f"acs:kms:{REGION}:{ADA}:secret/{NAME}", Principal(BOB)),
        (f"acs:kms:{REGION}:{ADA}:key/{NAME}", ROOT),
        ("n" * 10_000, ROOT),
    ],
)
def test_what_is_not_there_or_not_yours_is_not_found(name: str, principal: Principal) -> None:
    service = Service(keeping())
    assert refused(lambda: get(service, name, principal)) is Code.RESOURCE_NOT_FOUND
    assert service.requests.take() == []


def test_a_deleted_secret_has_no_value() -> None:
    service = Service(keeping(delete_at=NOW + 1))
    assert refused(lambda: get(service)) is Code.RESOURCE_NOT_FOUND


@pytest.mark.parametrize(
    ("now", "code"),
    [(END, Code.INSTANCE_STATE_INVALID), (END + RETENTION, Code.RESOURCE_NOT_FOUND)],
)
def test_the_instance_decides_by_its_end(now: int, code: Code) -> None:
    source = keeping()
    source.clock_state = frozen_at(now)
    assert refused(lambda: get(Service(source))) is code


def test_the_phase_of_the_instance_comes_before_the_state_of_the_secret() -> None:
    source = keeping(delete_at=END + 100)
    source.clock_state = frozen_at(END)
    assert refused(lambda: get(Service(source))) is Code.INSTANCE_STATE_INVALID


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (KeyState.DISABLED, Code.KEY_DISABLED),
        (KeyState.PENDING_DELETION, Code.KEY_PENDING_DELETION),
        (KeyState.PENDING_IMPORT, Code.KEY_PENDING_IMPORT),
    ],
)
def test_the_key_that_protects_it_has_to_be_usable(state: KeyState, code: Code) -> None:
    source = keeping(encryption_key_id=KEY)
    service = Service(source)
    assert get(service).data == "now"
    source.keys[KEY] = key(state=state)
    service.memory.adopt(Kind.KEY, KEY)
    assert refused(lambda: get(service)) is code
    del source.keys[KEY]
    service.memory.adopt(Kind.KEY, KEY)
    assert refused(lambda: get(service)) is Code.KEY_NOT_FOUND


def test_a_call_counts_once_however_the_value_is_protected() -> None:
    service = Service(keeping(encryption_key_id=KEY))
    get(service)
    minute = NOW - NOW % 60
    assert service.requests.take() == [MinuteCount(INSTANCE, ADA, REGION, minute, 1)]


def test_the_rate_that_was_bought_is_all_one_gets() -> None:
    source = keeping()
    source.instances[INSTANCE] = instance(qps=2)
    service = Service(source)
    assert [get(service).data for _ in range(2)] == ["now", "now"]
    assert refused(lambda: get(service)) is Code.THROTTLED


def test_a_change_of_the_secret_or_its_instance_makes_memory_forget_it() -> None:
    source = keeping()
    service = Service(source)
    for kind, subject in ((Kind.SECRET, SUBJECT), (Kind.INSTANCE, INSTANCE), (Kind.SEAL, "")):
        get(service)
        service.memory.adopt(kind, subject)
        assert service.memory.secret(SUBJECT) is None, kind


def test_memory_holds_so_many_bytes_of_secrets_and_drops_the_oldest() -> None:
    source = Stored()
    one = remembered(secret())
    for number in range(5):
        source.secrets[f"{ADA}:{REGION}:n{number}"] = one
    memory = Memory(source, HeldMachine(), secret_bytes_max=3 * one.weight)
    for subject in source.secrets:
        memory.load(Kind.SECRET, subject)
        memory.load(Kind.SECRET, subject)
    held = [subject for subject in source.secrets if memory.secret(subject) is not None]
    assert held == list(source.secrets)[2:]
    source.secrets.clear()
    memory.load(Kind.SECRET, held[0])
    assert memory.secret(held[0]) is None


def test_nothing_remembered_shows_a_value_or_a_key() -> None:
    shown = repr(remembered(secret())) + repr(get(Service(keeping())))
    assert "now" not in shown.replace("NOW", "")
    assert "sealed=" not in shown
    assert "data_key=" not in shown
