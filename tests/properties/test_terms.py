"""Whatever is bought and renewed: no overlap, no gap that nobody caused.

The program is compared with a second reading of rules.md 1 that shares no code with it: it counts
months by walking day by day through Python's calendar.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from keylease.core import terms
from keylease.core.terms import Phase, Term

EAST8 = timezone(timedelta(hours=8))
ONE_DAY = timedelta(days=1)
FIFTEEN_DAYS = 15 * 24 * 60 * 60


@dataclass(frozen=True)
class Naive:
    """A term in the words of rules.md 1, as wall-clock times of UTC+8."""

    start: datetime
    end: datetime
    anchor: date
    months: int


def months_later(day: date, months: int) -> date:
    """Walk to the first day of the month that is meant, then on to the day or the last one."""
    walker = day.replace(day=1)
    while months:
        walker += ONE_DAY
        months -= walker.day == 1
    while walker.day < day.day and (walker + ONE_DAY).month == walker.month:
        walker += ONE_DAY
    return walker


def naive_term(start: datetime, anchor: date, months: int) -> Naive:
    last_day = months_later(anchor, months)
    return Naive(start, datetime.combine(last_day + ONE_DAY, time(), EAST8), anchor, months)


def naive_bought(at: datetime, months: int) -> Naive:
    return naive_term(at, at.date(), months)


def naive_renewed(last: Naive, at: datetime, months: int, *, automatic: bool) -> Naive:
    if automatic or at < last.end:
        return naive_term(last.end, last.anchor, last.months + months)
    return naive_bought(at, months)


def same(term: Term, naive: Naive) -> bool:
    ours = (term.start, term.end, term.anchor, term.months)
    return ours == (
        int(naive.start.timestamp()),
        int(naive.end.timestamp()),
        naive.anchor,
        naive.months,
    )


def at(instant: int) -> datetime:
    return datetime(1970, 1, 1, 8, tzinfo=EAST8) + timedelta(seconds=instant)


def instant_of(day: date, second: int) -> int:
    return int(datetime.combine(day, time(), EAST8).timestamp()) + second


DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))
MONTH_ENDS = DAYS.map(lambda day: day.replace(day=28) + timedelta(days=day.day % 4))
PURCHASES = st.builds(
    instant_of, DAYS | MONTH_ENDS, st.sampled_from([0, 86_399]) | st.integers(0, 86_399)
)
MONTHS = st.sampled_from([1, 1, 1, 2, 3, 6, 12])
#: When a renewal is paid, in seconds from the end of the last term; always before the release.
MOMENTS = st.sampled_from([-1, 0, 1, FIFTEEN_DAYS - 1]) | st.integers(
    -40 * 86_400, FIFTEEN_DAYS - 1
)
RENEWALS = st.lists(st.tuples(MOMENTS, MONTHS), max_size=6)
LEAP_DAY = int(datetime(2024, 2, 29, tzinfo=EAST8).timestamp())
LAST_OF_JANUARY = int(datetime(2026, 1, 31, 23, 59, 59, tzinfo=EAST8).timestamp())


@settings(deadline=None, max_examples=150)
@given(bought_at=PURCHASES, months=MONTHS, renewals=RENEWALS)
@example(bought_at=LEAP_DAY, months=12, renewals=[(-1, 12), (-1, 12), (-1, 12)])
@example(bought_at=LAST_OF_JANUARY, months=1, renewals=[(-1, 1), (0, 1), (FIFTEEN_DAYS - 1, 1)])
def test_renewed_by_hand_terms_follow_without_overlap_and_gaps_are_what_was_not_paid(
    bought_at: int, months: int, renewals: list[tuple[int, int]]
) -> None:
    chain = [terms.bought(bought_at, months)]
    naive = naive_bought(at(bought_at), months)
    paid_at = [bought_at]
    assert same(chain[0], naive)
    for moment, more in renewals:
        last = chain[-1]
        now = max(paid_at[-1], last.end + moment)
        chain.append(terms.renewed_by_hand(last, now, more))
        naive = naive_renewed(naive, at(now), more, automatic=False)
        paid_at.append(now)
        assert same(chain[-1], naive)
    for term in chain:
        assert term.start < term.end
        assert terms.expiration_date_of(term.end) == term.expiration_date
    for (last, following), now in zip(pairwise(chain), paid_at[1:], strict=True):
        assert following.start == max(last.end, now)


@settings(deadline=None, max_examples=100)
@given(bought_at=PURCHASES, months=MONTHS, renewals=RENEWALS)
def test_renewed_automatically_however_late_there_is_never_a_gap(
    bought_at: int, months: int, renewals: list[tuple[int, int]]
) -> None:
    term = terms.bought(bought_at, months)
    naive = naive_bought(at(bought_at), months)
    for moment, more in renewals:
        now = term.end + moment
        following = terms.continued(term, more)
        naive = naive_renewed(naive, at(now), more, automatic=True)
        assert same(following, naive)
        assert following.start == term.end
        assert terms.phase(following.end, now) is Phase.RUNNING
        term = following


@settings(deadline=None)
@given(bought_at=PURCHASES, months=MONTHS)
def test_a_term_always_ends_at_midnight_and_covers_its_last_day_whole(
    bought_at: int, months: int
) -> None:
    term = terms.bought(bought_at, months)
    end = at(term.end)
    assert end.time() == time()
    assert end.date() == term.expiration_date + ONE_DAY
    assert terms.release_of(term.end) == int((end + 15 * ONE_DAY).timestamp())


@settings(deadline=None)
@given(end=PURCHASES, moment=st.integers(-(10**8), 10**8))
def test_phases_follow_each_other_and_nothing_lies_between(end: int, moment: int) -> None:
    expected = (
        Phase.RUNNING if moment < 0 else Phase.EXPIRED if moment < FIFTEEN_DAYS else Phase.RELEASED
    )
    assert terms.phase(end, end + moment) is expected
