"""The versions of the price book in the database."""

from sqlalchemy import Connection, Select, func, insert, select

from keylease.billing.catalog import (
    PAY_AS_YOU_GO_PRODUCT_TYPES,
    BookVersion,
    PriceBook,
    parse_price_book,
)
from keylease.billing.work import InUse
from keylease.storage import schema

_T = schema.price_books


class SqlPriceBooks:
    """Fits `keylease.billing.work.PriceBooks`; ``parsed`` outlives the unit of work.

    What there is, and which book is in force, is read once in each: a batch of reminders or bills
    needs it for each of them.
    """

    def __init__(self, connection: Connection, now: int, parsed: dict[int, PriceBook]) -> None:
        self._db = connection
        self._now = now
        self._parsed = parsed
        self._current: int | None = None
        self._versions: list[BookVersion] | None = None

    def current(self) -> tuple[int, PriceBook]:
        """The number of the version in force, and the book: the last loaded of those valid now."""
        if self._current is None:
            query = select(func.max(_T.c.version)).where(_T.c.valid_from <= self._now)
            self._current = int(self._db.execute(query).scalar_one())
        return self._current, self.version(self._current)

    def version(self, number: int) -> PriceBook:
        """The book of a version that there is."""
        if number not in self._parsed:
            self._parsed[number] = parse_price_book(self.text(number))
        return self._parsed[number]

    def versions(self) -> list[BookVersion]:
        """All versions, the last loaded first."""
        if self._versions is None:
            columns = (_T.c.version, _T.c.loaded_at, _T.c.valid_from)
            rows = self._db.execute(select(*columns).order_by(_T.c.version.desc()))
            self._versions = [BookVersion(*row) for row in rows]
        return self._versions

    def text(self, number: int) -> str:
        """The file that a version was loaded from."""
        found: str = self._db.execute(select(_T.c.text).where(_T.c.version == number)).scalar_one()
        return found

    def in_use(self) -> InUse:
        """What customers have, and so every book has to price."""
        a, i = schema.accounts.c, schema.instances.c
        daily = i.product_type.in_(PAY_AS_YOU_GO_PRODUCT_TYPES)
        return InUse(
            currencies=self._distinct(select(a.currency)),
            editions=self._distinct(select(i.edition)),
            daily_editions=self._distinct(select(i.edition).where(daily)),
        )

    def _distinct(self, query: Select[str]) -> frozenset[str]:
        return frozenset(self._db.execute(query.distinct()).scalars())

    def add(self, text: str, *, first: bool = False) -> int:
        """Load a new version; its number. PriceBookInvalid if it is wrong.

        It is valid from the moment that it names, or from now on if that is none or in the past;
        the ``first`` one always was, so that there is a book at any moment a clock can show.
        """
        self._current = self._versions = None
        wanted = parse_price_book(text).valid_from
        begins = self._now if wanted is None else max(wanted, self._now)
        values = {"text": text, "loaded_at": self._now, "valid_from": 0 if first else begins}
        return int(self._db.execute(insert(_T).values(values).returning(_T.c.version)).scalar_one())
