"""What a call used of instances with log analysis, and what is noted of it. facts/kms.md 10.2."""

from contextlib import suppress
from dataclasses import replace

import pytest

from keylease.access.accounts import Principal
from keylease.access.admission import Caller
from keylease.api.finished_calls import CallFacts, note_finished
from keylease.core.errors import Refusal
from keylease.custody.keys.states import KeyState
from keylease.records.call_log import FinishedCall, HandledFor
from keylease.runtime.call_log import CallLog
from keylease.runtime.look import Look
from unit.runtime.samples import (
    ADA,
    BOB,
    DEFAULT_KEY,
    INSTANCE,
    KEY,
    NOW,
    REGION,
    ROOT,
    STORAGE,
    Service,
    Stored,
    instance,
    key,
    stored,
)

FACTS = CallFacts(
    "Encrypt", "2016-01-20", True, ROOT, "LTAI1", REGION, "R-1", "192.0.2.7", "client/1"
)


def logging(**changed: object) -> Stored:
    source = stored()
    source.instances[INSTANCE] = instance(logs=True, **changed)
    return source


def look_of(source: Stored, key_name: str = KEY, principal: Principal = ROOT) -> Look:
    """The look of a call to Encrypt, whatever came of it."""
    service, looks = Service(source), []

    def call(look: Look) -> object:
        looks.append(look)
        return service.sealing.encrypt(look, Caller(principal, REGION), key_name, b"x", {})

    with suppress(Refusal):
        service.decided(call)  # type: ignore[arg-type] # only the look is wanted
    return looks[-1]


def test_a_call_on_a_key_of_an_instance_with_log_analysis_is_an_entry_of_it() -> None:
    used = HandledFor(INSTANCE, ADA, KEY, KEY)
    assert look_of(logging()).logged == {INSTANCE: used}


def test_so_is_one_that_is_refused_for_the_state_of_key_or_instance() -> None:
    disabled = logging()
    disabled.keys[KEY] = key(state=KeyState.DISABLED)
    expired = logging(end=NOW)
    for source in (disabled, expired, logging(enabled=False)):
        assert look_of(source).logged is not None


def test_nothing_is_noted_without_log_analysis_for_default_keys_and_for_strangers() -> None:
    assert look_of(stored()).logged is None
    assert look_of(logging(), DEFAULT_KEY, STORAGE).logged is None
    assert look_of(logging(), principal=Principal(BOB)).logged is None


def test_the_first_thing_that_a_call_used_in_an_instance_counts() -> None:
    look = look_of(logging())
    look.log_use(HandledFor(INSTANCE, ADA, "another"))
    look.log_use(HandledFor("kst-other", BOB, "third"))
    assert look.logged == {
        INSTANCE: HandledFor(INSTANCE, ADA, KEY, KEY),
        "kst-other": HandledFor("kst-other", BOB, "third", index=1),
    }


def test_a_finished_call_is_noted_for_each_instance_with_its_duration() -> None:
    service, log = Service(logging()), CallLog()
    look = Look(service.memory)
    look.log_use(HandledFor(INSTANCE, ADA, KEY, KEY))
    look.log_use(HandledFor("kst-other", BOB, "secret"))
    service.machine.advance(0.25)
    note_finished(log, look, FACTS, 200, versions={KEY: "v-1"})
    one, other = log.take()
    assert (one.duration, one.status, one.at, one.key_version_id) == (250, 200, NOW, "v-1")
    assert (other.used.owner_id, other.key_version_id) == (BOB, "")
    assert one.principal_id == ADA


@pytest.mark.parametrize(
    ("principal", "identity"),
    [(Principal(ADA), ("cloud-account", ADA)), (STORAGE, ("service", "storage"))],
)
def test_who_called_is_named_by_kind_and_id(
    principal: Principal, identity: tuple[str, str]
) -> None:
    service, log = Service(logging()), CallLog()
    look = Look(service.memory)
    look.log_use(HandledFor(INSTANCE, ADA, KEY, KEY))
    note_finished(log, look, replace(FACTS, principal=principal), 200)
    (one,) = log.take()
    assert (one.identity_type, one.principal_id) == identity


def test_what_could_not_be_written_is_given_again_before_what_came_since() -> None:
    service, log = Service(logging()), CallLog()
    look = Look(service.memory)
    look.log_use(HandledFor(INSTANCE, ADA, KEY, KEY))

    def note(request_id: str) -> None:
        note_finished(log, look, replace(FACTS, request_id=request_id), 200)

    note("R-1")
    note("R-2")
    taken: list[FinishedCall] = log.take()
    note("R-3")
    log.put_back(taken)
    assert [one.request_id for one in log.take()] == ["R-1", "R-2", "R-3"]
    assert log.take() == []
