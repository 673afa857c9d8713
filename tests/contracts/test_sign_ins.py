"""Who has signed in, and who tried in vain, on both engines."""

from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from keylease.access import calendar_feeds, devices, sign_in
from keylease.access.accounts import Account, User
from keylease.access.calendar_feeds import CalendarFeed
from keylease.access.passwords import hash_password
from keylease.access.sign_in import (
    FREE_TRIES,
    IDLE_SECONDS,
    SESSION_SECONDS,
    Failures,
    Session,
    digest_of,
)
from keylease.core.errors import Code, Refusal
from keylease.storage import schema
from keylease.storage.unit_of_work import UnitOfWork

ADA = Account("1000000000000001", "ada-s", "", "en", "USD", 0, 0)
HASH = hash_password("right")
USER = User("user-1", ADA.id, "ada-s", HASH, 0)


@pytest.fixture
def peopled(work: UnitOfWork) -> UnitOfWork:
    work.accounts.add(ADA)
    work.accounts.add_user(USER)
    return work


def begun(work: UnitOfWork) -> str:
    return sign_in.begin_session(work, USER)


def test_a_session_is_found_by_its_token_with_user_and_account(peopled: UnitOfWork) -> None:
    token = begun(peopled)
    found = peopled.sign_ins.visitor(digest_of(token))
    assert found is not None
    assert found[1:] == (USER, ADA)
    assert peopled.sign_ins.visitor(digest_of(token + "0")) is None


def test_the_operator_has_no_account(peopled: UnitOfWork) -> None:
    operator = User("user-2", "", "operator-s", HASH, 0)
    peopled.accounts.add_user(operator)
    found = peopled.sign_ins.visitor(digest_of(sign_in.begin_session(peopled, operator)))
    assert found is not None
    assert found[1:] == (operator, None)


def test_sessions_end_one_by_one_or_all_of_somebody(peopled: UnitOfWork) -> None:
    first, second, third = (digest_of(begun(peopled)) for _ in range(3))
    peopled.sign_ins.end(first)
    assert peopled.sign_ins.visitor(first) is None
    assert peopled.sign_ins.visitor(second) is not None
    assert [one.digest for one in peopled.sign_ins.of_user(USER.id)] == sorted((second, third))
    assert peopled.sign_ins.of_user("user-2") == []
    peopled.sign_ins.end_all(USER.id, but=third)
    assert [one.digest for one in peopled.sign_ins.of_user(USER.id)] == [third]
    peopled.sign_ins.end_all(USER.id)
    assert [peopled.sign_ins.visitor(one) for one in (second, third)] == [None, None]


def test_a_session_is_over_when_idle_and_after_its_hours() -> None:
    session = Session(b"", "", "", began=1000.0, seen=1000.0)
    assert not session.is_over(1000.0 + IDLE_SECONDS - 1)
    assert session.is_over(1000.0 + IDLE_SECONDS)
    busy = replace(session, seen=1000.0 + SESSION_SECONDS - 1)
    assert not busy.is_over(1000.0 + SESSION_SECONDS - 1)
    assert busy.is_over(1000.0 + SESSION_SECONDS)


def test_what_is_over_is_forgotten_when_somebody_signs_in(peopled: UnitOfWork) -> None:
    old = Session(b"old", USER.id, "", 0.0, peopled.machine - IDLE_SECONDS - 1)
    peopled.sign_ins.add(old)
    peopled.sign_ins.failures("long ago")
    begun(peopled)
    assert peopled.sign_ins.visitor(b"old") is None


def test_a_try_is_counted_and_a_session_forgets_the_tries(peopled: UnitOfWork) -> None:
    for count in (1, 2):
        assert sign_in.count_try(peopled, USER.name, operator=False) == USER
        assert peopled.sign_ins.failures(USER.name).count == count
    begun(peopled)
    assert peopled.sign_ins.failures(USER.name) == Failures()


def tries_until_refused(work: UnitOfWork, device: str, most: int = 1000) -> int:
    """How many wrong passwords at one moment are looked at before the next has to wait."""
    for count in range(most):
        try:
            sign_in.count_try(work, USER.name, device, operator=False)
        except Refusal:
            return count
    return most


def test_who_guesses_elsewhere_keeps_nobody_waiting_at_a_known_browser(
    peopled: UnitOfWork,
) -> None:
    known = devices.new_device(USER, peopled.entropy)
    for _ in range(1000):
        with suppress(Refusal):
            sign_in.count_try(peopled, USER.name, operator=False)
    assert tries_until_refused(peopled, "") == 0
    assert sign_in.count_try(peopled, USER.name, known, operator=False) == USER
    sign_in.begin_session(peopled, USER, known)
    assert peopled.sign_ins.failures(devices.counted_as(USER.name, USER, known)) == Failures()
    assert tries_until_refused(peopled, "") == 0  # nor does signing in there help who guesses


