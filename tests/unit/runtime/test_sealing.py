"""The crypto calls: what goes in comes out, and what is refused is refused in order. rules.md 2."""

from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keylease.access.accounts import Principal
from keylease.access.admission import Caller
from keylease.core.errors import Code, Refusal
from keylease.core.terms import RETENTION
from keylease.crypto.nonces import NonceSequence
from keylease.custody.keys.states import KeyState
from keylease.records.usage import MinuteCount
from keylease.runtime.gate import Step
from keylease.runtime.look import Doubt, Look
from keylease.runtime.memory import Kind
from keylease.runtime.sealing import data_key_size
from machine import SeededEntropy
from unit.runtime.samples import (
    ADA,
    BOB,
    DEFAULT_KEY,
    END,
    INSTANCE,
    KEY,
    NOW,
    REGION,
    STORAGE,
    Service,
    Stored,
    instance,
    key,
    stored,
)

TEXT = st.text(max_size=200)
CONTEXT = st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=4)


@pytest.fixture
def source() -> Stored:
    return stored()


@pytest.fixture
def service(source: Stored) -> Service:
    return Service(source)


def at(source: Stored, now: int) -> None:
    source.clock_state = replace(source.clock_state, base=now)


def refused(call: object, *arguments: object, **given: object) -> Code:
    with pytest.raises(Refusal) as refusal:
        call(*arguments, **given)
    assert KEY not in refusal.value.message or refusal.value.code is not Code.KEY_NOT_FOUND
    return refusal.value.code


# --- what goes in comes out -----------------------------------------------------------------------

_SHARED = Service(stored(), quotas_on=False)


@settings(max_examples=60)
@given(text=TEXT, context=CONTEXT)
def test_what_is_encrypted_decrypts_in_its_context(text: str, context: dict[str, str]) -> None:
    sealed = _SHARED.encrypt(text, context=context)
    opened = _SHARED.decrypt(sealed.ciphertext, **context)
    assert opened.plaintext == text
    assert (opened.key_id, opened.version_id) == (sealed.key_id, sealed.version_id)
    assert opened.key_id == KEY


@settings(max_examples=60)
@given(text=TEXT, context=CONTEXT, other=CONTEXT)
def test_any_other_context_is_refused(
    text: str, context: dict[str, str], other: dict[str, str]
) -> None:
    if other == context:
        other = other | {"one more": ""}
    sealed = _SHARED.encrypt(text, context=context)
    assert refused(_SHARED.decrypt, sealed.ciphertext, **other) is Code.INVALID_CIPHERTEXT


@settings(max_examples=60)
@given(
    entry=st.tuples(st.text(max_size=9), st.text(max_size=9)),
    context=CONTEXT,
    change=st.sampled_from(["added", "value", "name", "removed", "swapped"]),
)
def test_any_small_change_of_the_context_is_refused(
    entry: tuple[str, str], context: dict[str, str], change: str
) -> None:
    name, value = entry
    before = context | {name: value}
    after = dict(before)
    if change == "added":
        after |= {f"{name}+": value}
    elif change == "value":
        after[name] = f"{value} "
    else:
        del after[name]
        if change == "name":
            after[f"{name} "] = value
        elif change == "swapped":
            after[value] = name
    sealed = _SHARED.encrypt("text", context=before)
    if after == before:
        assert _SHARED.decrypt(sealed.ciphertext, **after).plaintext == "text"
    else:
        assert refused(_SHARED.decrypt, sealed.ciphertext, **after) is Code.INVALID_CIPHERTEXT


def test_a_ciphertext_that_is_bound_as_in_the_first_releases_is_read(service: Service) -> None:
    """They bound the bytes of the hash of ``a=1``, not its hexadecimal text."""
    version = service.source.keys[KEY].primary
    assert version is not None
    nonces = NonceSequence(SeededEntropy("old"))
    body = version.seal(b"text", sha256(b"a=1").digest(), nonces)
    blob = b64encode(version.version_id.encode() + body).decode()
    assert service.decrypt(blob, a="1").plaintext == "text"
    assert refused(service.decrypt, blob, a="2") is Code.INVALID_CIPHERTEXT
    assert refused(service.decrypt, blob) is Code.INVALID_CIPHERTEXT


