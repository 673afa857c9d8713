"""Log analysis in the database, on both engines: kept within what was bought, for 180 days."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from contracts import samples
from contracts.samples import ADA, AT
from keylease.core.clock import DAY
from keylease.custody.instances.model import Capacity, Instance
from keylease.lifecycle import call_log
from keylease.lifecycle.call_log import keep
from keylease.notifications.letters import Kind
from keylease.records.call_log import (
    KEPT_DAYS,
    Entry,
    FinishedCall,
    HandledFor,
    LogQuestion,
    first_day,
    place_in,
)
from keylease.storage.unit_of_work import UnitOfWork

INSTANCE = samples.instance(1, end=AT + 400 * DAY)
TODAY = "2026-01-31"


@pytest.fixture
def bought(work: UnitOfWork) -> Instance:
    """An instance of an account, with log analysis."""
    work.accounts.add(samples.account(1, id=ADA))
    work.instances.add(INSTANCE)
    return INSTANCE


def call(number: int = 1, **changed: object) -> FinishedCall:
    made = FinishedCall(
        used=HandledFor(INSTANCE.id, ADA, "key-a", "key-a"),
        at=AT,
        operation="Encrypt",
        api_version="2016-01-20",
        is_shared=True,
        account_id=ADA,
        identity_type="cloud-account",
        principal_id=ADA,
        access_key_id="LTAI1",
        client_ip="192.0.2.7",
        user_agent="client/1",
        region="cn-hangzhou",
        request_id=f"R-{number}",
        key_version_id="v-1",
        duration=3,
        status=200,
        error_message="",
    )
    return replace(made, **changed)  # type: ignore[arg-type] # any field


def asked(**changed: object) -> LogQuestion:
    return replace(LogQuestion(INSTANCE.id, 0, 2**40), **changed)  # type: ignore[arg-type] # any field


def ids(entries: Sequence[Entry]) -> list[str]:
    return [json.loads(one.text)["request_id"] for one in entries]


def letters(work: UnitOfWork) -> list[str]:
    found, _ = work.letters.page(None, 0, 100)
    return [one.letter.subject for one in found if one.letter.kind is Kind.LOG_STORAGE]


def test_entries_are_listed_newest_first_page_by_page(work: UnitOfWork, bought: Instance) -> None:
    keep(work, bought.id, [call(n, at=AT + n // 2) for n in range(7)])
    expected = [f"R-{n}" for n in reversed(range(7))]
    assert ids(work.call_log.page(asked(), 10)) == expected
    seen: list[str] = []
    after = None
    while some := work.call_log.page(asked(after=after), 2):
        seen += ids(some)
        after = place_in(some[-1].place)
    assert seen == expected
    assert ids(work.call_log.page(asked(since=AT + 1, until=AT + 2), 10)) == ["R-3", "R-2"]


def test_entries_are_found_by_what_they_tell(work: UnitOfWork, bought: Instance) -> None:
    calls = [
        call(1, operation="GetSecretValue", status=403, error_message="no"),
        call(2, principal_id="alice", access_key_id="LTAI2"),
        call(
            3,
            used=HandledFor(INSTANCE.id, ADA, "key-b", "key-b"),
            user_agent='"principal_id":"alice"',
        ),
        call(4, operation="Decrypt", principal_id="Alice"),
    ]
    keep(work, bought.id, calls)

    def found(**chosen: object) -> list[str]:
        return sorted(ids(work.call_log.page(asked(**chosen), 10)))

    assert found(api="Decrypt") == ["R-1", "R-4"]
    assert found(api="GetSecretValue") == ["R-1"]
    assert found(status=403) == found(is_refused=True) == ["R-1"]
    assert found(is_refused=False) == ["R-2", "R-3", "R-4"]
    assert found(principal="alice") == ["R-2"]
    assert found(resource="key-b") == ["R-3"]
    assert found(access_key="LTAI2") == ["R-2"]
    assert found(request="R-4") == ["R-4"]
    assert found(api="Encrypt", status=403) == []
    assert found(principal="a%") == []
    assert work.call_log.page(replace(asked(), instance_id="kst-other"), 10) == []


def test_a_search_ends_where_it_was_to_and_goes_on_from_there(
    work: UnitOfWork, bought: Instance
) -> None:
    keep(work, bought.id, [call(n, at=AT + n // 4) for n in range(10)])
    fitting = asked(request="R-0")
    steps = []
    while place := work.call_log.horizon(fitting, 3):
        bounded = replace(fitting, down_to=place)
        steps.append(ids(work.call_log.page(replace(bounded, request=None), 10)))
        assert work.call_log.page(bounded, 10) == []
        fitting = replace(fitting, after=place)
    assert steps == [["R-9", "R-8", "R-7"], ["R-6", "R-5", "R-4"], ["R-3", "R-2", "R-1"]]
    assert ids(work.call_log.page(fitting, 10)) == ["R-0"]
    assert work.call_log.horizon(asked(), 10) == place_in(work.call_log.page(asked(), 10)[-1].place)
    assert work.call_log.horizon(asked(), 11) is None


def test_days_tell_how_much_there_is(work: UnitOfWork, bought: Instance) -> None:
    calls = [call(1), call(2), call(3, at=AT + DAY)]
    keep(work, bought.id, calls)
    keep(work, bought.id, [call(4)])
    shown = [(one.day, one.entries) for one in work.call_log.days(bought.id, "")]
    assert shown == [(TODAY, 3), ("2026-02-01", 1)]
    size = sum(len(one.entry()) for one in [*calls, call(4)])
    assert sum(one.size for one in work.call_log.days(bought.id, "")) == size
    assert work.call_log.used(bought.id, TODAY) == size


@pytest.mark.parametrize(
    "capacity",
    [
        Capacity(1000, 1000, 0, 1, log=False, log_storage=1000),
        Capacity(1000, 1000, 0, 1, log=True, log_storage=0),
    ],
)
def test_without_log_analysis_nothing_is_kept(work: UnitOfWork, capacity: Capacity) -> None:
    work.accounts.add(samples.account(1, id=ADA))
    work.instances.add(replace(INSTANCE, capacity=capacity))
    keep(work, INSTANCE.id, [call()])
    keep(work, "kst-unknown", [call()])
    assert work.call_log.page(asked(), 10) == []
    assert letters(work) == []


def test_what_is_planned_counts_from_its_moment_on(work: UnitOfWork) -> None:
    work.accounts.add(samples.account(1, id=ADA))
    off = replace(INSTANCE.capacity, log=False, log_storage=0)
    later = replace(INSTANCE, capacity=off, planned=INSTANCE.capacity, planned_from=work.now + 1)
    work.instances.add(later)
    keep(work, INSTANCE.id, [call(1)])
    work.instances.update(replace(later, planned_from=work.now))
    keep(work, INSTANCE.id, [call(2)])
    assert ids(work.call_log.page(asked(), 10)) == ["R-2"]


def test_when_the_storage_is_full_nothing_new_is_kept_and_the_owner_is_told_twice_before_and_then(
    work: UnitOfWork, bought: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_log, "GB", 100)  # 1,000 GB: 100,000 bytes
    one = len(call(1).entry())
    fit = (100_000 - 8_192) // one + 1
    keep(work, bought.id, [call(n) for n in range(10, 10 + 88_000 // one)])
    assert letters(work) == []
    for n in range(fit):
        keep(work, bought.id, [call(n + 500)])
    told = letters(work)
    assert [("90" in one, "已满" in one) for one in told] == [(True, False), (False, True)]
    kept = work.call_log.page(asked(), 10_000)
    assert sum(one.size for one in kept) <= 100_000
    keep(work, bought.id, [call(99_999)])
    assert len(work.call_log.page(asked(), 10_000)) == len(kept)
    assert letters(work) == told, "once for each capacity"
    work.instances.update(replace(bought, capacity=replace(bought.capacity, log_storage=2_000)))
    keep(work, bought.id, [call(99_999)])
    assert ids(work.call_log.page(asked(), 1)) == ["R-99999"]


def test_a_day_is_forgotten_whole_after_180_days_whatever_is_bought(
    work: UnitOfWork, bought: Instance
) -> None:
    days = (KEPT_DAYS, KEPT_DAYS - 1, 0)
    keep(work, bought.id, [call(n, at=work.now - n * DAY) for n in days for _ in range(3)])
    work.instances.update(replace(bought, capacity=replace(bought.capacity, log=False)))
    first = first_day(work.now)
    steps = 0
    while work.call_log.prune(first, 2):
        steps += 1
    assert steps == 2, "two of three, then the rest"
    assert {one.day for one in work.call_log.days(bought.id, "")} == {first, TODAY}
    assert len(work.call_log.page(asked(), 100)) == 6


def test_a_release_takes_the_entries_along(work: UnitOfWork, bought: Instance) -> None:
    keep(work, bought.id, [call()])
    work.instances.remove([bought.id])
    assert work.call_log.page(asked(), 10) == []
    assert work.call_log.days(bought.id, "") == []
    keep(work, bought.id, [call()])
    assert work.call_log.days(bought.id, "") == [], "nor do late ones come back"
