"""Access keys of the account itself, and of its users: what calls are signed with."""

from keylease.access.accounts import StoredAccessKey
from keylease.access.ram.model import TargetKind
from keylease.console.pages.access.altering import ROOT, address_of, alter, require, there
from keylease.console.pages.asking import require_typed
from keylease.console.pages.once import remember, require_first
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.core import ids
from keylease.custody import access_keys

_LIST = f"{ROOT}/access-keys"


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The access keys of the account itself."""
    found = work.ram.access_keys(visit.account_id, [""])
    page = found[visit.offset : visit.offset + PAGE_SIZE]
    values = {"keys": page, "total": len(found), "client_token": ids.uuid(work.entropy)}
    return Page("access/access_keys.html", "Access keys", values)


def create(visit: Visit) -> Page:
    """A further access key; its secret is on this page, and nowhere else."""
    user = _user(visit)

    def do(work: ConsoleWork) -> tuple[str, str]:
        require_first(visit, work)
        remember(visit, work)
        if user:
            require(work, visit.account_id, TargetKind.USER, user)
        return access_keys.add_access_key(work, visit.account_id, user=user)

    key_id, secret = alter(visit, "CreateAccessKey", _owner(visit), do, lambda made: made[0])
    values = {"user": user, "key_id": key_id, "secret": secret}
    return Page("access/new_access_key.html", "New access key", values)


def enable(visit: Visit) -> Goto:
    """Let it sign calls again."""
    _set(visit, active=True)
    return Goto(_address(visit), "The access key is enabled.")


def disable(visit: Visit) -> Goto:
    """Let nobody call with it any more; it can be enabled again."""
    _set(visit, active=False)
    return Goto(_address(visit), "The access key is disabled.")


def delete(visit: Visit) -> Goto:
    """Remove one that is disabled, for ever; its id is typed again."""

    def do(work: ConsoleWork) -> None:
        key = _found(visit, work)
        require_typed(visit, key.id)
        access_keys.delete_access_key(work, key)

    alter(visit, "DeleteAccessKey", _owner(visit), do, visit.given("AccessKeyId"))
    return Goto(_address(visit), "The access key is deleted.")


def _set(visit: Visit, *, active: bool) -> None:
    alter(
        visit,
        "UpdateAccessKey",
        _owner(visit),
        lambda work: access_keys.set_access_key(work, _found(visit, work), active=active),
        visit.given("AccessKeyId"),
    )


def _found(visit: Visit, work: ConsoleWork) -> StoredAccessKey:
    """The access key that the form names, of the user that the address names."""
    asked = visit.given("AccessKeyId")
    held = work.ram.access_keys(visit.account_id, [_user(visit)])
    return there(next((one for one in held if one.id == asked), None))


def _user(visit: Visit) -> str:
    """Whose access keys the page is about; empty for the account's own."""
    return visit.path.get("user", "")


def _owner(visit: Visit) -> list[str]:
    """The user as a resource; the account's own access keys are for the account itself."""
    return [f"user/{_user(visit)}"] if _user(visit) else []


def _address(visit: Visit) -> str:
    return address_of("user", _user(visit)) if _user(visit) else _LIST
