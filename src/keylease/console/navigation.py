"""What stands in the navigation of the consoles, in its order."""

from typing import Protocol

from keylease.core import ids

Links = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

SERVICES_PAGE = "/console/expenses/services"

CUSTOMER: Links = (
    ("", (("/", "Overview"), ("/calendar", "Calendar"))),
    (
        "Resources",
        (
            ("/instances", "Instances"),
            ("/keys", "Keys"),
            ("/secrets", "Secrets"),
            ("/backups", "Backups"),
        ),
    ),
    (
        "Applications",
        (
            ("/access-points", "Access points"),
            ("/policies", "Permission policies"),
            ("/network-rules", "Network rules"),
        ),
    ),
    (
        "Access",
        (
            ("/access/users", "Users"),
            ("/access/groups", "Groups"),
            ("/access/roles", "Roles"),
            ("/access/policies", "Policies"),
            ("/access/access-keys", "Access keys"),
        ),
    ),
    ("Security Operations", (("/audit", "Audit log"), ("/logs", "Log analysis"))),
    (
        "Expenses and Costs",
        (
            ("/expenses", "Account"),
            ("/expenses/orders", "Orders"),
            ("/expenses/transactions", "Transactions"),
            ("/expenses/bills", "Bills"),
            ("/expenses/exports", "Exports"),
            ("/expenses/usage", "Usage records"),
            ("/expenses/renewals", "Renewals"),
            ("/expenses/services", "Value-added services"),
            ("/expenses/unsubscribe", "Unsubscribe"),
            ("/expenses/tickets", "Tickets"),
        ),
    ),
)

OPERATOR: Links = (
    ("", (("/", "Overview"),)),
    (
        "Customers",
        (("/accounts", "Accounts"), ("/tickets", "Tickets"), ("/letters", "Letters")),
    ),
    ("Money", (("/prices", "Price book"), ("/books", "Books"))),
    (
        "Running",
        (
            ("/agenda", "Agenda"),
            ("/nodes", "Nodes"),
            ("/audit", "Audit log"),
            ("/clock", "Test clock"),
        ),
    ),
)


class Console(Protocol):
    """A console, as far as its navigation goes."""

    @property
    def root(self) -> str:
        """Where its addresses begin."""
        ...

    @property
    def is_operator(self) -> bool:
        """Whether it is the operator's."""
        ...


def page_of(instance_id: str) -> str:
    """Where an instance has its page; value-added services have one together."""
    return SERVICES_PAGE if ids.is_service(instance_id) else f"/console/instances/{instance_id}"


def links_of(console: Console) -> Links:
    """The navigation of a console: headings, each with addresses below it and their titles."""
    return OPERATOR if console.is_operator else CUSTOMER
