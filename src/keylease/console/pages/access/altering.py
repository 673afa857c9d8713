"""What the pages of users, groups, roles and policies have in common."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from keylease.access.permissions import Permission
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
    resources: Sequence[str],
    do: Callable[[ConsoleWork], T],
    about: str | Callable[[T], str] = "",
) -> T:
    """What ``do`` returns, one change of the account after the other, on record; Refusal.

    ``operation`` is what RAM calls it, ``resources`` are like ``user/ann``. A user of the account
    needs permission for it on each of them; without any it is for the account itself. They stand
    in the record unless ``about`` does, as in `Visit.change`.
    """

    def alone(work: ConsoleWork) -> T:
        work.accounts.lock(visit.account_id)
        return do(work)

    permissions = [Permission(f"ram:{operation}", place=one) for one in resources]
    return operate(
        visit,
        operation,
        about or " ".join(resources),
        alone,
        permissions=permissions or None,
    )


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
