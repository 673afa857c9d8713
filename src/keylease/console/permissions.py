"""What an account's users need to see each page of the customers' console, on one page.

A user needs all that an address maps to. A page that is not here is for the account itself; so is
whatever looks across regions, since permissions are given by region. Whoever may see a list sees
everything in it, as in the lists of the API. What forms do is decided separately: by the operation
that they carry out, or by the permissions that `Visit.change` is given; and whoever may not see a
page may not use its forms either.
"""

from collections.abc import Callable, Mapping

from keylease.access.permissions import Permission
from keylease.console.navigation import Links
from keylease.console.pages.secrets import name_of
from keylease.console.visit import Permissions, Visit

#: The values that an operation is asked with, as the page itself reads them.
Values = Callable[[Visit], Mapping[str, str]]
Need = Callable[[Visit], Permission]


def needs_of(path: str, visit: Visit) -> Permissions:
    """What a user needs for the page at an address; None where it is for the account itself."""
    needs = NEEDS.get(path)
    if needs is None:
        return None
    of_tab = NEEDS_OF_TABS.get((path, visit.query.get("tab", "")), ())
    return [one(visit) for one in needs + of_tab]


def open_links(links: Links, visit: Visit) -> Links:
    """What stands in the navigation: for users nothing that is for the account itself."""
    if not visit.is_user:
        return links
    shown = ((heading, tuple(one for one in below if one[0] in NEEDS)) for heading, below in links)
    return tuple((heading, below) for heading, below in shown if below)


def _nothing(_visit: Visit) -> Mapping[str, str]:
    return {}


def _path(parameter: str, name: str) -> Values:
    return lambda visit: {parameter: visit.path[name]}


def _secret(visit: Visit) -> Mapping[str, str]:
    return {"SecretName": name_of(visit)}


def _operations(service: str, *names: str, values: Values = _nothing) -> tuple[Need, ...]:
    """Operations of the API."""

    def need(name: str) -> Need:
        return lambda visit: Permission(f"{service}:{name}", values(visit))

    return tuple(need(name) for name in names)


def _kms(*names: str, values: Values = _nothing) -> tuple[Need, ...]:
    return _operations("kms", *names, values=values)


def _bss(*names: str) -> tuple[Need, ...]:
    return _operations("bss", *names)


def _on(place: str, *actions: str) -> tuple[Need, ...]:
    """Actions that no operation of ours does, on a place with parts of the address in it."""

    def need(action: str) -> Need:
        return lambda visit: Permission(action, place=place.format_map(visit.path))

    return tuple(need(action) for action in actions)


_INSTANCE = _kms(
    "GetKmsInstance", "GetKmsInstanceQuotaInfos", values=_path("KmsInstanceId", "instance_id")
)
_BILL = _bss(
    "QueryBillOverview",
    "DescribeInstanceBill",
    "DescribeInstanceAmortizedCostByAmortizationPeriod",
)
_REFUND = _bss("InquiryPriceRefundInstance", "QueryAvailableInstances", "QueryOrders")
#: A long file can hold any of these.
_EXPORTS = _BILL + _bss("QueryOrders", "QueryAccountTransactions", "QueryAccountBalance")
_POLICIES_TO_ATTACH = _on("policy/*", "ram:ListPolicies")

