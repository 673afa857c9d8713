"""A database to load from, and a service on it: everything real but the storage."""

import threading
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from keylease.access.accounts import Credential, Principal
from keylease.access.admission import Caller
from keylease.access.applications import ClientKey
from keylease.core.clock import ClockState
from keylease.core.ids import uuid
from keylease.crypto.algorithms import AES_256
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.providers import Storage, UsableKey
from keylease.crypto.software import SoftwareProvider
from keylease.custody.data_keys import DataKey
from keylease.custody.keys.states import KeyState
from keylease.runtime.gate import Gate, Step
from keylease.runtime.look import Doubt, Look
from keylease.runtime.memory import Kind, Memory, RememberedInstance, RememberedKey
from keylease.runtime.metering import RequestCounter
from keylease.runtime.rates import RateLimiter
from keylease.runtime.sealing import Sealing
from keylease.runtime.secret_records import RememberedSecret
from keylease.runtime.sharing import FairRates, FairShares
from machine import HeldMachine, SeededEntropy

ADA = "1000000000000001"
BOB = "2000000000000002"
NOW = 1_769_824_800
END = NOW + 86_400
REGION = "cn-hangzhou"
INSTANCE = "kst-hzz1"
KEY = "key-hzz1"
DEFAULT_KEY = "key-hzz0"

ROOT = Principal(ADA)
STORAGE = Principal(ADA, "storage")


def frozen_at(now: int) -> ClockState:
    return ClockState("test", now, running=False)


@dataclass
class Stored:
    """Fits `keylease.runtime.memory.Source`. ``asked`` says what was loaded, in order.

    ``pause(kind)`` makes the next answer of this kind wait, after it was read, until the event
    that it returns is set.
    """

    clock_state: ClockState = field(default_factory=lambda: frozen_at(NOW))
    credentials: dict[str, Credential] = field(default_factory=dict)
    instances: dict[str, RememberedInstance] = field(default_factory=dict)
    keys: dict[str, RememberedKey] = field(default_factory=dict)
    client_keys: dict[str, ClientKey] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, RememberedSecret] = field(default_factory=dict)
    asked: list[tuple[Kind, str]] = field(default_factory=list)
    _pauses: dict[Kind, tuple[threading.Event, threading.Event]] = field(default_factory=dict)

    def clock(self) -> ClockState:
        return self.clock_state

    def credential(self, access_key_id: str) -> Credential | None:
        return self._answer(Kind.CREDENTIAL, access_key_id, self.credentials.get)

    def instance(self, instance_id: str) -> RememberedInstance | None:
        return self._answer(Kind.INSTANCE, instance_id, self.instances.get)

    def key(self, key_id: str) -> RememberedKey | None:
        return self._answer(Kind.KEY, key_id, self.keys.get)

    def key_of_version(self, version_id: str) -> str | None:
        return self._answer(Kind.VERSION, version_id, self._key_of)

    def client_key(self, client_key_id: str) -> ClientKey | None:
        return self._answer(Kind.CLIENT_KEY, client_key_id, self.client_keys.get)

    def alias(self, account_id: str, region: str, name: str) -> str | None:
        return self._answer(Kind.ALIAS, f"{account_id}:{region}:{name}", self.aliases.get)

    def data_key(self, account_id: str, region: str, name: str) -> DataKey | None:
        del account_id, region, name
        return None

    def default_key(self, account_id: str, region: str, service: str) -> str | None:
        place = f"{account_id}:{region}:{service}"
        return self._answer(Kind.DEFAULT_KEY, place, self._default_of)

    def secret(self, account_id: str, region: str, name: str) -> RememberedSecret | None:
        return self._answer(Kind.SECRET, f"{account_id}:{region}:{name}", self.secrets.get)

    def pause(self, kind: Kind) -> tuple[threading.Event, threading.Event]:
        """Two events: the answer was read; it may go on its way."""
        self._pauses[kind] = threading.Event(), threading.Event()
        return self._pauses[kind]

    def _answer(self, kind: Kind, subject: str, find: Callable[[str], Any]) -> Any:
        self.asked.append((kind, subject))
        found = find(subject)
        if kind in self._pauses:
            was_read, go_on = self._pauses.pop(kind)
            was_read.set()
            assert go_on.wait(10)
        return found

    def _key_of(self, version_id: str) -> str | None:
        return next((k.id for k in self.keys.values() if version_id in k.versions), None)

    def _default_of(self, place: str) -> str | None:
        wanted = tuple(place.split(":"))
        mine = (k for k in self.keys.values() if k.is_default)
        return next((k.id for k in mine if (k.account_id, k.region, k.service) == wanted), None)