def test_the_same_text_is_never_encrypted_alike(service: Service) -> None:
    assert len({service.encrypt("text").ciphertext for _ in range(50)}) == 50


def test_a_rotated_key_encrypts_with_its_primary_and_decrypts_with_all(source: Stored) -> None:
    rotated = key(versions=3)
    old = next(iter(rotated.versions.values()))
    source.keys[KEY] = replace(rotated, primary=old)
    before = Service(source).encrypt("old")
    source.keys[KEY] = rotated
    service = Service(source)
    now = service.encrypt("new")
    assert (before.version_id, now.version_id) == (old.version_id, rotated.primary.version_id)
    assert service.decrypt(before.ciphertext).plaintext == "old"
    assert service.decrypt(now.ciphertext).plaintext == "new"


def test_a_version_that_is_gone_does_not_decrypt(source: Stored, service: Service) -> None:
    blob = service.encrypt("text").ciphertext
    rotated = key(versions=2)
    kept = {rotated.primary.version_id: rotated.primary}
    source.keys[KEY] = replace(rotated, versions=kept)
    assert refused(Service(source).decrypt, blob) is Code.KEY_NOT_FOUND


def test_a_changed_ciphertext_is_refused(service: Service) -> None:
    blob = service.encrypt("text").ciphertext
    changed = blob[:-5] + ("A" if blob[-5] != "A" else "B") + blob[-4:]
    assert refused(service.decrypt, changed) is Code.INVALID_CIPHERTEXT
    assert refused(service.decrypt, "not base64") is Code.INVALID_CIPHERTEXT


def test_outcomes_do_not_show_texts(service: Service) -> None:
    sealed = service.encrypt("a secret text")
    assert "a secret text" not in repr(service.decrypt(sealed.ciphertext))
    assert sealed.ciphertext not in repr(sealed)


@pytest.mark.parametrize("size", [1, 16, 32, 1024])
def test_a_data_key_has_the_size_asked_for_and_comes_back(service: Service, size: int) -> None:
    made = service.data_key(size, context={"a": "b"})
    assert len(b64decode(made.plaintext, validate=True)) == size
    assert service.decrypt(made.ciphertext, a="b").plaintext == made.plaintext
    assert service.data_key(size).plaintext != made.plaintext


@pytest.mark.parametrize(
    ("spec", "number", "size"),
    [
        ("AES_256", None, 32),
        ("AES_128", None, 16),
        ("AES_256", 1, 1),
        ("AES_128", 1024, 1024),
        ("nonsense", 24, 24),  # NumberOfBytes goes before KeySpec: facts/kms-api.md A.2
    ],
)
def test_the_size_of_a_data_key(spec: str, number: int | None, size: int) -> None:
    assert data_key_size(spec, number) == size


@pytest.mark.parametrize(
    ("spec", "number"), [("AES_256", 0), ("AES_256", 1025), ("AES_256", -1), ("AES_512", None)]
)
def test_a_size_that_is_not_offered(spec: str, number: int | None) -> None:
    assert refused(data_key_size, spec, number) is Code.INVALID_PARAMETER


# --- names of keys --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [KEY, f"acs:kms:{REGION}:{ADA}:key/{KEY}"])
def test_a_key_answers_to_its_id_and_its_resource_name(service: Service, name: str) -> None:
    assert service.encrypt(key_name=name).key_id == KEY


@pytest.mark.parametrize("name", ["alias/orders", f"acs:kms:{REGION}:{ADA}:alias/orders"])
def test_a_key_answers_to_its_alias(source: Stored, service: Service, name: str) -> None:
    source.aliases[f"{ADA}:{REGION}:alias/orders"] = KEY
    assert service.encrypt(key_name=name).key_id == KEY


def test_an_alias_is_one_of_its_region(source: Stored, service: Service) -> None:
    source.aliases[f"{ADA}:{REGION}:alias/orders"] = KEY
    elsewhere = refused(service.encrypt, key_name="alias/orders", region="cn-shanghai")
    assert elsewhere is Code.ALIAS_NOT_FOUND


