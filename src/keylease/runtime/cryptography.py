"""Encrypt, Decrypt and data keys, from memory.

Each call looks things up through a `Look`, which notes what it asked for. A call that meets a gap,
or is refused because of what memory holds, raises `Doubt`; the door then loads what was asked for
and runs the call again, once, with those answers taken as final. Source: design.md 3, rules.md 2
(order of checks), facts/kms-api.md A.2.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from keylease.access.accounts import Principal
from keylease.access.admission import admit_key_use
from keylease.core.entropy import Entropy
from keylease.core.errors import Code, Refusal
from keylease.core.terms import Phase, phase
from keylease.crypto.ciphertext import canonical_context, parse
from keylease.crypto.nonces import NonceSequence
from keylease.custody.instances.model import expired_message
from keylease.custody.keys.lookup import DEFAULT_KEY_ALIAS, key_not_found, named
from keylease.custody.keys.states import KEY_LIFE, KeyEvent
from keylease.runtime.memory import Kind, Memory, RememberedKey
from keylease.runtime.metering import RequestCounter
from keylease.runtime.rates import RateLimiter

DATA_KEY_BYTES_MAX = 1024

#: No key id is longer, so nobody has to be asked about one that is.
KEY_ID_CHARACTERS_MAX = 64
_DATA_KEY_SPECS = {"AES_256": 32, "AES_128": 16}


class Doubt(Exception):
    """Memory cannot answer: these things have to be loaded first."""

    def __init__(self, subjects: list[tuple[Kind, str]]) -> None:
        super().__init__()
        self.subjects = subjects


@dataclass(slots=True)
class Look:
    """One call's view of memory.

    ``confirmed`` are subjects that were loaded for this call, so that a refusal that rests on them
    is final; ``absent`` are those that the database does not have.
    """

    memory: Memory
    confirmed: set[tuple[Kind, str]] = field(default_factory=set)
    absent: set[tuple[Kind, str]] = field(default_factory=set)
    asked: list[tuple[Kind, str]] = field(default_factory=list)

    def key(self, key_id: str) -> RememberedKey:
        """The key; Doubt, or the Refusal Forbidden.KeyNotFound."""
        found = self.memory.key(key_id)
        self.note(Kind.KEY, key_id, known=found is not None)
        if found is None:
            raise key_not_found()
        return found

    def key_id_of_version(self, version_id: str) -> str:
        """The key of a version; Doubt, or the Refusal Forbidden.KeyNotFound."""
        found = self.memory.key_of_version(version_id)
        self.note(Kind.VERSION, version_id, known=found is not None)
        if found is None:
            raise key_not_found()
        return found

    def default_key_id(self, account_id: str, region: str) -> str:
        """The default key of an account and region; Doubt before it was looked for."""
        place = f"{account_id}:{region}"
        found = self.memory.default_key(place)
        self.note(Kind.DEFAULT_KEY, place, known=found is not None)
        if found is None:
            raise key_not_found()
        return found

    def purchased_rate(self, instance_id: str, now: int) -> int:
        """The purchased rate of an enabled, running instance; Doubt, or the Refusal of the rest."""
        found = self.memory.instance(instance_id)
        self.note(Kind.INSTANCE, instance_id, known=found is not None)
        if found is None or phase(found.end, now) is Phase.RELEASED:
            raise key_not_found()
        if phase(found.end, now) is Phase.EXPIRED:
            raise Refusal(
                Code.INSTANCE_STATE_INVALID,
                expired_message(found.id, found.end, in_debt=found.pay_as_you_go),
            )
        if not found.enabled:
            raise Refusal(
                Code.INSTANCE_STATE_INVALID, f"The instance {instance_id} is not enabled."
            )
        return found.rate(now)

    def doubt(self) -> list[tuple[Kind, str]]:
        """What was asked for and is not confirmed: a refusal that rests on it is in doubt."""
        return [one for one in self.asked if one not in self.confirmed and one not in self.absent]

    def learn(self, one: tuple[Kind, str], *, found: bool) -> None:
        """The database was asked about this."""
        (self.confirmed if found else self.absent).add(one)

    def note(self, kind: Kind, subject: str, *, known: bool) -> None:
        """Something was asked for; Doubt unless it is known, or known not to exist."""
        one = (kind, subject)
        self.asked.append(one)
        if not known and one not in self.absent:
            raise Doubt([one])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a crypto call answers, and the key that the audit record names."""

    key_id: str
    version_id: str
    ciphertext: str = field(default="", repr=False)
    plaintext: str = field(default="", repr=False)


