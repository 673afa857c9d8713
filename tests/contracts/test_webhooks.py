"""Webhooks on both engines, delivered over the loopback interface to a real receiver."""

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select

from keylease.app import clock
from keylease.app.books import run_books_check
from keylease.app.deployment import Deployment
from keylease.app.sealing import rotate_seal
from keylease.app.webhook_sender import WebhookSender
from keylease.app.webhooks import NewWebhook, add_webhook, redeliver, remove_webhook
from keylease.core.clock import DAY
from keylease.core.errors import Misuse
from keylease.notifications.webhook_post import HttpPoster
from keylease.notifications.webhooks import LEASE_SECONDS, Delivery, attempts_max, deliver_turn
from keylease.storage import schema
from keylease.storage.webhook_outbox import SqlDeliveries
from keylease.storage.webhooks import WrittenDelivery
from unit.lifecycle.tenant import Tenant
from unit.notifications.receiver import Receiver, documented_check, receiving
from unit.notifications.samples import letter
from unit.notifications.smtp import free_port
from waiting import until


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as up:
        yield up


@pytest.fixture
def ada(deployment: Deployment) -> Tenant:
    return Tenant.arrive(deployment)


def deliver(deployment: Deployment, made: NewWebhook) -> int:
    """A turn of one webhook, as the sender gives it."""
    machine = deployment.machine
    return deliver_turn(SqlDeliveries(deployment.database), HttpPoster(), machine, made.webhook.id)


def later(deployment: Deployment, seconds: float) -> None:
    deployment.machine.advance(seconds)  # type: ignore[attr-defined] # the test holds it


def deliveries(deployment: Deployment, *states: str) -> list[WrittenDelivery]:
    """Those in these states, the oldest first."""
    with deployment.database.read() as work:
        chosen = states or ("waiting", "delivered", "failed")
        return list(reversed(work.webhooks.deliveries(chosen, 10_000)[0]))


def states(deployment: Deployment) -> list[tuple[str, int]]:
    return [(one.state, one.attempts) for one in deliveries(deployment)]


# --- what is told, and to whom --------------------------------------------------------------


def test_events_are_told_signed_and_once(
    deployment: Deployment, ada: Tenant, receiver: Receiver
) -> None:
    made = add_webhook(deployment, receiver.url, ada.account_id)
    instance = ada.buy()
    ada.renew(instance)
    assert deliver(deployment, made) == 2
    assert deliver(deployment, made) == 0
    assert receiver.kinds == ["purchase", "renewal"]
    is_genuine = documented_check(deployment.machine.wall)
    for taken in receiver.taken:
        assert is_genuine(made.secret, taken.signature, taken.body)
        assert taken.event["id"] == taken.id
        assert (taken.event["account_id"], taken.event["instance_id"]) == (ada.account_id, instance)
    assert [one.event_id for one in deliveries(deployment)] == [one.id for one in receiver.taken]
    assert states(deployment) == [("delivered", 0)] * 2


def test_a_webhook_is_told_of_its_own_account_only_and_the_operator_of_all(
    deployment: Deployment, ada: Tenant
) -> None:
    bob = Tenant.arrive(deployment)
    with receiving() as hers, receiving() as his, receiving() as all_of_it:
        made = [
            add_webhook(deployment, hers.url, ada.account_id),
            add_webhook(deployment, his.url, bob.account_id),
            add_webhook(deployment, all_of_it.url),
        ]
        one, other = ada.buy(), bob.buy()
        clock.advance(deployment, 30 * DAY, lambda _: None)
        assert [deliver(deployment, webhook) for webhook in made] == [5, 5, 10]
        assert {taken.event["instance_id"] for taken in hers.taken} == {one}
        assert {taken.event["instance_id"] for taken in his.taken} == {other}
        kinds = ["purchase", "reminder", "reminder", "reminder", "expired"]
        assert hers.kinds == his.kinds == kinds
        told = {taken.id for taken in all_of_it.taken}
        assert told == {taken.id for taken in hers.taken + his.taken}


def test_the_operator_is_told_of_findings_and_customers_are_not(
    deployment: Deployment, ada: Tenant, receiver: Receiver
) -> None:
    add_webhook(deployment, receiver.url, ada.account_id)
    operator = add_webhook(deployment, receiver.url)
    with deployment.database.begin() as work:
        row = {"id": "wrong", "at": 1, "kind": "top_up", "currency": "USD", "reference": ""}
        work.connection.execute(schema.ledger_transactions.insert(), row | {"note": ""})
    run_books_check(deployment)
    (waiting,) = deliveries(deployment)
    assert (waiting.webhook_id, waiting.kind) == (operator.webhook.id, "books_alert")
    deliver(deployment, operator)
    assert receiver.taken[0].event["data"] == {"findings": 1, "found": ["balance: wrong"]}


