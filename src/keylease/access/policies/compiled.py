"""Deciding policies quickly: a policy is compiled once, when it is read, and decided many times.

An explicit Deny wins over every Allow; where no statement applies there is no decision. Actions
are compared without regard to case, names of resources and principals exactly.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from keylease.access.policies.conditions import compile_condition
from keylease.access.policies.document import Effect, PolicyDocument, Selection, Statement
from keylease.access.policies.globs import any_glob
from keylease.access.policies.operators import Value


class Decision(StrEnum):
    """What policies say about a request."""

    ALLOW = "allow"
    DENY = "deny"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, ready to be compared with the principals of policies; see `caller`.

    ``named`` is what a policy calls it: of a role's session, the role.
    """

    arn: str
    account_id: str
    named: str
    is_root: bool


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """What somebody asks for.

    ``action`` is like ``kms:Encrypt``, one of a finite number; ``resource`` a full resource name,
    ``owner`` the account that it belongs to. ``values`` has what is known for conditions, by the
    names in `conditions`; what is not known is left out.
    """

    action: str
    resource: str
    owner: str
    caller: Caller
    values: Mapping[str, Value]


@lru_cache(maxsize=4096)
def caller(arn: str) -> Caller:
    """Take ``acs:ram::<account>:<who>`` apart."""
    account_id, who = arn.removeprefix("acs:ram::").split(":", 1)
    kind, *names = who.split("/")
    named = f"acs:ram::{account_id}:role/{names[0]}" if kind == "assumed-role" else arn
    return Caller(arn, account_id, named, is_root=who == "root")


class CompiledPolicy:
    """A policy ready to decide. Thread-safe.

    It remembers for each action which statements can apply to it.
    """

    def __init__(self, document: PolicyDocument) -> None:
        self.of_resource = document.of_resource
        #: The accounts that a statement allows something: of a key, who it is shared with.
        self.allowed_accounts = frozenset(
            _account_of(name)
            for one in document.statements
            if one.effect is Effect.ALLOW
            for name in one.principals or ()
        )
        statements = [_CompiledStatement(one) for one in document.statements]
        # Denials first: the first statement that applies decides.
        self._statements = sorted(statements, key=lambda one: one.effect is not Decision.DENY)
        self._by_action: dict[str, tuple[_CompiledStatement, ...]] = {}

    def decide(self, request: AccessRequest) -> Decision:
        """What this policy says about the request."""
        relevant = self._by_action.get(request.action)
        if relevant is None:
            action = request.action.lower()
            relevant = tuple(one for one in self._statements if one.covers(action))
            self._by_action[request.action] = relevant
        for one in relevant:
            if one.applies(request):
                return one.effect
        return Decision.NEUTRAL


def compile_policy(document: PolicyDocument) -> CompiledPolicy:
    """Prepare a policy to be decided; half a millisecond for five statements."""
    return CompiledPolicy(document)


def evaluate(policies: Iterable[CompiledPolicy], request: AccessRequest) -> Decision:
    """What several policies say together: an explicit Deny in one of them wins."""
    decision = Decision.NEUTRAL
    for policy in policies:
        one = policy.decide(request)
        if one is Decision.DENY:
            return one
        if one is Decision.ALLOW:
            decision = one
    return decision


class _CompiledStatement:
    """One statement: ``covers`` looks at the action, ``applies`` at all the rest."""

    def __init__(self, statement: Statement) -> None:
        self.effect = Decision.DENY if statement.effect is Effect.DENY else Decision.ALLOW
        actions = tuple(one.lower() for one in statement.actions.patterns)
        self.covers = _selected(Selection(actions, statement.actions.inverted))
        self._has_resource = _selected(statement.resources)
        self._principals = (
            None if statement.principals is None else _Principals(statement.principals)
        )
        self._conditions = tuple(compile_condition(one) for one in statement.conditions)

    def applies(self, request: AccessRequest) -> bool:
        """Whether it speaks of this request, whose action it covers."""
        return (
            (self._principals is None or self._principals.include(request, self.effect))
            and self._has_resource(request.resource)
            and (not self._conditions or self._hold(request.values))
        )

    def _hold(self, values: Mapping[str, Value]) -> bool:
        return all(holds(values) for holds in self._conditions)


class _Principals:
    """Who a resource's policy speaks of.

    ``acs:ram::<account>:root`` and ``acs:ram::<account>:*`` stand for everybody of the account.
    An Allow to everybody of the owner's own account leaves it to their own policies, though:
    that is what the policy of each key says by default, and it must not let in who was given
    nothing. It counts for the account itself and for other accounts.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        whole = {name for name in names if name.endswith((":root", ":*"))}
        self._accounts = frozenset(map(_account_of, whole))
        self._names = frozenset(names) - whole

    def include(self, request: AccessRequest, effect: Decision) -> bool:
        """Whether the caller is one of them."""
        who = request.caller
        if who.named in self._names:
            return True
        if who.account_id not in self._accounts:
            return False
        return effect is Decision.DENY or who.is_root or who.account_id != request.owner


def _account_of(name: str) -> str:
    return name.split(":")[3]


def _selected(selection: Selection) -> Callable[[str], bool]:
    fits = any_glob(selection.patterns)
    return (lambda text: not fits(text)) if selection.inverted else fits
