"""A database to load from, and a service on it: everything real but the storage."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from keylease.access.accounts import Credential, Principal
from keylease.core.clock import ClockState
from keylease.core.ids import uuid
from keylease.crypto.keys import SymmetricKey
from keylease.crypto.nonces import NonceSequence
from keylease.custody.keys.states import KeyState
from keylease.runtime.cryptography import CryptoService, Doubt, Look
from keylease.runtime.memory import Kind, Memory, RememberedInstance, RememberedKey
from keylease.runtime.metering import RequestCounter
from keylease.runtime.rates import RateLimiter
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

    def default_key(self, account_id: str, region: str) -> str | None:
        place = f"{account_id}:{region}"
        return self._answer(Kind.DEFAULT_KEY, place, self._default_of)

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
        account_id, _, region = place.partition(":")
        mine = (k for k in self.keys.values() if k.is_default)
        return next((k.id for k in mine if (k.account_id, k.region) == (account_id, region)), None)


def instance(**changed: Any) -> RememberedInstance:
    return replace(RememberedInstance(INSTANCE, ADA, END, enabled=True, qps=1000), **changed)


def key(versions: int = 1, **changed: Any) -> RememberedKey:
    """A key with so many versions; the last one is the primary."""
    entropy = SeededEntropy(str(changed.get("id", KEY)))
    made = [SymmetricKey.generate(uuid(entropy), entropy) for _ in range(versions)]
    values: dict[str, Any] = {
        "id": KEY,
        "account_id": ADA,
        "region": REGION,
        "instance_id": INSTANCE,
        "state": KeyState.ENABLED,
        "primary": made[-1],
        "versions": {one.version_id: one for one in made},
    }
    return RememberedKey(**values | changed)


def stored() -> Stored:
    """Ada's enabled instance with a key in it, and her default key."""
    keys = key(), key(id=DEFAULT_KEY, instance_id="")
    return Stored(instances={INSTANCE: instance()}, keys={one.id: one for one in keys})


class Service:
    """The crypto calls on a memory of its own, loading what is in doubt as the door does."""

    def __init__(self, source: Stored, *, quotas_on: bool = True, share: float = 1.0) -> None:
        self.source = source
        self.machine = HeldMachine()
        self.memory = Memory(source, self.machine)
        self.requests = RequestCounter()
        entropy = SeededEntropy()
        self.crypto = CryptoService(
            entropy,
            NonceSequence(entropy),
            RateLimiter(self.machine),
            self.requests,
            quotas_on=quotas_on,
            share=share,
        )

    def encrypt(self, text: str = "", principal: Principal = ROOT, **given: Any) -> Any:
        given = {"region": REGION, "key_name": KEY, "context": {}} | given
        return self._call(
            lambda look: self.crypto.encrypt(look, principal, plaintext=text, **given)
        )

    def decrypt(self, blob: str, principal: Principal = ROOT, **context: str) -> Any:
        return self._call(lambda look: self.crypto.decrypt(look, principal, blob, context))

    def data_key(self, size: int, **given: Any) -> Any:
        given = {"region": REGION, "key_name": KEY, "context": {}} | given
        return self._call(lambda look: self.crypto.data_key(look, ROOT, size=size, **given))

    def _call(self, call: Callable[[Look], Any]) -> Any:
        look = Look(self.memory)
        while True:
            try:
                return call(look)
            except Doubt as doubt:
                for kind, subject in doubt.subjects:
                    look.learn((kind, subject), found=self.memory.load(kind, subject))
