"""One call to the gateway on its way, and what all operations need.

What has no ``Advance`` in its name works with the version that its key was made with, or the one
that the header ``x-kms-migrationkeyversionid`` names; the others work with the primary version,
and their ciphertexts name it. Source: facts/kms-api.md C (Cryptography, Transfer client).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from keylease.access.admission import Caller
from keylease.access.applications import ClientKey
from keylease.api.gateway.messages import Fields, Value
from keylease.core.entropy import Entropy
from keylease.core.errors import Code, Refusal
from keylease.crypto.ciphertext import invalid_ciphertext
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.providers import Provider, UsableKey
from keylease.runtime.applications import ApplicationGate
from keylease.runtime.gate import Step, initial_of, version_of
from keylease.runtime.look import Look
from keylease.runtime.memory import Kind, RememberedKey
from keylease.runtime.secrets import SecretValues

#: Fields of a response, all but those that every response has.
Answer = Mapping[str, Value]

VERSION_HEADER = "x-kms-migrationkeyversionid"

#: Hashing more than this takes long enough to be done in a thread.
QUICK_BYTES_MAX = 65_536


@dataclass(frozen=True, slots=True)
class GatewayService:
    """All that the gateway's calls are decided and carried out by. ``pairs`` makes key pairs."""

    gate: ApplicationGate
    secrets: SecretValues
    entropy: Entropy
    nonces: NonceSequence
    pairs: Provider


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what. ``version_id`` is the one that the header names, or empty."""

    service: GatewayService
    look: Look
    client: ClientKey
    caller: Caller
    name: str
    message: Fields
    version_id: str = ""

    def key(self) -> RememberedKey:
        """The key that the message names, ready to be used; Refusals, Doubt."""
        name = self.message.text("KeyId")
        if not name:
            raise missing("KeyId")
        return self.service.gate.named(self.look, self.client, self.caller, name, self.name)

    def key_of(self, version_id: str) -> RememberedKey:
        """The key of a version, which must be the one named, if one is; Refusals, Doubt."""
        if self.message.values.get("KeyId"):
            key = self.key()
        else:
            key = self.service.gate.of_version(
                self.look, self.client, self.caller, version_id, self.name
            )
        if version_id not in key.versions:
            self.look.require_confirmed(Kind.KEY, key.id)
            raise invalid_ciphertext()
        return key

    def version(self, key: RememberedKey) -> UsableKey:
        """The version that the header names, or the one that the key was made with."""
        if self.version_id:
            return version_of(self.look, key, self.version_id)
        return initial_of(key)


#: Decides about a call: the step that carries it out; Refusals, Doubt.
GatewayOperation = Callable[[Asked], Step[Answer]]


def missing(name: str) -> Refusal:
    """What a message without a field that it needs is answered."""
    return Refusal(
        Code.MISSING_PARAMETER, "The parameter {name} is needed but was not provided.", name=name
    )


def invalid(name: str, rule: str) -> Refusal:
    """What a message with an unusable field is answered; the value is not repeated."""
    return Refusal(
        Code.INVALID_PARAMETER, "The parameter {name} is not valid: {rule}.", name=name, rule=rule
    )