def test_a_name_that_is_too_long_is_none_that_is_cut(source: Stored, service: Service) -> None:
    longest = "alias/" + "a" * 249
    source.aliases[f"{ADA}:{REGION}:{longest}"] = KEY
    assert service.encrypt(key_name=longest).key_id == KEY
    assert refused(service.encrypt, key_name=longest + "a") is Code.ALIAS_NOT_FOUND


@pytest.mark.parametrize("name", ["alias/acs/kms", f"acs:kms:{REGION}:{ADA}:alias/acs/kms"])
def test_a_service_reaches_the_default_key_by_its_alias(service: Service, name: str) -> None:
    assert service.encrypt(principal=STORAGE, key_name=name).key_id == DEFAULT_KEY


def test_a_default_key_is_that_of_the_region_of_the_call(source: Stored) -> None:
    other = key(id="key-shh0", instance_id="", service="kms", region="cn-shanghai")
    source.keys[other.id] = other
    sealed = Service(source).encrypt(
        principal=STORAGE, key_name="alias/acs/kms", region="cn-shanghai"
    )
    assert sealed.key_id == other.id


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("key-hzz9", Code.KEY_NOT_FOUND),
        ("", Code.KEY_NOT_FOUND),
        (f"acs:kms:{REGION}:{BOB}:key/{KEY}", Code.KEY_NOT_FOUND),
        (f"acs:kms:{REGION}:{ADA}:secret/{KEY}", Code.KEY_NOT_FOUND),
        ("acs:kms", Code.KEY_NOT_FOUND),
        ("alias/unknown", Code.ALIAS_NOT_FOUND),
    ],
)
def test_a_name_that_nothing_has(service: Service, name: str, code: Code) -> None:
    assert refused(service.encrypt, key_name=name) is code


# --- the order of the checks: existence, permission, phase, state ---------------------------------

_EXPIRED, _RELEASED = END, END + RETENTION
_STRANGER = Principal(BOB)


def test_somebody_elses_key_answers_like_an_unknown_one(source: Stored) -> None:
    """Whatever else is wrong with it: existence comes first."""
    at(source, _EXPIRED)
    source.keys[KEY] = replace(source.keys[KEY], state=KeyState.DISABLED)
    service = Service(source)
    messages = set()
    for principal, name in ((_STRANGER, KEY), (_STRANGER, "key-hzz9"), (Principal(ADA), "key-9")):
        with pytest.raises(Refusal) as refusal:
            service.encrypt(principal=principal, key_name=name)
        messages.add((refusal.value.code, refusal.value.message, refusal.value.status))
    assert len(messages) == 1


def test_somebody_elses_ciphertext_answers_like_that_of_an_unknown_key(service: Service) -> None:
    blob = service.encrypt("text").ciphertext
    assert refused(service.decrypt, blob, _STRANGER) is Code.KEY_NOT_FOUND


@pytest.mark.parametrize("now", [NOW, _EXPIRED])
@pytest.mark.parametrize("state", list(KeyState))
def test_permission_comes_before_phase_and_state(source: Stored, now: int, state: KeyState) -> None:
    at(source, now)
    source.keys = {one.id: replace(one, state=state) for one in source.keys.values()}
    service = Service(source)
    assert refused(service.encrypt, principal=STORAGE) is Code.NO_PERMISSION
    assert refused(service.encrypt, key_name=DEFAULT_KEY) is Code.NO_PERMISSION
    assert refused(service.encrypt, key_name="alias/acs/kms") is Code.NO_PERMISSION


