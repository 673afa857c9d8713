"""One call's view of memory, and what it has to ask the database for.

A call that meets a gap, or is refused because of what memory holds, raises `Doubt`; the door then
loads what was asked for and runs the call again, with those answers taken as final.
Source: design.md 3.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from keylease.access.applications import ClientKey
from keylease.access.signatures.client_key import unknown_client_key
from keylease.core.errors import Code, Refusal
from keylease.core.terms import Phase, phase
from keylease.custody.data_keys import DataKey, data_key_not_found
from keylease.custody.instances.model import expired
from keylease.custody.keys.lookup import alias_not_found, key_not_found
from keylease.custody.secrets.lookup import secret_not_found
from keylease.custody.work import local_subject
from keylease.records.call_log import HandledFor
from keylease.runtime.memory import Kind, Memory, RememberedKey
from keylease.runtime.secret_records import RememberedSecret

T = TypeVar("T")


class Doubt(Exception):
    """Memory cannot answer: these things have to be loaded first."""

    def __init__(self, subjects: list[tuple[Kind, str]]) -> None:
        super().__init__()
        self.subjects = subjects


@dataclass(slots=True)
class Look:
    """One call's view of memory.

    ``confirmed`` are subjects that were loaded for this call, so that a refusal that rests on them
    is final; ``absent`` are those that the database does not have. ``logged`` is what it used of
    instances that have log analysis, by instance, and ``began`` the machine moment of the first.
    ``counted`` is what was counted against rates already: a call can be decided more than once.
    """

    memory: Memory
    confirmed: set[tuple[Kind, str]] = field(default_factory=set)
    absent: set[tuple[Kind, str]] = field(default_factory=set)
    asked: list[tuple[Kind, str]] = field(default_factory=list)
    logged: dict[str, HandledFor] | None = None
    began: float = 0.0
    counted: tuple[tuple[str, str], ...] = ()

    def key(self, key_id: str) -> RememberedKey:
        """The key; Doubt, or the Refusal Forbidden.KeyNotFound."""
        return self._there(Kind.KEY, key_id, self.memory.key(key_id), key_not_found)

    def key_id_of_version(self, version_id: str) -> str:
        """The key of a version; Doubt, or the Refusal Forbidden.KeyNotFound."""
        found = self.memory.key_of_version(version_id)
        return self._there(Kind.VERSION, version_id, found, key_not_found)

    def key_id_of_alias(self, account_id: str, region: str, name: str) -> str:
        """The key of an alias; Doubt, or the Refusal Forbidden.AliasNotFound."""
        place = local_subject(account_id, region, name)
        return self._there(Kind.ALIAS, place, self.memory.alias(place), alias_not_found)

    def default_key_id(self, account_id: str, region: str, service: str) -> str:
        """A service's key in an account and region; Doubt before it was looked for."""
        place = local_subject(account_id, region, service)
        return self._there(Kind.DEFAULT_KEY, place, self.memory.default_key(place), key_not_found)

    def secret(self, account_id: str, region: str, name: str) -> RememberedSecret:
        """The secret; Doubt, or the Refusal Forbidden.ResourceNotFound."""
        place = local_subject(account_id, region, name)
        return self._there(Kind.SECRET, place, self.memory.secret(place), secret_not_found)

    def data_key(self, account_id: str, region: str, name: str) -> DataKey:
        """The managed data key; Doubt, or the Refusal Forbidden.ResourceNotFound."""
        place = local_subject(account_id, region, name)
        return self._there(Kind.DATA_KEY, place, self.memory.data_key(place), data_key_not_found)

    def enter(self, instance_id: str, resource_id: str, key_id: str = "") -> None:
        """An existing key or secret in an instance is asked for; Doubt.

        With log analysis the call becomes an entry of the instance, whatever comes of it.
        """
        found = self.memory.instance(instance_id)
        if found is None:
            self.note(Kind.INSTANCE, instance_id, known=False)
        elif found.logs:
            self.log_use(HandledFor(found.id, found.account_id, resource_id, key_id))

    def log_use(self, used: HandledFor) -> None:
        """The call is an entry of an instance; the first thing that it used there counts."""
        if self.logged is None:
            self.logged, self.began = {}, self.memory.monotonic()
        self.logged.setdefault(used.instance_id, replace(used, index=len(self.logged)))

    def client_key(self, client_key_id: str) -> ClientKey:
        """The client key, if it is valid now; Doubt, or the Refusal Unauthorized."""
        found = self.memory.client_key(client_key_id)
        self.note(Kind.CLIENT_KEY, client_key_id, known=found is not None)
        if found is None or not found.is_valid(self.memory.now()):
            raise unknown_client_key()
        return found

    def purchased_rate(self, instance_id: str, now: int) -> int:
        """The purchased rate of an enabled, running instance; Doubt, or the Refusal of the rest."""
        found = self.memory.instance(instance_id)
        self.note(Kind.INSTANCE, instance_id, known=found is not None)
        now_in = Phase.RELEASED if found is None else phase(found.end, now)
        if found is None or now_in is Phase.RELEASED:
            raise key_not_found()
        if now_in is Phase.EXPIRED:
            raise expired(
                Code.INSTANCE_STATE_INVALID, found.id, found.end, in_debt=found.pay_as_you_go
            )
        if not found.enabled:
            raise Refusal(
                Code.INSTANCE_STATE_INVALID,
                "The instance {instance} is not enabled.",
                instance=instance_id,
            )
        return found.rate(now)

    def doubt(self) -> list[tuple[Kind, str]]:
        """What was asked for and is not confirmed: a refusal that rests on it is in doubt."""
        return [one for one in self.asked if one not in self.confirmed and one not in self.absent]

    def require_confirmed(self, kind: Kind, subject: str) -> None:
        """Doubt unless this was loaded for this call."""
        if (kind, subject) not in self.confirmed:
            raise Doubt([(kind, subject)])

    def learn(self, one: tuple[Kind, str], *, found: bool) -> None:
        """The database was asked about this."""
        (self.confirmed if found else self.absent).add(one)

    def _there(
        self, kind: Kind, subject: str, found: T | None, missing: Callable[[], Refusal]
    ) -> T:
        """What memory has; Doubt, or the Refusal where the database has none either."""
        self.note(kind, subject, known=found is not None)
        if found is None:
            raise missing()
        return found

    def note(self, kind: Kind, subject: str, *, known: bool) -> None:
        """Something was asked for; Doubt unless it is known, or known not to exist."""
        one = (kind, subject)
        self.asked.append(one)
        if not known and one not in self.absent:
            raise Doubt([one])