class CryptoService:
    """The crypto calls. ``quotas_on`` limits each instance to the performance that was bought.

    ``requests`` counts what was admitted on instances.
    """

    def __init__(
        self,
        entropy: Entropy,
        nonces: NonceSequence,
        limiter: RateLimiter,
        requests: RequestCounter,
        *,
        quotas_on: bool = True,
        share: float = 1.0,
    ) -> None:
        self._entropy = entropy
        self._nonces = nonces
        self._limiter = limiter
        self._note = requests.note
        self._quotas_on = quotas_on
        self._share = share

    def encrypt(
        self,
        look: Look,
        principal: Principal,
        region: str,
        key_name: str,
        plaintext: str,
        context: Mapping[str, str],
    ) -> Outcome:
        """Encrypt a text with the key's primary version."""
        bound = canonical_context(context)
        key = self._usable(look, principal, _key_id(look, principal, region, key_name))
        sealed = key.primary.encrypt(plaintext.encode(), bound, self._nonces)
        return Outcome(key.id, key.primary.version_id, ciphertext=sealed.decode())

    def decrypt(
        self, look: Look, principal: Principal, ciphertext: str, context: Mapping[str, str]
    ) -> Outcome:
        """Decrypt; key and version are found from the ciphertext."""
        bound = canonical_context(context)
        version_id, nonce, body = parse(ciphertext.encode())
        key = self._usable(look, principal, look.key_id_of_version(version_id))
        version = key.versions.get(version_id)
        if version is None:
            raise key_not_found()
        plain = version.decrypt(nonce, body, bound)
        return Outcome(key.id, version_id, plaintext=plain.decode())

    def data_key(
        self,
        look: Look,
        principal: Principal,
        region: str,
        key_name: str,
        size: int,
        context: Mapping[str, str],
    ) -> Outcome:
        """A fresh data key: its Base64 text, and that text encrypted."""
        text = b64encode(self._entropy.random(size)).decode()
        sealed = self.encrypt(look, principal, region, key_name, text, context)
        return Outcome(sealed.key_id, sealed.version_id, sealed.ciphertext, text)

    def _usable(self, look: Look, principal: Principal, key_id: str) -> RememberedKey:
        """The caller's key, ready to be used; the Refusals in the order of rules.md 2."""
        memory = look.memory
        memory.require_fresh()
        key = look.key(key_id)
        if key.account_id != principal.account_id:
            raise key_not_found()
        admit_key_use(principal, is_default=key.is_default)
        now = memory.now()
        qps = look.purchased_rate(key.instance_id, now) if key.instance_id else 0
        KEY_LIFE.after(key.state, KeyEvent.USE, key.id)
        if qps and self._quotas_on:
            self._limiter.admit(key.instance_id, qps * self._share)
        if key.instance_id:
            self._note((key.instance_id, key.account_id, key.region, now))
        return key


def _key_id(look: Look, principal: Principal, region: str, name: str) -> str:
    """The key id that a caller's name for a key stands for; Refusals of rules.md 2."""
    key_id, region = named(name, principal.account_id, region)
    if key_id == DEFAULT_KEY_ALIAS:
        admit_key_use(principal, is_default=True)
        return look.default_key_id(principal.account_id, region)
    if key_id.startswith("alias/"):
        raise Refusal(Code.ALIAS_NOT_FOUND, "The specified Alias is not found.")
    if len(key_id) > KEY_ID_CHARACTERS_MAX:
        raise key_not_found()
    return key_id


def data_key_size(spec: str, number_of_bytes: int | None) -> int:
    """The bytes of a data key; Refusal InvalidParameter. NumberOfBytes goes before KeySpec."""
    if number_of_bytes is not None:
        if not 1 <= number_of_bytes <= DATA_KEY_BYTES_MAX:
            raise Refusal(Code.INVALID_PARAMETER, f"NumberOfBytes takes 1 to {DATA_KEY_BYTES_MAX}.")
        return number_of_bytes
    if spec not in _DATA_KEY_SPECS:
        raise Refusal(Code.INVALID_PARAMETER, f"KeySpec takes {' or '.join(_DATA_KEY_SPECS)}.")
    return _DATA_KEY_SPECS[spec]
