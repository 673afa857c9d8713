"""Memory may serve a moment too long, never wrongly refuse and never keep what is old. design 3."""

import threading
from dataclasses import replace

import pytest

from keylease.access.accounts import Credential, Principal
from keylease.api.errors import status_of
from keylease.core.clock import ClockState
from keylease.core.errors import Code, Refusal
from keylease.custody.keys.states import KeyState
from keylease.runtime.memory import STALE_LIMIT_SECONDS, Kind, Memory
from machine import HeldMachine
from unit.runtime.samples import (
    ADA,
    DEFAULT_KEY,
    INSTANCE,
    KEY,
    NOW,
    REGION,
    Stored,
    instance,
    key,
    stored,
)
from unit.runtime.test_applications import EVERY_KEY, client


@pytest.fixture
def source() -> Stored:
    made = stored()
    made.credentials["LTAI1"] = Credential("LTAI1", "secret", Principal(ADA), active=True)
    return made


@pytest.fixture
def machine() -> HeldMachine:
    return HeldMachine()


@pytest.fixture
def memory(source: Stored, machine: HeldMachine) -> Memory:
    return Memory(source, machine)


def test_what_was_loaded_is_remembered_without_asking_again(source: Stored, memory: Memory) -> None:
    version = source.keys[KEY].primary.version_id
    place = f"{ADA}:{REGION}:kms"
    subjects = [
        (Kind.CREDENTIAL, "LTAI1"),
        (Kind.INSTANCE, INSTANCE),
        (Kind.KEY, KEY),
        (Kind.VERSION, version),
        (Kind.DEFAULT_KEY, place),
    ]
    assert all(memory.load(kind, subject) for kind, subject in subjects)
    assert memory.credential("LTAI1") is source.credentials["LTAI1"]
    assert memory.instance(INSTANCE) is source.instances[INSTANCE]
    assert memory.key(KEY) is source.keys[KEY]
    assert memory.key_of_version(version) == KEY
    assert memory.default_key(place) == DEFAULT_KEY
    assert source.asked == subjects


def test_nothing_is_known_before_it_was_loaded(source: Stored, memory: Memory) -> None:
    assert memory.key(KEY) is None
    assert source.asked == []


@pytest.mark.parametrize(
    ("kind", "subject"),
    [(Kind.CREDENTIAL, "LTAI1"), (Kind.INSTANCE, INSTANCE), (Kind.KEY, KEY)],
)
def test_a_change_makes_it_forget(memory: Memory, kind: Kind, subject: str) -> None:
    memory.load(kind, subject)
    memory.adopt(kind.value, subject)
    assert remembered(memory, kind, subject) is None


def test_a_change_of_one_thing_leaves_the_others(source: Stored, memory: Memory) -> None:
    other = key(id="key-hzz2", instance_id="kst-hzz2")
    source.keys[other.id] = other
    memory.load(Kind.KEY, KEY)
    memory.load(Kind.KEY, other.id)
    memory.adopt("key", KEY)
    assert memory.key(other.id) is other
    memory.adopt("something of a newer release", other.id)
    assert memory.key(other.id) is other


def test_forgetting_an_instance_forgets_its_keys_and_no_others(
    source: Stored, memory: Memory
) -> None:
    other = key(id="key-hzz2", instance_id="kst-hzz2")
    source.keys[other.id] = other
    for key_id in (KEY, other.id, DEFAULT_KEY):
        memory.load(Kind.KEY, key_id)
    memory.adopt("instance", INSTANCE)
    assert memory.key(KEY) is None
    assert memory.key(other.id) is other
    assert memory.key(DEFAULT_KEY) is source.keys[DEFAULT_KEY]


def test_a_new_root_key_makes_it_forget_everything(source: Stored, memory: Memory) -> None:
    memory.load(Kind.KEY, KEY)
    memory.load(Kind.INSTANCE, INSTANCE)
    memory.adopt("seal", "")
    assert memory.key(KEY) is None
    assert memory.instance(INSTANCE) is None
    assert len(source.asked) == 2