@pytest.mark.parametrize("state", list(KeyState))
def test_the_phase_comes_before_the_state(source: Stored, state: KeyState) -> None:
    source.keys[KEY] = replace(source.keys[KEY], state=state)
    at(source, _EXPIRED)
    assert refused(Service(source).encrypt) is Code.INSTANCE_STATE_INVALID
    at(source, _RELEASED)
    assert refused(Service(source).encrypt) is Code.KEY_NOT_FOUND


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (KeyState.DISABLED, Code.KEY_DISABLED),
        (KeyState.PENDING_DELETION, Code.KEY_PENDING_DELETION),
        (KeyState.PENDING_IMPORT, Code.KEY_PENDING_IMPORT),
    ],
)
def test_a_key_is_used_only_while_it_is_enabled(
    source: Stored, state: KeyState, code: Code
) -> None:
    blob = Service(source).encrypt("text").ciphertext
    source.keys[KEY] = replace(source.keys[KEY], state=state)
    service = Service(source)
    assert refused(service.encrypt) is code
    assert refused(service.decrypt, blob) is code
    assert refused(service.data_key, 32) is code


def test_an_instance_serves_until_the_second_of_its_end(source: Stored) -> None:
    at(source, END - 1)
    assert Service(source).encrypt().key_id == KEY
    at(source, END)
    with pytest.raises(Refusal, match=INSTANCE) as refusal:
        Service(source).encrypt()
    assert refusal.value.code is Code.INSTANCE_STATE_INVALID
    assert "2026" in refusal.value.message, "it says when it expired and will be released"
    assert "Renewing" in refusal.value.message


def test_a_released_instance_is_gone_to_the_second(source: Stored) -> None:
    at(source, _RELEASED - 1)
    assert refused(Service(source).encrypt) is Code.INSTANCE_STATE_INVALID
    at(source, _RELEASED)
    assert refused(Service(source).encrypt) is Code.KEY_NOT_FOUND


def test_an_instance_that_is_not_enabled_does_not_serve(source: Stored) -> None:
    source.instances[INSTANCE] = instance(enabled=False)
    assert refused(Service(source).encrypt) is Code.INSTANCE_STATE_INVALID


def test_a_default_key_needs_no_instance(source: Stored) -> None:
    source.instances.clear()
    service = Service(source)
    sealed = service.encrypt("text", STORAGE, key_name=DEFAULT_KEY)
    assert service.decrypt(sealed.ciphertext, STORAGE).plaintext == "text"


def test_a_node_that_lost_touch_refuses_even_what_it_remembers(service: Service) -> None:
    blob = service.encrypt("text").ciphertext
    service.machine.advance(6)
    assert refused(service.encrypt) is Code.UNAVAILABLE
    assert refused(service.decrypt, blob) is Code.UNAVAILABLE
    assert refused(service.data_key, 32) is Code.UNAVAILABLE


# --- the purchased rate ---------------------------------------------------------------------------


def test_an_instance_does_what_was_bought_and_no_more(source: Stored) -> None:
    source.instances[INSTANCE] = instance(qps=4)
    service = Service(source)
    for _ in range(4):
        service.encrypt()
    assert refused(service.encrypt) is Code.THROTTLED
    service.machine.advance(0.25)
    service.encrypt()


def test_processes_share_what_was_bought(source: Stored) -> None:
    source.instances[INSTANCE] = instance(qps=8)
    service = Service(source, share=0.5)
    for _ in range(4):
        service.encrypt()
    assert refused(service.encrypt) is Code.THROTTLED


def test_without_quotas_nothing_is_counted(source: Stored) -> None:
    source.instances[INSTANCE] = instance(qps=1)
    service = Service(source, quotas_on=False)
    for _ in range(20):
        service.encrypt()


def test_what_is_refused_otherwise_does_not_count(source: Stored) -> None:
    source.instances[INSTANCE] = instance(qps=1)
    enabled = source.keys[KEY]
    source.keys[KEY] = replace(enabled, state=KeyState.DISABLED)
    service = Service(source)
    for _ in range(5):
        assert refused(service.encrypt) is Code.KEY_DISABLED
    source.keys[KEY] = enabled
    service.memory.adopt("key", KEY)
    service.encrypt()


def test_default_keys_are_not_counted(source: Stored) -> None:
    source.instances[INSTANCE] = instance(qps=1)
    service = Service(source)
    for _ in range(5):
        service.encrypt(principal=STORAGE, key_name=DEFAULT_KEY)


