"""Users and roles of a customer, made as the operator's commands do, without starting commands."""

import json
from typing import Any

from doors.house import opened
from doors.signed import Signer
from keylease.access.ram import directory
from keylease.access.ram.model import TargetKind
from keylease.app import ram
from product import Customer

Statement = dict[str, Any]


def allow(*actions: str, on: str = "*", **condition: Any) -> Statement:
    """A statement of an identity policy."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **_when(condition)}


def deny(*actions: str, on: str = "*", **condition: Any) -> Statement:
    """A statement that refuses."""
    return allow(*actions, on=on, **condition) | {"Effect": "Deny"}


def shared(account: str, who: str, *actions: str, **condition: Any) -> Statement:
    """A statement of a key's policy: this name of that account may do this."""
    name = f"acs:ram::{account}:{who}"
    return allow(*actions, **condition) | {"Principal": {"RAM": [name]}}


def text(*statements: Statement) -> str:
    """A policy of these statements."""
    return json.dumps({"Version": "1", "Statement": list(statements)})


def user(someone: Customer, name: str, *statements: Statement) -> Signer:
    """A new user of an account with a policy of these statements; signs with its access key."""
    product = someone.product
    with opened(product) as deployment:
        ram.change(
            deployment,
            "user create",
            someone.name,
            name,
            lambda work, account: directory.create_user(work, account, name),
        )
        made = ram.create_access_key(deployment, someone.name, name)
    if statements:
        give(someone, TargetKind.USER, name, f"of-{name}", *statements)
    return Signer(product.host_port, *made)


def role(someone: Customer, name: str, trusted: Statement, *statements: Statement) -> str:
    """A new role of an account; its resource name."""
    trusted = {one: value for one, value in trusted.items() if one != "Resource"}
    with opened(someone.product) as deployment:
        made = ram.change(
            deployment,
            "role create",
            someone.name,
            name,
            lambda work, account: directory.create_role(work, account, name, text(trusted), 3600),
        )
    if statements:
        give(someone, TargetKind.ROLE, name, f"of-role-{name}", *statements)
    return made.arn


def give(
    someone: Customer, kind: TargetKind, target: str, name: str, *statements: Statement
) -> None:
    """Write a policy and attach it."""
    document = text(*statements)
    with opened(someone.product) as deployment:
        ram.change(
            deployment,
            "policy create",
            someone.name,
            name,
            lambda work, account: directory.write_policy(
                work, account, name, document, "", new=True
            ),
        )
    attach(someone, kind, target, name)


def attach(someone: Customer, kind: TargetKind, target: str, name: str) -> None:
    """Attach a policy that exists."""
    with opened(someone.product) as deployment:
        ram.change(
            deployment,
            "policy attach",
            someone.name,
            name,
            lambda work, account: directory.attach(work, account, name, kind, target),
        )


def detach(someone: Customer, kind: TargetKind, target: str, name: str) -> None:
    """Detach a policy."""
    with opened(someone.product) as deployment:
        ram.change(
            deployment,
            "policy detach",
            someone.name,
            name,
            lambda work, account: directory.detach(work, account, name, kind, target),
        )


def rewrite(someone: Customer, name: str, *statements: Statement) -> None:
    """Give a policy another text."""
    document = text(*statements)
    with opened(someone.product) as deployment:
        ram.change(
            deployment,
            "policy update",
            someone.name,
            name,
            lambda work, account: directory.write_policy(
                work, account, name, document, "", new=False
            ),
        )


def _when(condition: dict[str, Any]) -> dict[str, Any]:
    return {"Condition": condition} if condition else {}
