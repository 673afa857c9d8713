"""What a client key may use: decided from memory, and never by what is old there."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from keylease.access.accounts import Principal
from keylease.access.admission import Caller
from keylease.access.applications import ClientKey, Grant, network
from keylease.core.errors import Code, Refusal
from keylease.runtime.applications import ApplicationGate
from keylease.runtime.gate import Gate
from keylease.runtime.look import Doubt, Look
from keylease.runtime.memory import Kind, Memory
from keylease.runtime.metering import RequestCounter
from keylease.runtime.rates import RateLimiter
from machine import HeldMachine
from unit.runtime.samples import ADA, BOB, INSTANCE, KEY, NOW, REGION, Stored, instance, key, stored
from vectors.gateway import PUBLIC_KEY

POINT = Principal(ADA, access_point=f"acs:kms:{REGION}:{ADA}:applicationaccesspoint/app")
CALLER = Caller(POINT, REGION, "127.0.0.1")
OTHER_KEY, OTHER_INSTANCE = "key-hzz2", "kst-hzz2"
EVERY_KEY = Grant(INSTANCE, keys=frozenset("*"))


def client(*grants: Grant, **changed: int) -> ClientKey:
    made = ClientKey("KAAP.1", POINT, REGION, PUBLIC_KEY, NOW - 100, NOW + 100, grants)
    return replace(made, **changed)


class Asking:
    """One client key, asking through gates of its own."""

    def __init__(self, *grants: Grant, source: Stored | None = None) -> None:
        self.source = source or stored()
        self.client = client(*grants)
        self.memory = Memory(self.source, HeldMachine())
        self.requests = RequestCounter()
        self.gate = ApplicationGate(Gate(RateLimiter(HeldMachine()), self.requests))

    def use(self, name: str) -> str:
        """The id of the key that it may use, or the code of the refusal."""
        return self._settled(
            lambda look: self.gate.named(look, self.client, CALLER, name, "Encrypt").id
        )

    def use_version(self, version_id: str) -> str:
        return self._settled(
            lambda look: self.gate.of_version(look, self.client, CALLER, version_id, "Decrypt").id
        )

    def enter(self) -> str:
        return self._settled(lambda look: self.gate.enter(look, self.client, CALLER) or "in")

    def _settled(self, call: Callable[[Look], str]) -> str:
        look = Look(self.memory)
        for _ in range(8):
            try:
                return str(call(look))
            except Doubt as doubt:
                for one in doubt.subjects:
                    look.learn(one, found=self.memory.load(*one))
            except Refusal as refusal:
                return refusal.code.value
        raise AssertionError("it never came to a decision")


def two_instances() -> Stored:
    source = stored()
    source.instances[OTHER_INSTANCE] = instance(id=OTHER_INSTANCE)
    source.keys[OTHER_KEY] = key(id=OTHER_KEY, instance_id=OTHER_INSTANCE)
    return source


def test_every_key_of_its_instance_and_none_of_another() -> None:
    asking = Asking(EVERY_KEY, source=two_instances())
    assert asking.use(KEY) == KEY
    assert asking.use(OTHER_KEY) == asking.use("key-hzz9") == Code.KEY_NOT_FOUND


def test_who_may_use_named_keys_is_told_the_same_of_all_others() -> None:
    asking = Asking(Grant(INSTANCE, keys=frozenset({"key-other"})), source=two_instances())
    for name in (KEY, OTHER_KEY, "key-hzz9", "alias/nothing", f"acs:kms:{REGION}:{BOB}:key/{KEY}"):
        assert asking.use(name) == Code.NO_PERMISSION
    version = next(iter(asking.source.keys[KEY].versions))
    assert asking.use_version(version) == Code.NO_PERMISSION
    assert asking.use_version("00000000-0000-4000-8000-000000000000") == Code.NO_PERMISSION


def test_a_key_that_is_named_for_another_instance_is_not_there() -> None:
    asking = Asking(Grant(OTHER_INSTANCE, keys=frozenset({KEY})), source=two_instances())
    assert asking.use(KEY) == Code.KEY_NOT_FOUND


def test_each_policy_reaches_its_own_instance() -> None:
    asking = Asking(
        EVERY_KEY, Grant(OTHER_INSTANCE, keys=frozenset({OTHER_KEY})), source=two_instances()
    )
    assert (asking.use(KEY), asking.use(OTHER_KEY)) == (KEY, OTHER_KEY)


def test_from_elsewhere_a_grant_is_none() -> None:
    asking = Asking(replace(EVERY_KEY, networks=(network("10.0.0.0/8"),)))
    assert asking.use(KEY) == asking.use("key-hzz9") == Code.NO_PERMISSION
    assert asking.enter() == Code.NO_PERMISSION


def test_secrets_alone_allow_no_key_and_no_entry() -> None:
    asking = Asking(Grant(INSTANCE, secrets=frozenset("*")))
    assert asking.use(KEY) == asking.enter() == Code.NO_PERMISSION


def test_default_keys_are_for_services_only() -> None:
    assert Asking(EVERY_KEY).use("alias/acs/kms") == Code.NO_PERMISSION


def test_an_entry_is_through_the_first_instance_that_can_be_used() -> None:
    source = two_instances()
    source.instances[INSTANCE] = instance(end=NOW)
    both = EVERY_KEY, Grant(OTHER_INSTANCE, keys=frozenset("*"))
    asking = Asking(*both, source=source)
    assert asking.enter() == "in"
    assert [one.instance_id for one in asking.requests.take()] == [OTHER_INSTANCE]
    source.instances[OTHER_INSTANCE] = instance(id=OTHER_INSTANCE, end=NOW)
    asking.memory.adopt(Kind.INSTANCE, OTHER_INSTANCE)
    assert asking.enter() == Code.INSTANCE_STATE_INVALID


def test_an_entry_is_limited_to_the_rate_that_was_bought() -> None:
    source = stored()
    source.instances[INSTANCE] = instance(qps=2)
    asking = Asking(EVERY_KEY, source=source)
    assert [asking.enter() for _ in range(3)] == ["in", "in", Code.THROTTLED]


def test_a_client_key_is_loaded_and_forgotten_when_it_changes() -> None:
    asking = Asking()
    asking.source.client_keys["KAAP.1"] = client(EVERY_KEY)
    look = Look(asking.memory)
    with pytest.raises(Doubt):
        look.client_key("KAAP.1")
    asking.memory.load(Kind.CLIENT_KEY, "KAAP.1")
    assert look.client_key("KAAP.1").grants == (EVERY_KEY,)
    asking.memory.adopt("client-key", "KAAP.1")
    with pytest.raises(Doubt):
        look.client_key("KAAP.1")


def test_all_client_keys_of_a_place_are_forgotten_together() -> None:
    source = stored()
    elsewhere = replace(client(EVERY_KEY), id="KAAP.3", region="cn-shanghai")
    theirs = replace(client(EVERY_KEY), id="KAAP.4", principal=replace(POINT, account_id=BOB))
    mine = replace(client(EVERY_KEY), id="KAAP.2")
    for one in (client(EVERY_KEY), mine, elsewhere, theirs):
        source.client_keys[one.id] = one
    memory = Memory(source, HeldMachine())
    for name in source.client_keys:
        assert memory.load(Kind.CLIENT_KEY, name)
    memory.adopt("client-keys", f"{ADA}:{REGION}")
    kept = [name for name in source.client_keys if memory.client_key(name) is not None]
    assert kept == ["KAAP.3", "KAAP.4"]


@pytest.mark.parametrize("changed", [{"not_before": NOW + 1}, {"not_after": NOW}])
def test_a_client_key_out_of_its_time_is_nobody(changed: dict[str, int]) -> None:
    asking = Asking()
    asking.source.client_keys["KAAP.1"] = client(EVERY_KEY, **changed)
    asking.memory.load(Kind.CLIENT_KEY, "KAAP.1")
    with pytest.raises(Refusal) as caught:
        Look(asking.memory).client_key("KAAP.1")
    assert caught.value.code is Code.UNAUTHORIZED