def test_each_call_that_an_instance_admits_is_noted_once_and_no_other(source: Stored) -> None:
    """For the bill: not what was refused, nor what needs no instance. rules.md 8."""
    source.instances[INSTANCE] = instance(qps=3)
    service = Service(source)
    blob = service.encrypt("text").ciphertext
    service.decrypt(blob)
    service.data_key(32)
    assert refused(service.encrypt) is Code.THROTTLED
    service.encrypt(principal=STORAGE, key_name=DEFAULT_KEY)
    minute = NOW - NOW % 60
    assert service.requests.take() == [MinuteCount(INSTANCE, ADA, REGION, minute, 3)]


def test_a_call_counts_once_for_each_key_however_often_it_is_decided(source: Stored) -> None:
    """Nothing of the second key is in memory, so that each thing of it is loaded for the call."""
    source.instances["kst-hzz2"] = instance(id="kst-hzz2")
    source.keys["key-hzz2"] = key(id="key-hzz2", instance_id="kst-hzz2")
    source.aliases[f"{ADA}:{REGION}:alias/other"] = "key-hzz2"
    service = Service(source)
    blob = service.encrypt("text").ciphertext.encode()
    service.requests.take()
    caller = Caller(Principal(ADA), REGION)

    def re_encrypt(look: Look) -> Step[bytes]:
        opened = service.sealing.opened(look, caller, blob, {}, "ReEncryptFrom")
        return service.sealing.re_encrypt(look, caller, opened, "alias/other", {})

    service.decided(re_encrypt)
    counted = {one.instance_id: one.requests for one in service.requests.take()}
    assert counted == {INSTANCE: 1, "kst-hzz2": 1}


def test_an_instance_that_stopped_for_debt_says_what_helps(source: Stored) -> None:
    source.instances[INSTANCE] = instance(pay_as_you_go=True)
    at(source, END)
    service = Service(source)
    with pytest.raises(Refusal, match="Paying the debt"):
        service.encrypt()


# --- doubt ----------------------------------------------------------------------------------------


def encrypt(service: Service, look: Look, name: str = KEY) -> object:
    return service.sealing.encrypt(look, Caller(Principal(ADA), REGION), name, b"text", {})


def test_what_memory_does_not_hold_is_in_doubt_not_refused(service: Service) -> None:
    with pytest.raises(Doubt) as doubt:
        encrypt(service, Look(service.memory))
    assert doubt.value.subjects == [(Kind.KEY, KEY)]


def test_what_the_database_just_said_is_not_there_is_refused(service: Service) -> None:
    look = Look(service.memory)
    look.learn((Kind.KEY, "key-hzz9"), found=False)
    assert refused(encrypt, service, look, "key-hzz9") is Code.KEY_NOT_FOUND
    assert look.doubt() == []


def test_an_answer_to_another_call_is_not_enough(service: Service) -> None:
    """Else what was made or enabled a moment ago could be refused."""
    service.memory.load(Kind.KEY, "key-hzz9")
    with pytest.raises(Doubt):
        encrypt(service, Look(service.memory), "key-hzz9")


def test_a_refusal_that_rests_on_old_memory_is_in_doubt(source: Stored, service: Service) -> None:
    source.keys[KEY] = replace(source.keys[KEY], state=KeyState.DISABLED)
    assert refused(service.encrypt) is Code.KEY_DISABLED
    look = Look(service.memory)
    assert refused(encrypt, service, look) is Code.KEY_DISABLED
    assert set(look.doubt()) == {(Kind.KEY, KEY), (Kind.INSTANCE, INSTANCE)}
    for one in look.doubt():
        look.learn(one, found=service.memory.load(*one))
    assert look.doubt() == []


def test_in_the_steady_state_nothing_is_asked(source: Stored, service: Service) -> None:
    blob = service.encrypt("text").ciphertext
    service.decrypt(blob)
    before = list(source.asked)
    for _ in range(10):
        service.machine.advance(0.4)
        service.memory.is_fresh(service.machine.monotonic())
        service.decrypt(service.encrypt("text").ciphertext)
    assert source.asked == before
