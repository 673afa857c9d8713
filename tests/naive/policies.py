"""What a policy says: the naive reading, straight from the JSON of the document.

A request is plain data::

    {
        "action": "kms:Encrypt",
        "resource": "acs:kms:cn-hangzhou:1111111111111111:key/key-1",
        "owner": "1111111111111111",
        "principal": "acs:ram::1111111111111111:user/alice",
        "values": {"acs:SourceIp": "10.0.0.1", "acs:CurrentTime": datetime, "kms:tag/env": "test"},
    }

A verdict is "deny", "allow" or "neutral".
"""

from datetime import datetime
from decimal import Decimal
from ipaddress import ip_address, ip_network
from typing import Any

Policy = dict[str, Any]
Request = dict[str, Any]


def verdict(policies: list[Policy], request: Request) -> str:
    found = "neutral"
    for policy in policies:
        for statement in as_list(policy["Statement"]):
            if applies(statement, request):
                if statement["Effect"] == "Deny":
                    return "deny"
                found = "allow"
    return found


def permitted(identity: list[Policy], resource: Policy | None, request: Request) -> bool:
    """facts/kms.md 4.6, and the account itself needs no policy of its own."""
    account = request["principal"].split(":")[3]
    root = request["principal"].endswith(":root")
    same = account == request["owner"]
    if root and same and request["action"] in ("kms:GetKeyPolicy", "kms:SetKeyPolicy"):
        return True
    first = verdict(identity, request)
    second = verdict([resource], request) if resource else "neutral"
    if first == "deny" or second == "deny":
        return False
    if root:
        first = "allow"
    if same:
        return first == "allow" or second == "allow"
    return first == "allow" and second == "allow"


def applies(statement: dict[str, Any], request: Request) -> bool:
    return (
        is_selected(lowered(statement), "Action", request["action"].lower())
        and is_selected(statement, "Resource", request["resource"])
        and is_anyone_meant(statement, request)
        and all(
            condition_holds(operator, lookup(request["values"], key), as_list(wanted))
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def lowered(statement: dict[str, Any]) -> dict[str, Any]:
    return {
        name: [one.lower() for one in as_list(statement[name])]
        for name in ("Action", "NotAction")
        if name in statement
    }


def is_selected(statement: dict[str, Any], name: str, text: str) -> bool:
    if name in statement:
        return any(glob(pattern, text) for pattern in as_list(statement[name]))
    return not any(glob(pattern, text) for pattern in as_list(statement["Not" + name]))


def is_anyone_meant(statement: dict[str, Any], request: Request) -> bool:
    if "Principal" not in statement:
        return True
    names = as_list(statement["Principal"]["RAM"])
    return any(is_meant(name, statement["Effect"], request) for name in names)


def is_meant(name: str, effect: str, request: Request) -> bool:
    _, _, _, account, who = name.split(":")
    _, _, _, asking_account, asking = request["principal"].split(":")
    if account != asking_account:
        return False
    if who in ("root", "*"):
        own_user = account == request["owner"] and asking != "root"
        return not (effect == "Allow" and own_user)
    if asking.startswith("assumed-role/"):
        return who == "role/" + asking.split("/")[1]
    return who == asking


def lookup(values: dict[str, Any], key: str) -> Any:
    """Case does not matter, except in the key of a tag."""
    for name, value in values.items():
        if name.lower() == key.lower() and name.split("/")[1:] == key.split("/")[1:]:
            return value
    return None


def condition_holds(operator: str, value: Any, wanted: list[str]) -> bool:
    every = operator.startswith("ForAllValues:")
    some = operator.startswith("ForAnyValue:")
    operator = operator.removeprefix("ForAllValues:").removeprefix("ForAnyValue:")
    if_exists = operator.endswith("IfExists")
    if if_exists:
        operator = operator[: -len("IfExists")]
    negative = "Not" in operator
    if value is None:
        if if_exists or every:
            return True
        return negative and not some
    one_fits = any(fits(operator.replace("Not", ""), value, one) for one in wanted)
    return not one_fits if negative else one_fits


def fits(operator: str, value: Any, wanted: str) -> bool:
    if operator.startswith("String"):
        return isinstance(value, str) and text_fits(operator, value, wanted)
    if operator == "Bool":
        return str(value).lower() == wanted.lower()
    if operator == "IpAddress":
        return in_block(value, wanted)
    if operator.startswith("Date"):
        moment = value if isinstance(value, datetime) else to_time(value)
        return moment is not None and compare(operator[4:], moment, datetime.fromisoformat(wanted))
    number = to_number(value)
    return number is not None and compare(operator[7:], number, Decimal(wanted))


def text_fits(operator: str, value: str, wanted: str) -> bool:
    if operator == "StringEquals":
        return value == wanted
    if operator == "StringEqualsIgnoreCase":
        return value.casefold() == wanted.casefold()
    assert operator == "StringLike"
    return glob(wanted, value)


def compare(how: str, left: Any, right: Any) -> bool:
    if how == "Equals":
        return bool(left == right)
    if how == "LessThan":
        return bool(left < right)
    if how == "LessThanEquals":
        return bool(left <= right)
    if how == "GreaterThan":
        return bool(left > right)
    assert how == "GreaterThanEquals"
    return bool(left >= right)


def in_block(value: Any, wanted: str) -> bool:
    try:
        address = ip_address(value)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address) in ip_network(wanted, strict=False)


def to_number(value: Any) -> Decimal | None:
    """Written out: digits, perhaps a sign and a point, no exponent."""
    if isinstance(value, bool) or set(str(value)) - set("+-.0123456789"):
        return None
    try:
        return Decimal(value)
    except ArithmeticError:
        return None


def to_time(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def glob(pattern: str, text: str) -> bool:
    """Whether the pattern fits: cell by cell, how much of each has been used up."""
    fitting = {0}
    for sign in pattern:
        if sign == "*":
            fitting = set(range(min(fitting), len(text) + 1)) if fitting else set()
        else:
            fitting = {
                at + 1 for at in fitting if at < len(text) and (sign == "?" or sign == text[at])
            }
    return len(text) in fitting


def as_list(one: Any) -> list[Any]:
    return one if isinstance(one, list) else [one]