def test_after_a_gap_everything_is_forgotten_and_the_clock_read_again(
    source: Stored, memory: Memory
) -> None:
    memory.load(Kind.KEY, KEY)
    source.clock_state = ClockState("test", NOW + 5, running=False)
    memory.adopt_everything()
    assert memory.key(KEY) is None
    assert memory.now() == NOW + 5


def test_a_change_of_the_clock_is_adopted_at_once(source: Stored, memory: Memory) -> None:
    assert memory.now() == NOW
    source.clock_state = ClockState("test", NOW + 60, running=False)
    assert memory.now() == NOW
    memory.adopt("clock", "")
    assert memory.now() == NOW + 60


def test_a_running_clock_goes_on_without_a_change(machine: HeldMachine) -> None:
    running = Stored(clock_state=ClockState("test", NOW, machine.wall()))
    memory = Memory(running, machine)
    machine.advance(90.5)
    assert memory.now() == NOW + 90


# --- changes that cross an answer on its way ------------------------------------------------------


def loading(memory: Memory, source: Stored, kind: Kind, subject: str) -> "Loading":
    return Loading(memory, source, kind, subject)


class Loading:
    """A load that has read its answer and not yet remembered it."""

    def __init__(self, memory: Memory, source: Stored, kind: Kind, subject: str) -> None:
        was_read, self._go_on = source.pause(kind)
        self._thread = threading.Thread(target=memory.load, args=(kind, subject))
        self._thread.start()
        assert was_read.wait(10)

    def end(self) -> None:
        self._go_on.set()
        self._thread.join(10)
        assert not self._thread.is_alive()


def test_a_change_adopted_while_the_answer_is_on_its_way_makes_it_ask_again(
    source: Stored, memory: Memory
) -> None:
    load = loading(memory, source, Kind.KEY, KEY)
    disabled = replace(source.keys[KEY], state=KeyState.DISABLED)
    source.keys[KEY] = disabled
    memory.adopt("key", KEY)
    load.end()
    assert memory.key(KEY) is disabled
    assert source.asked == [(Kind.KEY, KEY)] * 2


def test_a_change_of_something_else_does_not_make_it_ask_again(
    source: Stored, memory: Memory
) -> None:
    load = loading(memory, source, Kind.INSTANCE, INSTANCE)
    memory.adopt("instance", "kst-hzz2")
    load.end()
    assert memory.instance(INSTANCE) is source.instances[INSTANCE]
    assert len(source.asked) == 1


def test_what_was_removed_while_its_answer_was_on_its_way_is_not_remembered(
    source: Stored, memory: Memory
) -> None:
    load = loading(memory, source, Kind.KEY, KEY)
    del source.keys[KEY]
    memory.adopt("key", KEY)
    load.end()
    assert memory.key(KEY) is None


@pytest.mark.parametrize("kind", ["seal", "instance"])
def test_a_key_on_its_way_is_asked_for_again_when_all_keys_or_its_instance_changed(
    source: Stored, memory: Memory, kind: str
) -> None:
    """Else the key of an instance that was just released would stay in memory."""
    load = loading(memory, source, Kind.KEY, KEY)
    del source.keys[KEY]
    memory.adopt(kind, INSTANCE if kind == "instance" else "")
    load.end()
    assert memory.key(KEY) is None


def test_a_client_key_on_its_way_is_asked_for_again_when_those_of_its_place_changed(
    source: Stored, memory: Memory
) -> None:
    """Else a client key that was just made would keep the network rule from before."""
    source.client_keys["KAAP.1"] = client()
    load = loading(memory, source, Kind.CLIENT_KEY, "KAAP.1")
    newer = client(EVERY_KEY)
    source.client_keys["KAAP.1"] = newer
    memory.adopt("client-keys", f"{ADA}:{REGION}")
    load.end()
    assert memory.client_key("KAAP.1") is newer


