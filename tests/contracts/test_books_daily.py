"""The daily check of the books: when it runs, and who is told of what it finds. rules.md 9."""

from dataclasses import replace

import pytest

from keylease.app import clock
from keylease.app.books import plan_books_check, run_books_check
from keylease.app.deployment import Deployment
from keylease.billing.ledger.check import BOOKS_CHECK
from keylease.core.clock import DAY, local, parse_iso
from keylease.lifecycle.books import BooksStatus, books_status
from keylease.notifications.letters import Kind, WrittenLetter
from keylease.storage import schema
from unit.lifecycle.tenant import Tenant

NOON = parse_iso("2026-01-31T12:00:00+08:00")
_A = schema.agenda


def checks(deployment: Deployment, state: str) -> list[str]:
    """The daily checks in this state, as their due moments."""
    with deployment.database.read() as work:
        rows = work.connection.execute(
            _A.select().where(_A.c.kind == BOOKS_CHECK, _A.c.state == state).order_by(_A.c.due)
        )
        return [f"{local(row.due):%m-%d %H:%M}" for row in rows]


def status(deployment: Deployment) -> BooksStatus | None:
    with deployment.database.read() as work:
        return books_status(work.facts)


def letters(deployment: Deployment) -> list[WrittenLetter]:
    with deployment.database.read() as work:
        found, _ = work.letters.page(None, 0, 100)
    return [one for one in found if one.letter.kind is Kind.BOOKS_ALERT]


def move(deployment: Deployment, when: str) -> None:
    clock.move(deployment, parse_iso(f"2026-{when}+08:00"), lambda _: None)


def spoil(deployment: Deployment, count: int = 1) -> None:
    """Entries without postings: findings of the rule ``balance``."""
    row = {"at": NOON, "kind": "top_up", "currency": "USD", "reference": "", "note": ""}
    with deployment.database.begin() as work:
        for number in range(count):
            work.connection.execute(
                schema.ledger_transactions.insert(), row | {"id": f"wrong-{number}"}
            )


def test_it_is_due_at_six_of_the_next_day_and_planned_once(deployment: Deployment) -> None:
    plan_books_check(deployment)
    plan_books_check(deployment)
    assert checks(deployment, "pending") == ["02-01 06:00"]


def test_it_runs_once_for_a_jump_and_plans_the_next_one(deployment: Deployment) -> None:
    plan_books_check(deployment)
    move(deployment, "02-05T06:00:00")
    assert checks(deployment, "done") == ["02-01 06:00"]
    assert checks(deployment, "pending") == ["02-06 06:00"]
    assert status(deployment) == BooksStatus(parse_iso("2026-02-05T06:00:00+08:00"), 0)
    move(deployment, "02-06T05:59:59")
    assert checks(deployment, "pending") == ["02-06 06:00"]
    move(deployment, "02-06T06:00:00")
    assert checks(deployment, "done") == ["02-01 06:00", "02-06 06:00"]


def test_clean_books_are_nobodys_news(deployment: Deployment) -> None:
    Tenant.arrive(deployment).buy()
    assert status(deployment) is None
    assert run_books_check(deployment) == []
    assert status(deployment).findings == 0  # type: ignore[union-attr] # it was just checked
    assert letters(deployment) == []


def test_findings_become_a_letter_to_the_operator(deployment: Deployment) -> None:
    spoil(deployment, 25)
    deployment.settings = replace(deployment.settings, operator_email="ops@example.com")
    found = run_books_check(deployment)
    assert {one.subject for one in found} == {f"wrong-{number}" for number in range(25)}
    (written,) = letters(deployment)
    assert (written.letter.to, written.letter.account_id, written.state) == (
        "ops@example.com",
        "",
        "waiting",
    )
    assert written.letter.subject == "The daily check of the books found 25 findings"
    lines = [line for line in written.letter.text.splitlines() if line.startswith("- ")]
    assert lines == [f"- balance: {one.subject}" for one in found[:20]]
    assert status(deployment).findings == 25  # type: ignore[union-attr] # it was just checked


def test_without_an_address_the_letter_is_kept(deployment: Deployment) -> None:
    spoil(deployment)
    run_books_check(deployment)
    (written,) = letters(deployment)
    assert (written.letter.to, written.state) == ("", "kept")


def test_the_operator_chooses_the_language(deployment: Deployment) -> None:
    spoil(deployment)
    deployment.settings = replace(deployment.settings, operator_language="zh")
    run_books_check(deployment)
    (written,) = letters(deployment)
    assert written.letter.subject == "每日账目检查发现1处问题"
    assert "运营者" in written.letter.text


def test_each_day_that_finds_something_is_told(deployment: Deployment) -> None:
    plan_books_check(deployment)
    spoil(deployment)
    for day in ("02-01", "02-02", "02-03"):
        move(deployment, f"{day}T06:00:00")
    assert [one.letter.due_at for one in letters(deployment)] == [
        parse_iso("2026-02-01T06:00:00+08:00") + number * DAY for number in range(3)
    ]


def test_a_check_that_fails_is_tried_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_books_check(deployment)
    with monkeypatch.context() as broken:
        broken.setattr("keylease.app.books.answers", lambda _: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            move(deployment, "02-01T06:00:00")
    assert checks(deployment, "pending") == ["02-01 06:00"]
    deployment.machine.advance(61)  # type: ignore[attr-defined] # the test holds it
    move(deployment, "02-01T06:10:00")
    assert checks(deployment, "done") == ["02-01 06:00"]