NEEDS: Mapping[str, tuple[Need, ...]] = {
    "/": _kms("ListKmsInstances"),
    "/instances": _kms("ListKmsInstances"),
    "/instances/{instance_id}": _INSTANCE,
    "/keys": _kms("ListKeys", "ListAliases", "ListKmsInstances"),
    "/keys/data-keys/versions": _kms(
        "ListManagedDataKeyVersions", values=lambda visit: {"DataKeyName": visit.given("name")}
    ),
    "/keys/create": _kms("ListKmsInstances"),
    "/keys/{key_id}": _kms(
        "DescribeKey",
        "ListKeyVersions",
        "ListAliasesByKeyId",
        "ListResourceTags",
        "GetKeyPolicy",
        values=_path("KeyId", "key_id"),
    ),
    "/secrets": _kms("ListSecrets", "ListKmsInstances"),
    "/secrets/create": _kms("ListKmsInstances"),
    "/secrets/{name:path}": _kms(
        "DescribeSecret", "ListSecretVersionIds", "GetSecretPolicy", values=_secret
    ),
    "/network-rules": _kms("ListNetworkRules"),
    "/network-rules/{name}": _kms("DescribeNetworkRule", values=_path("Name", "name"))
    + _kms("ListPolicies"),
    "/policies": _kms("ListPolicies", "ListNetworkRules", "ListKmsInstances"),
    "/policies/{name}": _kms("DescribePolicy", values=_path("Name", "name"))
    + _kms("ListNetworkRules", "ListApplicationAccessPoints"),
    "/access-points": _kms("ListApplicationAccessPoints", "ListClientKeys", "ListPolicies"),
    "/access-points/{name}": _kms("DescribeApplicationAccessPoint", values=_path("Name", "name"))
    + _kms("ListClientKeys", values=_path("AapName", "name"))
    + _kms("ListPolicies"),
    "/buy": _bss("GetSubscriptionPrice", "GetPayAsYouGoPrice"),
    "/buy/subscription": _bss("GetSubscriptionPrice"),
    "/buy/service": _bss("GetSubscriptionPrice"),
    "/buy/pay-as-you-go": _bss("GetPayAsYouGoPrice"),
    "/buy/trial": _bss("GetPayAsYouGoPrice"),
    "/buy/pay-as-you-go/confirm": _bss("GetPayAsYouGoPrice"),
    "/instances/{instance_id}/renew": _INSTANCE
    + _bss("QueryAvailableInstances", "GetSubscriptionPrice"),
    "/instances/{instance_id}/auto-renewal": _INSTANCE
    + _bss("QueryAvailableInstances", "GetSubscriptionPrice"),
    "/instances/{instance_id}/upgrade": _INSTANCE
    + _bss("QueryAvailableInstances", "GetSubscriptionPrice"),
    "/orders/{order_id}/pay": _bss("GetOrderDetail", "QueryAccountBalance", "QueryCashCoupons"),
    "/terms": (),  # whoever has signed in
    "/expenses": _bss(
        "QueryAccountBalance",
        "QueryAvailableInstances",
        "QueryBillOverview",
        "QueryCashCoupons",
    ),
    "/expenses/orders": _bss("QueryOrders"),
    "/expenses/orders/{order_id}": _bss("GetOrderDetail", "QueryOrders"),
    "/expenses/transactions": _bss("QueryAccountTransactions", "QueryAccountBalance"),
    "/expenses/bills": _BILL,
    "/expenses/bills/{month}": _BILL,
    "/expenses/bills/{month}/statement.pdf": _BILL + _bss("QueryAccountTransactions"),
    "/expenses/bills/{month}/{by}.csv": _BILL,
    "/expenses/orders.csv": _bss("QueryOrders"),
    "/expenses/transactions.csv": _bss("QueryAccountTransactions", "QueryAccountBalance"),
    "/expenses/exports": _EXPORTS,
    "/expenses/exports/file.csv": _EXPORTS,
    "/expenses/exports/subscriptions": _bss("QueryBillToOSSSubscription"),
    "/expenses/services": _bss("QueryAvailableInstances"),
    "/expenses/usage": _bss("QueryUserOmsData"),
    "/expenses/renewals": _bss("QueryAvailableInstances", "GetSubscriptionPrice"),
    "/expenses/unsubscribe": _REFUND,
    "/expenses/unsubscribe/{instance_id}": _REFUND,
    "/expenses/unsubscribe/{instance_id}/renewals/{renewal_id}": _REFUND,
    "/expenses/tickets": _on("account", "bss:ListTickets"),
    "/expenses/tickets/{ticket_id}": _on("account", "bss:GetTicket"),
    "/access/users": _on("user/*", "ram:ListUsers", "ram:ListAccessKeys"),
    "/access/users/{user}": _on(
        "user/{user}",
        "ram:GetUser",
        "ram:GetLoginProfile",
        "ram:ListAccessKeys",
        "ram:ListGroupsForUser",
        "ram:ListPoliciesForUser",
    )
    + _on("group/*", "ram:ListPoliciesForGroup")
    + _POLICIES_TO_ATTACH,
    "/access/groups": _on("group/*", "ram:ListGroups"),
    "/access/groups/{group}": _on(
        "group/{group}", "ram:GetGroup", "ram:ListUsersForGroup", "ram:ListPoliciesForGroup"
    )
    + _POLICIES_TO_ATTACH,
    "/access/roles": _on("role/*", "ram:ListRoles"),
    "/access/roles/{role}": _on("role/{role}", "ram:GetRole", "ram:ListPoliciesForRole")
    + _POLICIES_TO_ATTACH,
    "/access/policies": _POLICIES_TO_ATTACH,
    "/access/policies/{policy}": _on(
        "policy/{policy}", "ram:GetPolicy", "ram:ListEntitiesForPolicy"
    ),
    "/audit": _on("*", "actiontrail:LookupEvents"),
    "/audit.csv": _on("*", "actiontrail:LookupEvents"),
    "/logs": _on("*", "log:GetLogStoreLogs"),
    "/logs.csv": _on("*", "log:GetLogStoreLogs"),
    "/security": (),  # whoever has signed in
}

#: What a tab of a page needs besides.
NEEDS_OF_TABS: Mapping[tuple[str, str], tuple[Need, ...]] = {
    # No operation lists managed data keys: whoever may list the versions of each sees them all.
    ("/keys", "data"): _kms("ListManagedDataKeyVersions", values=lambda _: {"DataKeyName": "*"}),
}
