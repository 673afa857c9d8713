"""Events as they are told, their signatures, what a webhook may be, and one attempt by HTTP."""

import json
import socket
import threading
import time
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.core.clock import DAY, HOUR, iso
from keylease.core.errors import Misuse
from keylease.crypto.secret import SecretBytes
from keylease.notifications.letters import Kind, facts_needed
from keylease.notifications.mailer import retry_delay
from keylease.notifications.webhook_post import HttpPoster
from keylease.notifications.webhooks import (
    Delivery,
    Undelivered,
    Webhook,
    attempts_max,
    check_events,
    check_url,
    event_body,
    event_id,
    signature,
)
from unit.notifications.receiver import documented_check, receiving
from unit.notifications.samples import ALICE, DUE, FACTS, LI, letter

SECRET = SecretBytes(b"whsec_of-the-test")
KINDS = pytest.mark.parametrize("kind", list(Kind))


def delivery(url: str) -> Delivery:
    return Delivery(1, "wh-1", "event-1", url, '{"a":1}', 0, SECRET)


@KINDS
@pytest.mark.parametrize("recipient", [ALICE, LI], ids=lambda one: one.language)
def test_an_event_has_its_envelope_and_every_fact_of_its_letter(kind: Kind, recipient: Any) -> None:
    written = letter(kind=kind, recipient=recipient)
    event = json.loads(event_body(written, DUE + 5))
    data = event.pop("data")
    assert event == {
        "id": event_id(written),
        "kind": kind.value,
        "account_id": recipient.account_id,
        "instance_id": written.instance_id,
        "occurred_at": iso(DUE + 5),
        "due_at": iso(DUE),
        "subject": written.subject,
    }
    assert data.keys() == facts_needed(kind) - {"instance_id"}
    told = {"amount": "1234.56", "price": "500.00", "balance": "78.90", "missing": "421.10"}
    moments = ("start", "end", "backups_until", "released", "next_attempt")
    told |= {name: iso(FACTS[name]) for name in moments}
    told |= {name: FACTS[name] for name in ("months", "automatic", "changes", "backups", "found")}
    for name in data.keys() & told.keys():
        assert data[name] == told[name], name


def test_no_further_attempt_is_told_as_null() -> None:
    written = letter(kind=Kind.AUTO_RENEWAL_FAILED, next_attempt=None)
    assert json.loads(event_body(written, DUE))["data"]["next_attempt"] is None


def test_the_id_follows_from_the_fact_alone() -> None:
    assert event_id(letter(1)) == event_id(letter(1, LI))
    assert event_id(letter(1)) != event_id(letter(2))


@given(name=st.text(min_size=1))
def test_what_people_write_stays_inside_the_document(name: str) -> None:
    written = letter(1, instance_name=name)
    text = event_body(written, DUE)
    assert text.isascii()
    assert text.isprintable()
    assert json.loads(text)["data"]["instance_name"] == name


def test_the_documented_check_takes_a_signature_and_refuses_what_was_changed() -> None:
    is_genuine = documented_check()
    body = event_body(letter(1, LI), DUE)
    now = int(time.time())
    good = signature(SECRET, now, body)
    assert is_genuine(SECRET.reveal().decode(), good, body.encode())
    assert not is_genuine("another", good, body.encode())
    assert not is_genuine(SECRET.reveal().decode(), good, body.encode() + b" ")
    later = good.replace(f"t={now}", f"t={now + 1}")
    assert not is_genuine(SECRET.reveal().decode(), later, body.encode())
    old = signature(SECRET, now - HOUR, body)
    assert not is_genuine(SECRET.reveal().decode(), old, body.encode())


def test_the_signature_is_hmac_sha256() -> None:
    """The expected value is openssl's."""
    # printf '%s' '5.what do ya want for nothing?' | openssl dgst -sha256 -hmac Jefe
    signed = signature(SecretBytes(b"Jefe"), 5, "what do ya want for nothing?")
    assert signed == ("t=5,v1=da64fe9169c3da540d53d6c26071fda4fb814ff6cb086bb8462fc941dc745fcd")


