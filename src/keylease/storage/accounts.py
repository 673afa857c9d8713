"""Accounts, users and access keys in the database."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from keylease.access.accounts import Account, StoredAccessKey, User
from keylease.storage import schema


class SqlAccounts:
    """Fits `keylease.access.accounts.Accounts`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, account: Account) -> None:
        """Write down a new account."""
        self._db.execute(insert(schema.accounts), asdict(account))

    def find(self, account_id: str) -> Account | None:
        """The account with this id."""
        return self._one(schema.accounts.c.id == account_id)

    def find_many(self, account_ids: Sequence[str]) -> dict[str, Account]:
        """The accounts with these ids, by id."""
        rows = self._db.execute(
            select(schema.accounts).where(schema.accounts.c.id.in_(account_ids))
        ).mappings()
        return {row["id"]: Account(**row) for row in rows}

    def by_name(self, name: str) -> Account | None:
        """The account with this name."""
        return self._one(schema.accounts.c.name == name)

    def lock(self, account_id: str) -> Account:
        """The account, kept from others' purchases until the end of the transaction."""
        row = (
            self._db.execute(
                select(schema.accounts).where(schema.accounts.c.id == account_id).with_for_update()
            )
            .mappings()
            .one()
        )
        return Account(**row)

    def update(self, account: Account) -> None:
        """Replace what is written of it."""
        changed = asdict(account)
        self._db.execute(
            update(schema.accounts).where(schema.accounts.c.id == account.id).values(changed)
        )

    def open_kms(self, account_id: str, at: int) -> None:
        """Open the service for it."""
        self._db.execute(
            update(schema.accounts)
            .where(schema.accounts.c.id == account_id)
            .values(kms_opened_at=at)
        )

    def page(self, offset: int, limit: int) -> tuple[Sequence[Account], int]:
        """A page of all accounts, oldest first, and how many there are."""
        total = self._db.execute(select(func.count()).select_from(schema.accounts)).scalar_one()
        rows = self._db.execute(
            select(schema.accounts)
            .order_by(schema.accounts.c.created_at, schema.accounts.c.id)
            .offset(offset)
            .limit(limit)
        ).mappings()
        return [Account(**row) for row in rows], total

    def add_user(self, user: User) -> None:
        """Write down who may sign in."""
        self._db.execute(insert(schema.users), asdict(user))

    def user_by_name(self, name: str) -> User | None:
        """The user with this name."""
        row = (
            self._db.execute(select(schema.users).where(schema.users.c.name == name))
            .mappings()
            .one_or_none()
        )
        return None if row is None else User(**row)

    def set_password(self, user_id: str, password_hash: str) -> None:
        """Replace somebody's password."""
        mine = schema.users.c.id == user_id
        self._db.execute(update(schema.users).where(mine).values(password_hash=password_hash))

    def remove_user(self, user_id: str) -> None:
        """Forget who may sign in, with the sessions."""
        self._db.execute(delete(schema.sessions).where(schema.sessions.c.user_id == user_id))
        self._db.execute(delete(schema.users).where(schema.users.c.id == user_id))

    def add_access_key(self, key: StoredAccessKey) -> None:
        """Write down an access key."""
        self._db.execute(insert(schema.access_keys), asdict(key))

    def access_key(self, access_key_id: str) -> StoredAccessKey | None:
        """The access key with this id."""
        row = (
            self._db.execute(
                select(schema.access_keys).where(schema.access_keys.c.id == access_key_id)
            )
            .mappings()
            .one_or_none()
        )
        return None if row is None else StoredAccessKey(**row)

    def _one(self, condition: ColumnElement[bool]) -> Account | None:
        row = self._db.execute(select(schema.accounts).where(condition)).mappings().one_or_none()
        return None if row is None else Account(**row)