def test_who_stole_what_a_known_browser_keeps_has_to_wait_as_well(peopled: UnitOfWork) -> None:
    stolen, other = (devices.new_device(USER, peopled.entropy) for _ in range(2))
    assert tries_until_refused(peopled, stolen) == FREE_TRIES + 1
    assert tries_until_refused(peopled, other) == FREE_TRIES + 1
    assert tries_until_refused(peopled, "") == FREE_TRIES + 1
    count = select(func.count()).select_from(schema.sign_in_failures)
    assert peopled.connection.execute(count).scalar_one() == 3


def test_only_what_the_name_with_its_present_password_was_given_makes_a_browser_known(
    peopled: UnitOfWork,
) -> None:
    own = devices.new_device(USER, peopled.entropy)
    nonce, _, mac = own.partition(".")
    others = replace(USER, id="user-3", name="bob-s", password_hash=hash_password("right"))
    peopled.accounts.add_user(others)
    assert tries_until_refused(peopled, "") == FREE_TRIES + 1
    for made_up in (
        "",
        nonce,
        f"{nonce}.",
        f".{mac}",
        f"{nonce[:-1]}.{mac}",
        f"{nonce}.{mac}0",
        f"{nonce}.\xff",
        devices.new_device(others, peopled.entropy),
        devices.new_device(replace(USER, password_hash=others.password_hash), peopled.entropy),
    ):
        assert tries_until_refused(peopled, made_up) == 0
    assert tries_until_refused(peopled, own) == FREE_TRIES + 1


def test_no_session_begins_with_a_password_that_was_changed_meanwhile(
    peopled: UnitOfWork,
) -> None:
    seen = sign_in.require_password(peopled.sign_ins.user(USER.name), "right")
    peopled.accounts.set_password(USER.id, "another hash")
    peopled.sign_ins.end_all(USER.id)
    with pytest.raises(Refusal, match="The name or the password is wrong"):
        sign_in.begin_session(peopled, seen)
    peopled.accounts.remove_user(USER.id)
    with pytest.raises(Refusal, match="The name or the password is wrong"):
        sign_in.begin_session(peopled, seen)
    assert peopled.sign_ins.of_user(USER.id) == []


def test_a_user_of_the_other_console_is_nobody(peopled: UnitOfWork) -> None:
    assert sign_in.count_try(peopled, USER.name, operator=True) is None


@pytest.mark.parametrize(
    ("count", "seconds"), [(4, 0), (5, 1), (6, 2), (9, 16), (14, 512), (15, 900), (500, 900)]
)
def test_who_guesses_waits_ever_longer(count: int, seconds: int) -> None:
    failures = Failures(count, 1000.0)
    failures.require_patience(1000.0 + seconds)
    if seconds:
        with pytest.raises(Refusal) as refused:
            failures.require_patience(1000.0 + seconds - 0.5)
        assert refused.value.code is Code.THROTTLED


def test_the_password_decides_and_nobody_has_none() -> None:
    assert sign_in.require_password(USER, "right") == USER
    for user in (USER, None):
        with pytest.raises(Refusal, match="The name or the password is wrong"):
            sign_in.require_password(user, "wrong")
    with pytest.raises(Refusal):
        sign_in.require_password(None, "nobody's")


def test_a_feed_opens_with_its_password_only_and_is_slowed_by_wrong_ones(
    peopled: UnitOfWork,
) -> None:
    password = calendar_feeds.new_password(peopled.entropy)
    assert not calendar_feeds.is_let_in(peopled, ADA.id, password)
    for made_at in (1, 2):  # another one takes its place
        feed = CalendarFeed(ADA.id, digest_of(password), made_at)
        peopled.calendar_feeds.put(feed)
        assert peopled.calendar_feeds.find(ADA.id) == feed
    assert calendar_feeds.is_let_in(peopled, ADA.id, password)
    for wrong in ("", password[:-1], password + "0", "x", password.upper() + "A"):
        assert not calendar_feeds.is_let_in(peopled, ADA.id, wrong)
    with pytest.raises(Refusal) as refused:
        calendar_feeds.is_let_in(peopled, ADA.id, password)
    assert refused.value.code is Code.THROTTLED
    count = select(func.count()).select_from(schema.sign_in_failures)
    kept = peopled.connection.execute(count).scalar_one()
    assert not calendar_feeds.is_let_in(peopled, "1000000000000002", password)
    assert peopled.connection.execute(count).scalar_one() == kept  # where there is no feed
    peopled.calendar_feeds.remove(ADA.id)
    assert peopled.calendar_feeds.find(ADA.id) is None