def test_only_events_that_were_asked_for(
    deployment: Deployment, ada: Tenant, receiver: Receiver
) -> None:
    made = add_webhook(deployment, receiver.url, ada.account_id, "renewal,expired")
    ada.renew(ada.buy())
    deliver(deployment, made)
    assert receiver.kinds == ["renewal"]


def test_what_is_undone_is_not_told(deployment: Deployment) -> None:
    add_webhook(deployment, "http://127.0.0.1/")
    with suppress(ZeroDivisionError), deployment.database.begin() as work:
        work.letters.add([letter(1)])
        assert len(work.webhooks.deliveries(["waiting"], 1)[0]) == 1
        raise ZeroDivisionError
    assert deliveries(deployment) == []


def test_a_letter_that_was_written_before_is_no_second_event(deployment: Deployment) -> None:
    add_webhook(deployment, "http://127.0.0.1/")
    for _ in range(2):
        with deployment.database.begin() as work:
            work.letters.add([letter(1), letter(2)])
    assert len(deliveries(deployment)) == 2


def test_a_batch_of_letters_costs_one_look_for_webhooks(deployment: Deployment) -> None:
    asked: list[str] = []
    engine = deployment.store.engine
    sql_event.listen(
        engine, "before_cursor_execute", lambda _c, _cursor, sql, *_: asked.append(sql)
    )
    with deployment.database.begin() as work:
        work.letters.add([letter(number) for number in range(1, 200)])
    assert len([sql for sql in asked if "webhook" in sql]) == 1


# --- failures -------------------------------------------------------------------------------


def test_a_refused_event_is_tried_again_later_under_its_id(
    deployment: Deployment, ada: Tenant, receiver: Receiver
) -> None:
    made = add_webhook(deployment, receiver.url, ada.account_id)
    ada.buy()
    receiver.answers = [500, 503]
    assert deliver(deployment, made) == 0
    assert states(deployment) == [("waiting", 1)]
    assert deliveries(deployment)[0].last_error == "the receiver answered 500"
    later(deployment, 29)
    assert deliver(deployment, made) == 0
    assert len(receiver.taken) == 1
    later(deployment, 1)
    assert deliver(deployment, made) == 0
    later(deployment, 60)
    assert deliver(deployment, made) == 1
    assert len(receiver.taken) == 3
    assert len({one.id for one in receiver.taken}) == 1
    assert len({one.body for one in receiver.taken}) == 1
    assert len({one.signature for one in receiver.taken}) == 3, "each attempt is signed anew"
    assert states(deployment) == [("delivered", 2)]


def test_an_event_that_is_refused_does_not_hold_up_the_next(
    deployment: Deployment, ada: Tenant, receiver: Receiver
) -> None:
    made = add_webhook(deployment, receiver.url, ada.account_id)
    ada.renew(ada.buy())
    receiver.answers = [400]
    assert deliver(deployment, made) == 1
    assert states(deployment) == [("waiting", 1), ("delivered", 0)]


def test_a_receiver_that_was_away_is_told_everything_when_it_is_back(
    deployment: Deployment, ada: Tenant
) -> None:
    port = free_port()
    made = add_webhook(deployment, f"http://127.0.0.1:{port}/hook", ada.account_id)
    ada.renew(ada.buy())
    deliver(deployment, made)
    assert states(deployment) == [("waiting", 1)] * 2, "one attempt was one for all"
    with receiving(port) as back:
        assert deliver(deployment, made) == 0
        later(deployment, 30)
        assert deliver(deployment, made) == 2
        assert back.kinds == ["purchase", "renewal"]


def test_after_three_days_a_delivery_is_given_up_and_can_be_asked_for_again(
    deployment: Deployment, ada: Tenant
) -> None:
    port = free_port()
    made = add_webhook(deployment, f"http://127.0.0.1:{port}/hook", ada.account_id)
    ada.buy()
    began = deployment.machine.wall()
    while deliver(deployment, made) == 0 and deliveries(deployment, "waiting"):
        with deployment.database.read() as work:
            due = work.connection.execute(select(schema.webhook_deliveries.c.not_before)).scalar()
        later(deployment, due - deployment.machine.wall())
    assert 2.9 * DAY < deployment.machine.wall() - began <= 3 * DAY
    (failed,) = deliveries(deployment, "failed")
    assert failed.attempts == attempts_max()
    later(deployment, DAY)
    with receiving(port) as back:
        assert deliver(deployment, made) == 0
        redeliver(deployment, failed.seq)
        assert deliver(deployment, made) == 1
        assert back.taken[0].id == failed.event_id
        redeliver(deployment, failed.seq)
        assert deliver(deployment, made) == 1
        assert back.taken[1].id == failed.event_id


