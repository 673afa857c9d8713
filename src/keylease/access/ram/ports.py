"""What users, groups, roles and policies need remembered."""

from collections.abc import Collection, Sequence
from typing import Protocol, TypeVar

from keylease.access.accounts import StoredAccessKey
from keylease.access.ram.model import Attachment, Group, Policy, Role, Session, TargetKind, User

One = TypeVar("One", User, Group, Role, Policy)


class Directory(Protocol):
    """Users, groups, roles, policies, access keys and sessions, inside a unit of work."""

    def add(self, one: User | Group | Role | Policy) -> None:
        """Write down a new one."""
        ...

    def remove(self, one: User | Group | Role | Policy) -> None:
        """Forget it, with its memberships, its attachments, and a role's sessions."""
        ...

    def user(self, account_id: str, name: str) -> User | None:
        """The user with this name."""
        ...

    def group(self, account_id: str, name: str) -> Group | None:
        """The group with this name."""
        ...

    def role(self, account_id: str, name: str, *, lock: bool = False) -> Role | None:
        """The role with this name; ``lock`` keeps others from it until the end."""
        ...

    def policy(self, account_id: str, name: str) -> Policy | None:
        """The policy of its own with this name."""
        ...

    def policies(self, account_id: str, names: Collection[str]) -> Sequence[Policy]:
        """Those of the account's own policies that exist, by name."""
        ...

    def replace(self, one: Role | Policy) -> None:
        """Put it in the place of what is written under its name."""
        ...

    def page(
        self, of: type[One], account_id: str, offset: int, limit: int
    ) -> tuple[Sequence[One], int]:
        """A page of an account's users, groups, roles or own policies, by name; how many in all."""
        ...

    def members(self, account_id: str, group: str) -> Sequence[str]:
        """The names of a group's users."""
        ...

    def groups_of(self, account_id: str, user: str) -> Sequence[str]:
        """The names of a user's groups."""
        ...

    def join(self, account_id: str, group: str, user: str) -> None:
        """Add a user to a group."""
        ...

    def leave(self, account_id: str, group: str, user: str) -> None:
        """Take a user out of a group."""
        ...

    def attach(self, one: Attachment) -> None:
        """Attach a policy."""
        ...

    def detach(self, one: Attachment) -> None:
        """Detach a policy."""
        ...

    def attached(
        self, account_id: str, kind: TargetKind, targets: Collection[str]
    ) -> Sequence[Attachment]:
        """What is attached to any of these."""
        ...

    def attachments_of(self, account_id: str, policy: str) -> Sequence[Attachment]:
        """To what one of the account's own policies is attached."""
        ...

    def access_keys(self, account_id: str, users: Collection[str]) -> Sequence[StoredAccessKey]:
        """The access keys of users, oldest first; of the account itself for an empty name."""
        ...

    def set_access_key(self, access_key_id: str, *, active: bool) -> None:
        """Enable or disable an access key."""
        ...

    def remove_access_key(self, access_key_id: str) -> None:
        """Forget an access key."""
        ...

    def add_session(self, session: Session) -> None:
        """Write down a new session."""
        ...

    def session(self, access_key_id: str) -> Session | None:
        """The session with this access key."""
        ...

    def sessions_of(self, account_id: str, role: str) -> Sequence[str]:
        """The access key ids of a role's sessions."""
        ...
