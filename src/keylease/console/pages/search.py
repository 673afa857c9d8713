"""What the field above every page finds: the account's own resources, wherever they are."""

from keylease.console.navigation import page_of
from keylease.console.pages import secrets
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Page, Visit
from keylease.lifecycle.searching import FOUND_MAX, Found, Sort, look_for

TITLES = {
    Sort.INSTANCE: "Instances",
    Sort.KEY: "Keys",
    Sort.SECRET: "Secrets",
    Sort.ORDER: "Orders",
}


def show(visit: Visit, work: ConsoleWork) -> Page:
    """By the beginning of an id, a name or an alias, at most ten of each sort."""
    asked = visit.query.get("q", "").strip()
    found = look_for(work.search, visit.account_id, asked)
    sorts = [
        (TITLES[sort], [(one, address_of(one)) for one in rows]) for sort, rows in found.items()
    ]
    values = {"asked": asked, "sorts": sorts, "most": FOUND_MAX}
    return Page("search.html", "Search", values)


def address_of(found: Found) -> str:
    """The page of a resource."""
    match found.sort:
        case Sort.INSTANCE:
            return page_of(found.id)
        case Sort.KEY:
            return f"/console/keys/{found.id}"
        case Sort.SECRET:
            return secrets.address_of(found.name)
        case Sort.ORDER:
            return f"/console/expenses/orders/{found.id}"
