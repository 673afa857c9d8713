"""Usage in the database. Fits `keylease.billing.usage.model.UsageStore`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from heapq import merge
from itertools import chain, groupby, islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from keylease.billing.bills.model import day_of
from keylease.billing.usage.model import (
    By,
    Holding,
    RequestsQuestion,
    UsageDay,
    UsageQuestion,
    UsageRow,
    bounds_of,
    period_end,
)
from keylease.core.clock import DAY, HOUR
from keylease.custody.keys.states import KeyState
from keylease.records.usage import MinuteCount
from keylease.storage import schema

_M, _D, _K, _V = schema.usage_minutes, schema.usage_days, schema.keys, schema.key_versions
_S = schema.secrets

#: Written out, so that the partial index of these days fits.
UNBILLED = _D.c.record_id == literal_column("''")

#: Days of UTC+8 begin so many seconds before those of UTC.
_OFFSET = 8 * HOUR


class SqlUsage:
    """Minutes, days, and lists of both."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        sqlite = connection.dialect.name == "sqlite"
        self._insert = sqlite_insert if sqlite else postgres_insert

    def add_minutes(self, counts: Sequence[MinuteCount]) -> None:
        """Add to what is counted; in one order, so that no two processes wait for each other."""
        if not counts:
            return
        added = self._insert(_M)
        grown = {"requests": _M.c.requests + added.excluded.requests}
        ordered = sorted(counts, key=lambda one: (one.instance_id, one.minute))
        self._db.execute(
            added.on_conflict_do_update(index_elements=["instance_id", "minute"], set_=grown),
            [asdict(one) for one in ordered],
        )

    def requests_in(self, instance_id: str, minute: int) -> int:
        """The requests to an instance in the minute that begins at an instant."""
        query = select(_M.c.requests).where(_M.c.instance_id == instance_id, _M.c.minute == minute)
        return int(self._db.execute(query).scalar_one_or_none() or 0)

    def requests(self, asked: RequestsQuestion) -> Mapping[int, int]:
        """How many requests there were, by the start of each period that had any."""
        start = _M.c.minute - _M.c.minute % asked.step
        query = (
            select(start, func.sum(_M.c.requests))
            .where(_M.c.minute >= asked.since, _M.c.minute < asked.until)
            .group_by(start)
        )
        if asked.instance_id:  # by its own index, whatever else its account has
            query = query.where(_M.c.instance_id == asked.instance_id)
            query = query.having(func.max(_M.c.account_id) == asked.account_id)
        else:
            query = query.where(_M.c.account_id == asked.account_id, _M.c.region == asked.region)
        return {int(begin): int(requests) for begin, requests in self._db.execute(query)}

    def prune(self, before: int) -> None:
        """Forget the minutes before an instant."""
        self._db.execute(delete(_M).where(_M.c.minute < before))

    def holdings(self, instance_ids: Sequence[str]) -> Mapping[str, Holding]:
        """What these instances hold now."""
        rows = self._db.execute(
            select(_K.c.instance_id, func.count())
            .join(_V, _V.c.key_id == _K.c.id)
            .where(
                _K.c.instance_id.in_(instance_ids), _K.c.state != KeyState.PENDING_DELETION.value
            )
            .group_by(_K.c.instance_id)
        )
        versions = {instance_id: int(count) for instance_id, count in rows}
        rows = self._db.execute(
            select(_S.c.instance_id, func.count())
            .where(_S.c.instance_id.in_(instance_ids))
            .group_by(_S.c.instance_id)
        )
        secrets = {instance_id: int(count) for instance_id, count in rows}
        return {one: Holding(versions.get(one, 0), secrets.get(one, 0)) for one in instance_ids}

    def add_days(self, days: Sequence[UsageDay]) -> None:
        """Write down days; one that is written is left alone."""
        if days:
            statement = self._insert(_D).on_conflict_do_nothing()
            self._db.execute(statement, [asdict(one) for one in days])

    def unbilled(self, account_id: str, last: str) -> Sequence[UsageDay]:
        """An account's days up to ``last`` that are in no bill yet, by day and instance."""
        rows = self._db.execute(
            select(_D)
            .where(_D.c.account_id == account_id, _D.c.day <= last, UNBILLED)
            .order_by(_D.c.day, _D.c.instance_id)
        ).mappings()
        return [UsageDay(**row) for row in rows]

    def busiest_minutes(self, instance_ids: Sequence[str], day: str) -> Mapping[str, int]:
        """The most requests in one minute of a day, of those that had any."""
        start, end = bounds_of(day)
        rows = self._db.execute(
            select(_M.c.instance_id, func.max(_M.c.requests))
            .where(_M.c.instance_id.in_(instance_ids), _M.c.minute >= start, _M.c.minute < end)
            .group_by(_M.c.instance_id)
        )
        return {instance_id: int(most) for instance_id, most in rows}

    def bill(self, days: Sequence[UsageDay]) -> None:
        """Note the bill and the peak of these days."""
        self._db.execute(
            update(_D)
            .where(_D.c.instance_id == bindparam("of"), _D.c.day == bindparam("on"))
            .values(peak_qps=bindparam("peak"), record_id=bindparam("bill")),
            [
                {"of": one.instance_id, "on": one.day, "peak": one.peak_qps, "bill": one.record_id}
                for one in days
            ],
        )

    def page(self, asked: UsageQuestion, limit: int) -> Sequence[UsageRow]:
        """The first rows by start, then instance: what was counted, and what was held."""
        windows = self._months(asked) if asked.by is By.MONTH else [(asked.since, asked.until)]
        rows = chain.from_iterable(self._window(asked, *window, limit) for window in windows)
        return list(islice(rows, limit))

    def _months(self, asked: UsageQuestion) -> Iterator[tuple[int, int]]:
        """The months that are asked for, from the first to the last of which anything is known."""
        minutes = select(func.min(_M.c.minute), func.max(_M.c.minute))
        days = select(func.min(_D.c.day), func.max(_D.c.day))
        known: list[int] = []
        for found in self._db.execute(minutes.where(_M.c.account_id == asked.account_id)):
            known += [int(one) for one in found if one is not None]
        for found in self._db.execute(days.where(_D.c.account_id == asked.account_id)):
            known += [bounds_of(one)[0] for one in found if one is not None]
        start = asked.since
        while known and start < asked.until and start <= max(known):
            end = period_end(By.MONTH, start)
            if end > min(known):
                yield start, end
            start = end

    def _window(
        self, asked: UsageQuestion, since: int, until: int, limit: int
    ) -> Iterator[UsageRow]:
        if asked.after is not None:
            since = max(since, asked.after[0])
        if since >= until or (asked.by is By.MONTH and asked.after and asked.after[0] >= until):
            return
        counted = self._counted(asked, since, until, limit)
        held = self._held(asked, since, until, limit) if asked.by in _WHOLE_DAYS else iter(())
        for _, same in groupby(merge(counted, held, key=_place), key=_place):
            yield _united(list(same))

    def _counted(
        self, asked: UsageQuestion, since: int, until: int, limit: int
    ) -> Iterator[UsageRow]:
        begin = _begin(asked.by, since)
        periods = (
            select(
                begin.label("start"),
                _M.c.instance_id,
                func.max(_M.c.region).label("region"),
                func.sum(_M.c.requests).label("requests"),
                func.max(_M.c.requests).label("busiest"),
            )
            .where(_M.c.account_id == asked.account_id, _M.c.minute >= since, _M.c.minute < until)
            .group_by(begin, _M.c.instance_id)
            .subquery()
        )
        query = select(periods).order_by(periods.c.start, periods.c.instance_id).limit(limit)
        if asked.after is not None:
            query = query.where(_after(periods.c.start, periods.c.instance_id, asked.after))
        for row in self._db.execute(query):
            start, requests, busiest = int(row.start), int(row.requests), int(row.busiest)
            end = period_end(asked.by, start)
            yield UsageRow(start, end, row.instance_id, row.region, requests, busiest)

    def _held(self, asked: UsageQuestion, since: int, until: int, limit: int) -> Iterator[UsageRow]:
        """What pay-as-you-go instances held at the end of days."""
        period = literal(day_of(since)) if asked.by is By.MONTH else _D.c.day
        periods = (
            select(
                period.label("period"),
                _D.c.instance_id,
                func.max(_D.c.region).label("region"),
                func.max(_D.c.key_versions).label("key_versions"),
                func.max(_D.c.secrets).label("secrets"),
            )
            .where(
                _D.c.account_id == asked.account_id,
                _D.c.day >= day_of(since),
                _D.c.day < day_of(until),
            )
            .group_by(period, _D.c.instance_id)
            .subquery()
        )
        query = select(periods).order_by(periods.c.period, periods.c.instance_id).limit(limit)
        if asked.after is not None:
            last = (day_of(asked.after[0]), asked.after[1])
            query = query.where(_after(periods.c.period, periods.c.instance_id, last))
        for row in self._db.execute(query):
            start, _ = bounds_of(row.period)
            end = period_end(asked.by, start)
            held = (row.key_versions, row.secrets)
            yield UsageRow(start, end, row.instance_id, row.region, 0, 0, *held)


_WHOLE_DAYS = (By.DAY, By.MONTH)


def _begin(by: By, since: int) -> ColumnElement[int]:
    """The start of the period that a minute is in; of months only one is asked for at once."""
    match by:
        case By.RAW:
            return _M.c.minute
        case By.HOUR:
            return _M.c.minute - _M.c.minute % HOUR
        case By.DAY:
            return _M.c.minute - (_M.c.minute + _OFFSET) % DAY
        case By.MONTH:
            return literal(since)


def _after(
    start: ColumnElement[Any], instance: ColumnElement[str], last: tuple[int | str, str]
) -> ColumnElement[bool]:
    return or_(start > last[0], and_(start == last[0], instance > last[1]))


def _place(row: UsageRow) -> tuple[int, str]:
    return row.start, row.instance_id


def _united(same: list[UsageRow]) -> UsageRow:
    """What was counted of a period, together with what was held in it."""
    first, last = same[0], same[-1]
    return replace(first, key_versions=last.key_versions, secrets=last.secrets)
