"""Passwords of PostgreSQL roles: set as the operator's role, tried as the role itself.

Only a SCRAM verifier travels, so that no statement, and no log of statements, holds the password.
"""

import psycopg
from psycopg import sql

from keylease.custody.secrets.rotators import Change, RotationFailed

CONNECT_SECONDS = 5
STATEMENT_MILLISECONDS = 5_000


class PostgresqlRotator:
    """Fits `keylease.custody.secrets.rotators.Rotator`.

    The target is a URL with a role that may change the passwords of others.
    """

    def apply(self, change: Change) -> None:
        """Give the role its new password; RotationFailed."""
        name, password = change.new["AccountName"], change.new["AccountPassword"]
        try:
            with self._connected(change) as connection:
                verifier = connection.pgconn.encrypt_password(
                    password.encode(), name.encode(), b"scram-sha-256"
                )
                connection.execute(
                    sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                        sql.Identifier(name), sql.Literal(verifier.decode())
                    )
                )
        except psycopg.Error as error:
            raise _failed("set the password", error) from None

    def verify(self, change: Change) -> None:
        """Sign in as the role; RotationFailed."""
        name, password = change.new["AccountName"], change.new["AccountPassword"]
        try:
            self._connected(change, user=name, password=password).close()
        except psycopg.Error as error:
            raise _failed("sign in with the new password", error) from None

    def _connected(self, change: Change, **who: str) -> psycopg.Connection[tuple[object, ...]]:
        if change.target is None:
            raise RotationFailed("there is no rotation target")
        return psycopg.connect(
            change.target.reveal().decode(),
            connect_timeout=CONNECT_SECONDS,
            options=f"-c statement_timeout={STATEMENT_MILLISECONDS}",
            autocommit=True,
            **who,  # type: ignore[arg-type] # parameters of a connection
        )


def _failed(what: str, error: psycopg.Error) -> RotationFailed:
    """Why, by the database's code only: its words can repeat what it was sent."""
    return RotationFailed(
        f"could not {what}: {type(error).__name__} {error.sqlstate or ''}".strip()
    )
