"""Passwords of calendar feeds, in the database."""

from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from keylease.access.calendar_feeds import CalendarFeed
from keylease.storage import schema

_F = schema.calendar_feeds


class SqlCalendarFeeds:
    """Fits `keylease.access.calendar_feeds.CalendarFeeds`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def find(self, account_id: str) -> CalendarFeed | None:
        """The feed of an account."""
        query = select(_F).where(_F.c.account_id == account_id)
        row = self._db.execute(query).mappings().one_or_none()
        return None if row is None else CalendarFeed(**row)

    def put(self, feed: CalendarFeed) -> None:
        """Write it down in place of the one before."""
        self.remove(feed.account_id)
        self._db.execute(insert(_F), asdict(feed))

    def remove(self, account_id: str) -> None:
        """Take it away."""
        self._db.execute(delete(_F).where(_F.c.account_id == account_id))