class Killed(BaseException):
    """The process ends here."""


def test_what_was_sent_and_not_noted_is_sent_again_under_its_id(
    deployment: Deployment, ada: Tenant, receiver: Receiver
) -> None:
    class Dies(HttpPoster):
        def post(self, delivery: Delivery, headers: Mapping[str, str]) -> None:
            HttpPoster.post(self, delivery, headers)
            raise Killed

    made = add_webhook(deployment, receiver.url, ada.account_id)
    ada.buy()
    with pytest.raises(Killed):
        deliver_turn(
            SqlDeliveries(deployment.database), Dies(), deployment.machine, made.webhook.id
        )
    assert deliver(deployment, made) == 0, "it is leased"
    later(deployment, LEASE_SECONDS)
    assert deliver(deployment, made) == 1
    first, second = receiver.taken
    assert (first.id, first.body) == (second.id, second.body)


def test_two_senders_do_not_take_the_same_delivery(deployment: Deployment, ada: Tenant) -> None:
    made = add_webhook(deployment, "http://127.0.0.1/", ada.account_id)
    ada.renew(ada.buy())
    one, other = SqlDeliveries(deployment.database), SqlDeliveries(deployment.database)
    now = deployment.machine.wall()
    claims = [each.claim(made.webhook.id, now, 60) for each in (one, other, one)]
    assert [claim and claim.seq for claim in claims] == [1, 2, None]


def test_a_slow_receiver_holds_up_no_other(
    deployment: Deployment, ada: Tenant, receiver: Receiver
) -> None:
    with receiving() as slow:
        slow.before = lambda: time.sleep(1.0)
        for url in (slow.url, receiver.url):
            add_webhook(deployment, url, ada.account_id)
        ada.buy()
        sender = WebhookSender(SqlDeliveries(deployment.database), HttpPoster(), deployment.machine)
        sender.step()
        until(lambda: deliveries(deployment, "delivered"))
        assert len(receiver.taken) == 1
        assert len(deliveries(deployment, "waiting")) == 1
        until(lambda: len(deliveries(deployment, "delivered")) == 2)
        sender.close()


# --- secrets --------------------------------------------------------------------------------


def test_secrets_still_open_after_the_root_key_was_rotated(
    deployment: Deployment, ada: Tenant, receiver: Receiver
) -> None:
    made = add_webhook(deployment, receiver.url, ada.account_id)
    rotate_seal(deployment)
    ada.buy()
    assert deliver(deployment, made) == 1


def test_a_secret_is_shown_by_nothing_but_its_making(deployment: Deployment) -> None:
    made = add_webhook(deployment, "http://127.0.0.1/hook")
    assert made.secret.startswith("whsec_")
    assert made.secret not in repr(made)
    with deployment.database.begin() as work:
        work.letters.add([letter(1)])
        assert made.secret not in repr(work.webhooks.all())
        row = work.connection.execute(schema.webhooks.select()).mappings().one()
    assert made.secret.encode() not in row["wrapped_secret"]
    claim = SqlDeliveries(deployment.database).claim(made.webhook.id, 2e9, 60)
    assert claim is not None
    assert made.secret not in repr(claim)
    if deployment.store.is_sqlite:
        for file in Path(deployment.settings.data).glob("keylease.sqlite3*"):
            assert made.secret.encode() not in file.read_bytes()


# --- the operator's side --------------------------------------------------------------------


def test_a_removed_webhook_is_told_nothing_more(
    deployment: Deployment, ada: Tenant, receiver: Receiver
) -> None:
    made = add_webhook(deployment, receiver.url, ada.account_id)
    kept = add_webhook(deployment, receiver.url, ada.account_id)
    ada.buy()
    remove_webhook(deployment, made.webhook.id)
    ada.buy()
    assert deliver(deployment, made) == 0
    assert {one.webhook_id for one in deliveries(deployment)} == {kept.webhook.id}


def test_what_does_not_exist_is_said(deployment: Deployment) -> None:
    with pytest.raises(Misuse, match="no webhook 'wh-nobody'"):
        remove_webhook(deployment, "wh-nobody")
    with pytest.raises(Misuse, match="no delivery 7"):
        redeliver(deployment, 7)
    with pytest.raises(Misuse, match="no account 'nobody'"):
        add_webhook(deployment, "http://127.0.0.1/", "nobody")
    with pytest.raises(Misuse, match="no event 'sale'"):
        add_webhook(deployment, "http://127.0.0.1/", None, "sale")