def test_a_delivery_is_tried_for_three_days() -> None:
    waits = [retry_delay(attempt) for attempt in range(1, attempts_max())]
    assert sum(waits) <= 3 * DAY < sum(waits) + HOUR
    assert waits == sorted(waits)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/x",
        "https://host.example",
        "https://[::1]:8443/a?b=c%20d",
        "HTTP://h/",
    ],
)
def test_urls_that_can_be_told(url: str) -> None:
    assert check_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://host/x", "file:///etc/passwd", "//host/x", "host/x", "http://", "https:///x",
        "http://user:secret@host/", "http://user@host/", "http://@host/", "http://host:99999/",
        "http://host:x/", "http://[::1/", "http://host/#part", "http://host/a b", "http://host/é",
        "http://host/\r\nX: 1", "http://host/\x00", "http://host/" + "x" * 2_000,
    ],
)  # fmt: skip
def test_urls_that_cannot(url: str) -> None:
    with pytest.raises(Misuse) as caught:
        check_url(url)
    assert "secret" not in str(caught.value)


def test_events_are_all_or_some_kinds() -> None:
    assert check_events("all") == "all"
    assert check_events("renewal, purchase,renewal") == "purchase,renewal"
    for wrong in ("", "purchase,", "buy", "all,purchase", "PURCHASE"):
        with pytest.raises(Misuse, match="There is no event"):
            check_events(wrong)


@pytest.mark.parametrize("events", ["all", "reminder", "purchase,reminder"])
def test_who_wants_an_event(events: str) -> None:
    other = Webhook("wh", LI.account_id, "http://h/", events, 0)
    mine = Webhook("wh", ALICE.account_id, "http://h/", events, 0)
    operator = Webhook("wh", "", "http://h/", events, 0)
    assert [one.wants(letter(1)) for one in (other, mine, operator)] == [False, True, True]
    assert mine.wants(letter(1, kind=Kind.EXPIRED)) == (events == "all")


# --- one attempt ----------------------------------------------------------------------------


def test_a_post_is_what_the_page_says() -> None:
    with receiving() as receiver:
        HttpPoster().post(delivery(receiver.url + "?key=1"), {"Keylease-Event-Id": "event-1"})
        (taken,) = receiver.taken
    assert (taken.path, taken.id, taken.body) == ("/hook?key=1", "event-1", b'{"a":1}')


@pytest.mark.parametrize("status", [200, 204, 299])
def test_any_2xx_is_taken(status: int) -> None:
    with receiving() as receiver:
        receiver.answers = [status]
        HttpPoster().post(delivery(receiver.url), {})


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 410, 500, 503])
def test_other_answers_are_failures_and_redirects_are_not_followed(status: int) -> None:
    with receiving() as receiver:
        receiver.answers = [status]
        with pytest.raises(Undelivered) as caught:
            HttpPoster().post(delivery(receiver.url), {})
        assert len(receiver.taken) == 1
    assert (caught.value.reason, caught.value.away) == (f"the receiver answered {status}", False)


def test_a_receiver_that_is_not_there_is_away() -> None:
    with receiving() as receiver:
        pass
    with pytest.raises(Undelivered) as caught:
        HttpPoster().post(delivery(receiver.url), {})
    assert caught.value.away


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 ", b"not http\r\n"])
@pytest.mark.parametrize("drips", [True, False])
def test_an_attempt_ends_in_time_however_slowly_the_receiver_talks(
    answer: bytes, drips: bool
) -> None:
    """It says nothing, or a byte now and then, and never hangs up."""
    stop = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def talk() -> None:
            connection, _ = listener.accept()
            with closing(connection):
                connection.sendall(answer)
                while not stop.wait(0.05) and drips:
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return
                stop.wait(5)

        thread = threading.Thread(target=talk)
        thread.start()
        begun = time.monotonic()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(Undelivered) as caught:
            HttpPoster(timeout_s=0.4).post(delivery(url), {})
        assert time.monotonic() - begun < 3
        assert caught.value.away
        stop.set()
        thread.join()
