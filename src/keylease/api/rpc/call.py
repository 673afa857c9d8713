"""One call: who asks for what, from where; and what an operation is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from keylease.access.accounts import NO_GRANTS, Grants, Principal
from keylease.access.admission import Caller
from keylease.access.ram.ports import Directory
from keylease.api.rpc.arguments import Arguments
from keylease.billing.bills.subscriptions import BillSubscriptions
from keylease.custody.data_keys import DataKeys
from keylease.custody.instances.model import Instance
from keylease.custody.keys.ports import KeyFilter
from keylease.lifecycle.listing import Subscriptions
from keylease.lifecycle.work import Work
from keylease.records.audit import AuditRecord
from keylease.records.call_log import HandledFor

__all__ = ["Answer", "ApiWork", "Call", "Family", "KeyFilter", "Mode", "Operation"]

#: What an operation answers, without the envelope.
Answer = Mapping[str, Any]


class Family(StrEnum):
    """The APIs behind the door, by version."""

    KMS = "2016-01-20"
    BILLING = "2017-12-14"
    STS = "2015-04-01"


class Mode(StrEnum):
    """How an operation is carried out."""

    CRYPTO = "crypto"
    READ = "read"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Call:
    """A verified call. ``timestamp`` and ``nonce`` are those of its signature (machine time).

    ``prepared`` holds what took too long to be made inside its transaction, ``used`` what it used
    of instances with log analysis.
    """

    request_id: str
    operation: "Operation"
    principal: Principal
    access_key_id: str
    region: str
    peer: str
    nonce: str = field(repr=False)
    timestamp: int
    arguments: Arguments = field(repr=False)
    prepared: dict[str, Any] = field(default_factory=dict, repr=False)
    used: list[HandledFor] = field(default_factory=list, repr=False)
    grants: Grants = field(default=NO_GRANTS, repr=False)
    is_secure: bool = False

    @property
    def caller(self) -> Caller:
        """Who calls, as every permission is decided by."""
        return Caller(self.principal, self.region, self.peer, self.grants, self.is_secure)

    def uses(self, instance: Instance, resource_id: str, key_id: str = "") -> None:
        """It is handled by an instance: where that has log analysis, it becomes an entry."""
        if instance.capacity.log:
            self.used.append(HandledFor(instance.id, instance.account_id, resource_id, key_id))

    @property
    def account_id(self) -> str:
        """The account that the caller acts for."""
        return self.principal.account_id


class Nonces(Protocol):
    """Signature nonces of changing calls."""

    def remember(self, access_key_id: str, nonce: str, expires: float) -> None:
        """Record it; Refusal SignatureNonceUsed."""
        ...


class AuditTrail(Protocol):
    """The audit chain of changing calls."""

    def append(self, records: list[AuditRecord]) -> None:
        """Link the records to the chain."""
        ...


class ApiWork(Work, Protocol):
    """A unit of work, as the door sees it."""

    @property
    def nonces(self) -> Nonces:
        """The nonces."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The audit chain."""
        ...

    @property
    def data_keys(self) -> DataKeys:
        """The managed data keys."""
        ...

    @property
    def ram(self) -> Directory:
        """Users, groups, roles and policies."""
        ...

    @property
    def machine(self) -> float:
        """The moment on the machine's clock, which temporary credentials end on."""
        ...

    @property
    def subscriptions(self) -> Subscriptions:
        """The lists of subscriptions."""
        ...

    @property
    def bill_subscriptions(self) -> BillSubscriptions:
        """The subscriptions to bills as files."""
        ...

    @property
    def exports_bills(self) -> bool:
        """Whether bills are written as files."""
        ...

    @property
    def hardware_is_there(self) -> bool:
        """Whether the hardware module is there now."""
        ...

    @property
    def ca_chain_pem(self) -> str:
        """The chain of the private CA, or empty."""
        ...


#: Carries out an operation inside a unit of work; returns the answer and the resource's id.
Handler = Callable[[Call, ApiWork], tuple[Answer, str]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an API."""

    name: str
    family: Family
    mode: Mode
    handler: Handler | None = None


class FirstUse(Exception):
    """A reading call needs something made first: run ``prepare``, then the call again."""

    def __init__(self, prepare: Callable[[ApiWork], object]) -> None:
        super().__init__()
        self.prepare = prepare
