"""Policies that users, groups and roles have: shown, attached and detached."""

from collections.abc import Callable, Sequence

from keylease.access.policies.system import SYSTEM_POLICIES
from keylease.access.ram import directory
from keylease.access.ram.model import Policy, TargetKind
from keylease.console.pages.access.altering import address_of, alter, require
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Act, Goto, Visit

#: How many of the account's own policies are offered; others can be typed.
_OFFERED = 100


def offered(work: ConsoleWork, account_id: str) -> Sequence[str]:
    """The names of policies that can be attached, the account's own first."""
    own, _ = work.ram.page(Policy, account_id, 0, _OFFERED)
    return [*(one.name for one in own), *SYSTEM_POLICIES]


def attach_to(kind: TargetKind) -> Act:
    """What attaches a policy to a user, group or role."""

    def attach(visit: Visit) -> Goto:
        place = _granted(visit, kind, "AttachPolicyTo", directory.attach)
        return Goto(place, "The policy is attached, and counts from now on.")

    return attach


def detach_from(kind: TargetKind) -> Act:
    """What takes a policy away again."""

    def detach(visit: Visit) -> Goto:
        place = _granted(visit, kind, "DetachPolicyFrom", directory.detach)
        return Goto(place, "The policy is detached, and counts no longer.")

    return detach


def _granted(
    visit: Visit,
    kind: TargetKind,
    operation: str,
    change: Callable[[ConsoleWork, str, str, TargetKind, str], object],
) -> str:
    """The page of whose policies were changed."""
    account_id, name, policy = visit.account_id, visit.path[kind], visit.given("policy")

    def do(work: ConsoleWork) -> None:
        require(work, account_id, kind, name)
        change(work, account_id, policy, kind, name)

    alter(visit, f"{operation}{kind.title()}", [f"{kind}/{name}", f"policy/{policy}"], do)
    return address_of(kind, name)
