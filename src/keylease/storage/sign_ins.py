"""Sessions of the consoles, and tries to sign in, in the database."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from keylease.access.accounts import Account, User
from keylease.access.sign_in import Failures, Session
from keylease.storage import schema

_S = schema.sessions
_F = schema.sign_in_failures
_U = schema.users
_A = schema.accounts


class SqlSignIns:
    """Fits `keylease.access.sign_in.SignIns`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._insert: Any = (
            sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        )

    def user(self, name: str, *, lock: bool = False) -> User | None:
        """Who signs in with this name; ``lock`` keeps the password as it is until the end."""
        query = select(_U).where(_U.c.name == name)
        query = query.with_for_update() if lock else query
        row = self._db.execute(query).mappings().one_or_none()
        return None if row is None else User(**row)

    def visitor(self, digest: bytes) -> tuple[Session, User, Account | None] | None:
        """Whose session a token is; the operator has no account."""
        both = _S.join(_U, _U.c.id == _S.c.user_id).outerjoin(_A, _A.c.id == _U.c.account_id)
        query = select(_S, _U, _A).select_from(both).where(_S.c.digest == digest)
        row = self._db.execute(query).one_or_none()
        if row is None:
            return None
        values = tuple(row)
        sizes = len(_S.c), len(_S.c) + len(_U.c)
        session, user = Session(*values[: sizes[0]]), User(*values[sizes[0] : sizes[1]])
        account = None if user.account_id == "" else Account(*values[sizes[1] :])
        return session, user, account

    def add(self, session: Session) -> None:
        """Remember a session."""
        self._db.execute(insert(_S), asdict(session))

    def touch(self, digest: bytes, seen: float) -> None:
        """It was used."""
        self._db.execute(update(_S).where(_S.c.digest == digest).values(seen=seen))

    def end(self, digest: bytes) -> None:
        """Forget a session."""
        self._db.execute(delete(_S).where(_S.c.digest == digest))

    def of_user(self, user_id: str) -> Sequence[Session]:
        """The sessions of somebody, the latest first."""
        query = select(_S).where(_S.c.user_id == user_id).order_by(_S.c.began.desc(), _S.c.digest)
        return [Session(*row) for row in self._db.execute(query)]

    def end_all(self, user_id: str, but: bytes = b"") -> None:
        """Forget every session of somebody, except the one with a digest."""
        self._db.execute(delete(_S).where(_S.c.user_id == user_id, _S.c.digest != but))

    def tidy(self, idle_since: float, failed_before: float) -> None:
        """Forget what is over."""
        self._db.execute(delete(_S).where(_S.c.seen < idle_since))
        self._db.execute(delete(_F).where(_F.c.last < failed_before))

    def failures(self, name: str) -> Failures:
        """The wrong passwords for a name, with others kept from counting until the end."""
        new = self._insert(_F).values(name=name, failures=0, last=0.0)
        self._db.execute(new.on_conflict_do_nothing())
        query = select(_F.c.failures, _F.c.last).where(_F.c.name == name).with_for_update()
        return Failures(*self._db.execute(query).one())

    def note_failures(self, name: str, failures: Failures) -> None:
        """Write them down."""
        values = {"failures": failures.count, "last": failures.last}
        self._db.execute(update(_F).where(_F.c.name == name).values(values))