def test_a_gap_while_the_answer_is_on_its_way_makes_it_ask_again(
    source: Stored, memory: Memory
) -> None:
    load = loading(memory, source, Kind.KEY, KEY)
    newer = replace(source.keys[KEY], state=KeyState.DISABLED)
    source.keys[KEY] = newer
    memory.adopt_everything()
    load.end()
    assert memory.key(KEY) is newer


def test_two_loads_at_once_both_answer(source: Stored, memory: Memory) -> None:
    load = loading(memory, source, Kind.KEY, KEY)
    assert memory.load(Kind.KEY, KEY)
    load.end()
    assert memory.key(KEY) is source.keys[KEY]
    memory.adopt("key", KEY)
    assert memory.load(Kind.KEY, KEY)


def test_an_error_of_the_database_leaves_memory_usable(
    source: Stored, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(source, "keys", None)
        with pytest.raises(AttributeError):
            memory.load(Kind.KEY, KEY)
    assert memory.load(Kind.KEY, KEY)
    assert memory.key(KEY) is source.keys[KEY]


# --- what is forgotten --------------------------------------------------------------------------


def test_what_turned_out_to_be_gone_is_not_served_from_memory(
    source: Stored, memory: Memory
) -> None:
    memory.load(Kind.KEY, KEY)
    del source.keys[KEY]
    assert not memory.load(Kind.KEY, KEY)
    assert memory.key(KEY) is None


def test_memory_keeps_so_many_records_and_drops_the_oldest(
    source: Stored, machine: HeldMachine
) -> None:
    memory = Memory(source, machine, records_max=2)
    source.keys |= {one: key(id=one) for one in "abc"}
    for one in "abc":
        memory.load(Kind.KEY, one)
    assert memory.key("a") is None
    assert [memory.key(one) for one in "bc"] == [source.keys["b"], source.keys["c"]]


def test_what_does_not_exist_leaves_nothing_in_memory(memory: Memory) -> None:
    for number in range(100):
        assert not memory.load(Kind.INSTANCE, f"kst-{number}")
    shelf = memory._instances
    assert not shelf.records
    assert not shelf.loading


def test_a_node_that_lost_touch_stops_serving_and_starts_again(
    memory: Memory, machine: HeldMachine
) -> None:
    machine.advance(STALE_LIMIT_SECONDS)
    memory.require_fresh()
    machine.advance(0.001)
    with pytest.raises(Refusal) as refused:
        memory.require_fresh()
    assert refused.value.code is Code.UNAVAILABLE
    assert status_of(refused.value) == 503
    memory.is_fresh(machine.monotonic())
    memory.require_fresh()


def test_freshness_counts_from_before_the_changes_were_read(
    memory: Memory, machine: HeldMachine
) -> None:
    as_of = machine.monotonic()
    machine.advance(4.0)  # a slow read
    memory.is_fresh(as_of)
    machine.advance(STALE_LIMIT_SECONDS - 3.9)
    with pytest.raises(Refusal):
        memory.require_fresh()


def test_records_do_not_show_key_material() -> None:
    secret = Credential("LTAI1", "the secret", Principal(ADA), active=True)
    assert "the secret" not in repr(secret)
    shown = repr(key())
    assert "SecretBytes" not in shown
    assert "UsableKey" not in shown
    assert "versions" not in shown


def remembered(memory: Memory, kind: Kind, subject: str) -> object:
    look = {
        Kind.CREDENTIAL: memory.credential,
        Kind.INSTANCE: memory.instance,
        Kind.KEY: memory.key,
    }
    return look[kind](subject)


def test_an_instance_is_remembered_by_what_a_crypto_call_needs(memory: Memory) -> None:
    memory.load(Kind.INSTANCE, INSTANCE)
    assert memory.instance(INSTANCE) == instance()
