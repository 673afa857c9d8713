"""Managed data keys: the ones of the region, and the versions of one."""

from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Page, Visit
from keylease.custody.data_keys import data_key_not_found


def listed(visit: Visit, work: ConsoleWork) -> dict[str, object]:
    """What the tab of the Keys page shows."""
    place = visit.account_id, visit.region
    found, total = work.data_keys.page(*place, visit.offset, PAGE_SIZE)
    return {"rows": found, "total": total}


def versions(visit: Visit, work: ConsoleWork) -> Page:
    """The versions of the one that the address asks for, the newest first."""
    found = work.data_keys.find(visit.account_id, visit.region, visit.given("name"))
    if found is None:
        raise data_key_not_found()
    shown = found.versions[::-1][visit.offset : visit.offset + PAGE_SIZE]
    values = {"one": found, "versions": shown, "total": len(found.versions)}
    return Page("keys/data_key.html", "Managed data key", values)