def instance(**changed: Any) -> RememberedInstance:
    return replace(RememberedInstance(INSTANCE, ADA, END, enabled=True, qps=1000), **changed)


def key(versions: int = 1, **changed: Any) -> RememberedKey:
    """A key with so many versions; the last one is the primary."""
    entropy = SeededEntropy(str(changed.get("id", KEY)))
    made = [_version(uuid(entropy), entropy) for _ in range(versions)]
    values: dict[str, Any] = {
        "id": KEY,
        "account_id": ADA,
        "region": REGION,
        "instance_id": INSTANCE,
        "spec": AES_256,
        "usage": "ENCRYPT/DECRYPT",
        "state": KeyState.ENABLED,
        "primary": made[-1],
        "versions": {one.version_id: one for one in made},
        "initial": made[0],
    }
    return RememberedKey(**values | changed)


def _version(version_id: str, entropy: SeededEntropy) -> UsableKey:
    provider = SoftwareProvider(entropy)
    made = provider.generate(AES_256, Storage.SOFTWARE, version_id)
    return provider.load(AES_256, Storage.SOFTWARE, version_id, made)


@dataclass(frozen=True)
class Outcome:
    """What a call answered, and the key and version that it used."""

    key_id: str
    version_id: str
    ciphertext: str = field(default="", repr=False)
    plaintext: str = field(default="", repr=False)


def stored() -> Stored:
    """Ada's enabled instance with a key in it, and her default key."""
    keys = key(), key(id=DEFAULT_KEY, instance_id="", service="kms")
    return Stored(instances={INSTANCE: instance()}, keys={one.id: one for one in keys})


class Service:
    """The crypto calls on a memory of its own, loading what is in doubt as the door does."""

    def __init__(self, source: Stored, *, quotas_on: bool = True, share: float = 1.0) -> None:
        self.source = source
        self.machine = HeldMachine()
        self.memory = Memory(source, self.machine)
        self.requests = RequestCounter()
        entropy = SeededEntropy()
        rates = FairRates(RateLimiter(self.machine), FairShares(share))
        self.gate = Gate(rates, self.requests, quotas_on=quotas_on)
        self.sealing = Sealing(self.gate, entropy, NonceSequence(entropy))

    def encrypt(
        self,
        text: str = "",
        principal: Principal = ROOT,
        *,
        key_name: str = KEY,
        region: str = REGION,
        context: dict[str, str] | None = None,
    ) -> Outcome:
        caller = Caller(principal, region)
        step = self.decided(
            lambda look: self.sealing.encrypt(look, caller, key_name, text.encode(), context or {})
        )
        return Outcome(step.key_id, step.version_id, ciphertext=b64encode(step.run()).decode())

    def decrypt(self, blob: str, principal: Principal = ROOT, **context: str) -> Outcome:
        caller = Caller(principal, REGION)
        step = self.decided(lambda look: self.sealing.decrypt(look, caller, blob.encode(), context))
        return Outcome(step.key_id, step.version_id, plaintext=step.run().decode())

    def data_key(self, size: int, context: dict[str, str] | None = None) -> Outcome:
        caller = Caller(ROOT, REGION)
        step = self.decided(
            lambda look: self.sealing.data_key(
                look, caller, KEY, size, context or {}, "GenerateDataKey"
            )
        )
        text, blob = step.run()
        sealed = b64encode(blob).decode()
        return Outcome(step.key_id, step.version_id, sealed, text.decode())

    def decided(self, call: Callable[[Look], Step[Any]]) -> Step[Any]:
        look = Look(self.memory)
        while True:
            try:
                return call(look)
            except Doubt as doubt:
                for kind, subject in doubt.subjects:
                    look.learn((kind, subject), found=self.memory.load(kind, subject))
