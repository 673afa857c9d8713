"""What the pages of users, groups, roles and policies have in common."""

from collections.abc import Callable
from typing import TypeVar

from keylease.access.ram.model import TargetKind
from keylease.console.pages.doing import not_found, operate
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Visit

T = TypeVar("T")

ROOT = "/console/access"


def address_of(kind: str, name: str) -> str:
    """The page of a user, group, role or policy; names need no quoting."""
    return f"{ROOT}/{'policies' if kind == 'policy' else f'{kind}s'}/{name}"


def alter(
    visit: Visit,
    operation: str,
    resource: str | Callable[[T], str],
    do: Callable[[ConsoleWork], T],
) -> T:
    """What ``do`` returns, one change of the account after the other, on record; Refusal.

    ``operation`` is what RAM calls it, ``resource`` like ``user/ann``, as in `Visit.change`.
    """

    def alone(work: ConsoleWork) -> T:
        work.accounts.lock(visit.account_id)
        return do(work)

    return operate(visit, operation, resource, alone)


def there(found: T | None) -> T:
    """What was looked for; Refusal if the account has nothing of this name."""
    if found is None:
        raise not_found("There is nothing of this name in this account.")
    return found


def require(work: ConsoleWork, account_id: str, kind: TargetKind, name: str) -> None:
    """Refuse what is done to a user, group or role that the account does not have."""
    find: dict[TargetKind, Callable[[str, str], object]] = {
        TargetKind.USER: work.ram.user,
        TargetKind.GROUP: work.ram.group,
        TargetKind.ROLE: work.ram.role,
    }
    there(find[kind](account_id, name))
