"""The two consoles, and what stands in the navigation of each, in its order."""

from dataclasses import dataclass

from keylease.access.sign_in import digest_of
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


@dataclass(frozen=True, slots=True)
class Console:
    """One of the two consoles: the customers', or the operator's."""

    name: str

    @property
    def root(self) -> str:
        """Where its addresses begin."""
        return f"/{self.name}"

    @property
    def is_operator(self) -> bool:
        """Whether it is the operator's."""
        return self.name == "operator"

    @property
    def links(self) -> Links:
        """Its navigation: headings, each with addresses below it and their titles."""
        return OPERATOR if self.is_operator else CUSTOMER

    def cookie(self, *, is_secure: bool) -> str:
        """The name of its session cookie; browsers take the prefix over TLS only."""
        return f"__Secure-keylease-{self.name}" if is_secure else f"keylease-{self.name}"

    def device_cookie(self, name: str, *, is_secure: bool) -> str:
        """The name of the cookie of a browser that has signed in with that name."""
        return f"{self.cookie(is_secure=is_secure)}-{digest_of(name).hex()[:16]}"


def page_of(instance_id: str) -> str:
    """Where an instance has its page; value-added services have one together."""
    return SERVICES_PAGE if ids.is_service(instance_id) else f"/console/instances/{instance_id}"
