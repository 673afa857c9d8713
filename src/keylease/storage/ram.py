"""Users, groups, roles, policies, access keys and sessions in the database."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from keylease.access.accounts import StoredAccessKey
from keylease.access.ram.model import (
    Attachment,
    Group,
    Policy,
    PolicyType,
    Role,
    Session,
    TargetKind,
    User,
)
from keylease.storage import schema

_M, _A, _S, _K = (
    schema.ram_group_members,
    schema.ram_attachments,
    schema.sts_sessions,
    schema.access_keys,
)
_TABLES: dict[type[Any], Table] = {
    User: schema.ram_users,
    Group: schema.ram_groups,
    Role: schema.ram_roles,
    Policy: schema.ram_policies,
}

One = TypeVar("One", User, Group, Role, Policy)


class SqlRam:
    """Fits `keylease.access.ram.ports.Directory`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, one: User | Group | Role | Policy) -> None:
        """Write down a new one."""
        self._db.execute(insert(_TABLES[type(one)]), asdict(one))

    def remove(self, one: User | Group | Role | Policy) -> None:
        """Forget it, with its memberships, its attachments, and a role's sessions."""
        account, name = one.account_id, one.name
        if isinstance(one, Policy):
            of_policy = _A.c.policy_type == PolicyType.CUSTOM, _A.c.policy_name == name
            self._db.execute(delete(_A).where(_A.c.account_id == account, *of_policy))
        else:
            kind = {User: TargetKind.USER, Group: TargetKind.GROUP, Role: TargetKind.ROLE}
            of_target = _A.c.kind == kind[type(one)], _A.c.target == name
            self._db.execute(delete(_A).where(_A.c.account_id == account, *of_target))
        if isinstance(one, User | Group):
            column = _M.c.user_name if isinstance(one, User) else _M.c.group_name
            self._db.execute(delete(_M).where(_M.c.account_id == account, column == name))
        if isinstance(one, Role):
            self._db.execute(delete(_S).where(_S.c.account_id == account, _S.c.role_name == name))
        table = _TABLES[type(one)]
        self._db.execute(delete(table).where(table.c.account_id == account, table.c.name == name))

    def user(self, account_id: str, name: str) -> User | None:
        """The user with this name."""
        return self._one(User, account_id, name)

    def group(self, account_id: str, name: str) -> Group | None:
        """The group with this name."""
        return self._one(Group, account_id, name)

    def role(self, account_id: str, name: str, *, lock: bool = False) -> Role | None:
        """The role with this name; ``lock`` keeps others from it until the end."""
        return self._one(Role, account_id, name, lock=lock)

    def policy(self, account_id: str, name: str) -> Policy | None:
        """The policy of its own with this name."""
        return self._one(Policy, account_id, name)

    def policies(self, account_id: str, names: Collection[str]) -> Sequence[Policy]:
        """Those of the account's own policies that exist, by name."""
        table = schema.ram_policies
        query = select(table).where(table.c.account_id == account_id, table.c.name.in_(names))
        rows = self._db.execute(query.order_by(table.c.name)).mappings()
        return [Policy(**row) for row in rows]

    def replace(self, one: Role | Policy) -> None:
        """Put it in the place of what is written under its name."""
        table = _TABLES[type(one)]
        mine = (table.c.account_id == one.account_id) & (table.c.name == one.name)
        self._db.execute(update(table).where(mine).values(asdict(one)))

    def page(
        self, of: type[One], account_id: str, offset: int, limit: int
    ) -> tuple[Sequence[One], int]:
        """A page of an account's users, groups, roles or own policies, by name; how many in all."""
        table = _TABLES[of]
        mine = table.c.account_id == account_id
        total = self._db.execute(select(func.count()).select_from(table).where(mine)).scalar_one()
        query = select(table).where(mine).order_by(table.c.name).offset(offset).limit(limit)
        return [of(**row) for row in self._db.execute(query).mappings()], total

    def members(self, account_id: str, group: str) -> Sequence[str]:
        """The names of a group's users."""
        query = select(_M.c.user_name).where(
            _M.c.account_id == account_id, _M.c.group_name == group
        )
        return list(self._db.execute(query.order_by(_M.c.user_name)).scalars())

    def groups_of(self, account_id: str, user: str) -> Sequence[str]:
        """The names of a user's groups."""
        query = select(_M.c.group_name).where(_M.c.account_id == account_id, _M.c.user_name == user)
        return list(self._db.execute(query.order_by(_M.c.group_name)).scalars())

    def join(self, account_id: str, group: str, user: str) -> None:
        """Add a user to a group."""
        row = {"account_id": account_id, "group_name": group, "user_name": user}
        self._db.execute(insert(_M), row)

    def leave(self, account_id: str, group: str, user: str) -> None:
        """Take a user out of a group."""
        mine = (_M.c.account_id == account_id) & (_M.c.group_name == group)
        self._db.execute(delete(_M).where(mine, _M.c.user_name == user))

    def attach(self, one: Attachment) -> None:
        """Attach a policy."""
        self._db.execute(insert(_A), asdict(one))

    def detach(self, one: Attachment) -> None:
        """Detach a policy."""
        self._db.execute(delete(_A).where(*[_A.c[name] == v for name, v in asdict(one).items()]))

    def attached(
        self, account_id: str, kind: TargetKind, targets: Collection[str]
    ) -> Sequence[Attachment]:
        """What is attached to any of these."""
        query = select(_A).where(
            _A.c.account_id == account_id, _A.c.kind == kind, _A.c.target.in_(targets)
        )
        return self._attachments(query)

    def attachments_of(self, account_id: str, policy: str) -> Sequence[Attachment]:
        """To what one of the account's own policies is attached."""
        query = select(_A).where(
            _A.c.account_id == account_id,
            _A.c.policy_type == PolicyType.CUSTOM,
            _A.c.policy_name == policy,
        )
        return self._attachments(query)

    def access_keys(self, account_id: str, users: Collection[str]) -> Sequence[StoredAccessKey]:
        """The access keys of users, oldest first; of the account itself for an empty name."""
        query = select(_K).where(
            _K.c.account_id == account_id, _K.c.service == "", _K.c.user_name.in_(users)
        )
        rows = self._db.execute(query.order_by(_K.c.created_at, _K.c.id)).mappings()
        return [StoredAccessKey(**row) for row in rows]

    def set_access_key(self, access_key_id: str, *, active: bool) -> None:
        """Enable or disable an access key."""
        self._db.execute(update(_K).where(_K.c.id == access_key_id).values(active=active))

    def remove_access_key(self, access_key_id: str) -> None:
        """Forget an access key; its wrapped secret is overwritten first."""
        mine = _K.c.id == access_key_id
        size = self._db.execute(select(func.length(_K.c.wrapped_secret)).where(mine)).scalar_one()
        self._db.execute(update(_K).where(mine).values(wrapped_secret=bytes(size)))
        self._db.execute(delete(_K).where(mine))

    def add_session(self, session: Session) -> None:
        """Write down a new session."""
        self._db.execute(insert(_S), asdict(session))

    def session(self, access_key_id: str) -> Session | None:
        """The session with this access key."""
        query = select(_S).where(_S.c.access_key_id == access_key_id)
        row = self._db.execute(query).mappings().one_or_none()
        return None if row is None else Session(**row)

    def sessions_of(self, account_id: str, role: str) -> Sequence[str]:
        """The access key ids of a role's sessions."""
        query = select(_S.c.access_key_id).where(
            _S.c.account_id == account_id, _S.c.role_name == role
        )
        return list(self._db.execute(query).scalars())

    def prune_sessions(self, before: float) -> None:
        """Forget sessions that ended before a moment of machine time."""
        self._db.execute(delete(_S).where(_S.c.expires < before))

    def _one(self, of: type[One], account_id: str, name: str, *, lock: bool = False) -> One | None:
        table = _TABLES[of]
        query = select(table).where(table.c.account_id == account_id, table.c.name == name)
        row = self._db.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return None if row is None else of(**row)

    def _attachments(self, query: Any) -> Sequence[Attachment]:
        rows = self._db.execute(query.order_by(_A.c.kind, _A.c.target, _A.c.policy_name))
        return [
            Attachment(
                row.account_id,
                TargetKind(row.kind),
                row.target,
                PolicyType(row.policy_type),
                row.policy_name,
            )
            for row in rows
        ]
