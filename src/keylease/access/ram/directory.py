"""How users, groups, roles and policies change, and whose credentials that concerns.

What a process remembers of a credential includes what its user or role was given, so every change
here is told for each credential that it may concern.
"""

from collections.abc import Iterable
from typing import Protocol

from keylease.access.policies.system import SYSTEM_POLICIES
from keylease.access.policies.texts import identity_policy, trust_policy
from keylease.access.ram.logins import LoginWork, remove_login
from keylease.access.ram.model import (
    Attachment,
    Group,
    Policy,
    PolicyType,
    Role,
    TargetKind,
    User,
    check_description,
    check_name,
    check_policy_name,
    check_session_seconds,
)
from keylease.access.ram.ports import Directory
from keylease.core import ids
from keylease.core.errors import Misuse, Parameter, Word, Words


class RamWork(LoginWork, Protocol):
    """A unit of work, as far as these rules see it."""

    @property
    def ram(self) -> Directory:
        """Users, groups, roles and policies."""
        ...

    def changed(self, kind: str, subject: str) -> None:
        """Tell every node, once this is committed, that what it remembers of this is old."""
        ...


def create_user(work: RamWork, account_id: str, name: str, description: str = "") -> User:
    """A new user, who may do nothing yet; Misuse."""
    if work.ram.user(account_id, check_name(name)) is not None:
        raise Misuse(
            "There is a user {name!r} already: choose another name.",
            about=Parameter("Name"),
            name=name,
        )
    about = check_description(description)
    user = User(account_id, name, ids.ram_id(work.entropy), about, work.now)
    work.ram.add(user)
    return user


def delete_user(work: RamWork, account_id: str, name: str) -> None:
    """Remove a user that has no access keys any more, and its sign-in; Misuse."""
    user = find_user(work, account_id, name)
    if work.ram.access_keys(account_id, [name]):
        raise Misuse("The user {name!r} still has access keys: delete them first.", name=name)
    remove_login(work, account_id, name)
    work.ram.remove(user)


def create_group(work: RamWork, account_id: str, name: str, description: str = "") -> Group:
    """A new group; Misuse."""
    if work.ram.group(account_id, check_name(name)) is not None:
        raise Misuse(
            "There is a group {name!r} already: choose another name.",
            about=Parameter("Name"),
            name=name,
        )
    group = Group(account_id, name, check_description(description), work.now)
    work.ram.add(group)
    return group


def delete_group(work: RamWork, account_id: str, name: str) -> None:
    """Remove a group; its users stay, without what it gave them. Misuse."""
    group = find_group(work, account_id, name)
    _tell(work, account_id, TargetKind.GROUP, name)
    work.ram.remove(group)


def join(work: RamWork, account_id: str, group: str, user: str) -> None:
    """Add a user to a group; Misuse."""
    find_group(work, account_id, group)
    find_user(work, account_id, user)
    if user in work.ram.members(account_id, group):
        raise Misuse("The user {user!r} is in the group {group!r} already.", user=user, group=group)
    work.ram.join(account_id, group, user)
    _tell(work, account_id, TargetKind.USER, user)


def leave(work: RamWork, account_id: str, group: str, user: str) -> None:
    """Take a user out of a group; Misuse."""
    find_group(work, account_id, group)
    if user not in work.ram.members(account_id, group):
        raise Misuse("The user {user!r} is not in the group {group!r}.", user=user, group=group)
    work.ram.leave(account_id, group, user)
    _tell(work, account_id, TargetKind.USER, user)


def create_role(
    work: RamWork,
    account_id: str,
    name: str,
    trust: str,
    session_seconds_max: int,
    description: str = "",
) -> Role:
    """A new role for whom its trust policy names; Misuse, Refusal InvalidParameter."""
    if work.ram.role(account_id, check_name(name)) is not None:
        raise Misuse(
            "There is a role {name!r} already: choose another name.",
            about=Parameter("Name"),
            name=name,
        )
    trust_policy(trust)
    seconds = check_session_seconds(session_seconds_max)
    about = check_description(description)
    role = Role(account_id, name, ids.ram_id(work.entropy), trust, seconds, about, work.now)
    work.ram.add(role)
    return role


def delete_role(work: RamWork, account_id: str, name: str) -> None:
    """Remove a role; its sessions end at once. Misuse."""
    role = find_role(work, account_id, name, lock=True)  # whoever is becoming it has become it
    _tell(work, account_id, TargetKind.ROLE, name)
    work.ram.remove(role)


def write_policy(
    work: RamWork, account_id: str, name: str, document: str, description: str, *, new: bool
) -> Policy:
    """A new policy, or another text for one; Misuse, Refusal InvalidParameter."""
    if check_policy_name(name) in SYSTEM_POLICIES:
        raise Misuse(
            "{name} is the name of a system policy: choose another name.",
            about=Parameter("Name"),
            name=name,
        )
    identity_policy(document)
    found = work.ram.policy(account_id, name)
    policy = Policy(account_id, name, document, check_description(description), work.now)
    if new and found is not None:
        raise Misuse(
            "There is a policy {name!r} already: change that one, or choose another name.",
            about=Parameter("Name"),
            name=name,
        )
    if new:
        work.ram.add(policy)
        return policy
    find_policy(work, account_id, name)
    work.ram.replace(policy)
    for one in work.ram.attachments_of(account_id, name):
        _tell(work, account_id, one.kind, one.target)
    return policy


def delete_policy(work: RamWork, account_id: str, name: str) -> None:
    """Remove a policy that is attached to nothing; Misuse."""
    policy = find_policy(work, account_id, name)
    attached = work.ram.attachments_of(account_id, name)
    if attached:
        shown = [
            Word("{kind} {target}", kind=Word(one.kind), target=one.target) for one in attached[:5]
        ]
        raise Misuse(
            "The policy {name!r} is attached to {shown}: detach it first.",
            name=name,
            shown=Words(", ", shown),
        )
    work.ram.remove(policy)


def attach(work: RamWork, account_id: str, policy: str, kind: TargetKind, target: str) -> None:
    """Give a user, group or role what a policy allows; Misuse."""
    one = _attachment(work, account_id, policy, kind, target)
    if one in work.ram.attached(account_id, kind, [target]):
        raise Misuse(
            "The policy {policy!r} is attached to the {kind} {target!r} already.",
            policy=policy,
            kind=Word(one.kind),
            target=target,
        )
    work.ram.attach(one)
    _tell(work, account_id, kind, target)


def detach(work: RamWork, account_id: str, policy: str, kind: TargetKind, target: str) -> None:
    """Take it away again; Misuse."""
    one = _attachment(work, account_id, policy, kind, target)
    if one not in work.ram.attached(account_id, kind, [target]):
        raise Misuse(
            "The policy {policy!r} is not attached to the {kind} {target!r}.",
            policy=policy,
            kind=Word(one.kind),
            target=target,
        )
    work.ram.detach(one)
    _tell(work, account_id, kind, target)


def find_user(work: RamWork, account_id: str, name: str) -> User:
    """The user; Misuse."""
    found = work.ram.user(account_id, name)
    if found is None:
        raise Misuse("There is no user {name!r}: look at the list of users.", name=name)
    return found


def find_group(work: RamWork, account_id: str, name: str) -> Group:
    """The group; Misuse."""
    found = work.ram.group(account_id, name)
    if found is None:
        raise Misuse("There is no group {name!r}: look at the list of groups.", name=name)
    return found


def find_role(work: RamWork, account_id: str, name: str, *, lock: bool = False) -> Role:
    """The role; Misuse."""
    found = work.ram.role(account_id, name, lock=lock)
    if found is None:
        raise Misuse("There is no role {name!r}: look at the list of roles.", name=name)
    return found


def find_policy(work: RamWork, account_id: str, name: str) -> Policy:
    """The account's own policy; Misuse."""
    found = work.ram.policy(account_id, name)
    if found is None:
        raise Misuse("There is no policy {name!r}: look at the list of policies.", name=name)
    return found


def _attachment(
    work: RamWork, account_id: str, policy: str, kind: TargetKind, target: str
) -> Attachment:
    find = {
        TargetKind.USER: find_user,
        TargetKind.GROUP: find_group,
        TargetKind.ROLE: find_role,
    }[kind]
    find(work, account_id, target)
    if policy in SYSTEM_POLICIES:
        return Attachment(account_id, kind, target, PolicyType.SYSTEM, policy)
    find_policy(work, account_id, policy)
    return Attachment(account_id, kind, target, PolicyType.CUSTOM, policy)


def _tell(work: RamWork, account_id: str, kind: TargetKind, name: str) -> None:
    for access_key_id in _credentials(work.ram, account_id, kind, name):
        work.changed("credential", access_key_id)


def _credentials(ram: Directory, account_id: str, kind: TargetKind, name: str) -> Iterable[str]:
    if kind is TargetKind.ROLE:
        return ram.sessions_of(account_id, name)
    users = ram.members(account_id, name) if kind is TargetKind.GROUP else [name]
    return [one.id for one in ram.access_keys(account_id, users)] if users else []
