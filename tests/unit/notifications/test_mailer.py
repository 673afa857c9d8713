from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.outbox import MemoryOutbox
from keylease.core.clock import DAY
from keylease.core.errors import Misuse
from keylease.notifications.mailer import (
    DeliveryFailed,
    ServerUnavailable,
    SmtpSettings,
    SmtpTransport,
    _message,
    deliver_due,
    retry_delay,
)
from unit.notifications.samples import ALICE, DUE, LI, letter
from unit.notifications.smtp import (
    HOST,
    PASSWORD,
    USER,
    Mailbox,
    authenticate,
    free_port,
    server_tls,
    serving,
)

SENDER = "Keylease 密钥 <no-reply@keylease.example>"


class HeldClock:
    """A machine clock that the test moves."""

    def __init__(self, at: float = 1_800_000_000.0) -> None:
        self.at = at

    def wall(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at


def settings_for(port: int, **changed: object) -> SmtpSettings:
    plain = SmtpSettings(HOST, port, "off", "", "", SENDER, timeout_s=5)
    return replace(plain, **changed)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox, port):
    with serving(mailbox, port):
        yield mailbox


@pytest.fixture
def transport(port):
    transport = SmtpTransport(settings_for(port))
    yield transport
    transport.close()


@pytest.mark.parametrize("recipient", [ALICE, LI], ids=lambda r: r.language)
def test_a_letter_arrives_as_it_was_written(server, transport, recipient):
    written = letter(3, recipient)
    transport.send(written, written.due_at)
    [message], [recipients] = server.messages, server.recipients
    assert recipients == [written.to]
    assert message["To"] == written.to
    assert message["From"] == SENDER
    assert message["Subject"] == written.subject
    assert message["Date"] == "Fri, 06 Sep 2019 09:00:00 +0800"
    assert message["Message-ID"] == written.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == written.language
    assert message["X-Keylease-Kind"] == "reminder"
    assert message.get_content_type() == "text/plain"
    assert message.get_content() == written.text.replace("\n", "\r\n")


@pytest.mark.parametrize("recipient", [ALICE, LI], ids=lambda r: r.language)
def test_what_goes_over_the_wire_is_plain_ascii_in_short_lines(recipient):
    wire = _message(letter(3, recipient), DUE, SENDER).as_bytes()
    assert wire.isascii()
    assert max(len(line) for line in wire.split(b"\r\n")) <= 78


def test_a_second_delivery_has_the_same_message_id(server, transport):
    for _ in range(2):
        transport.send(letter(), DUE)
    first, second = server.messages
    assert first["Message-ID"] == second["Message-ID"] == letter().message_id


def test_a_batch_uses_one_connection(server, transport):
    outbox = MemoryOutbox([letter(n) for n in range(1, 6)])
    assert deliver_due(outbox, transport, HeldClock()) == 5
    assert len(server.messages) == 5
    assert len(server.sessions) == 1


def test_letters_wait_while_the_server_is_down_and_then_arrive(mailbox, port, transport):
    clock, outbox = HeldClock(), MemoryOutbox([letter(1), letter(2), letter(3)])
    assert deliver_due(outbox, transport, clock) == 0
    with serving(mailbox, port):
        assert deliver_due(outbox, transport, clock) == 0  # too early for the next attempt
        clock.at += retry_delay(1)
        assert deliver_due(outbox, transport, clock) == 3
        clock.at += 10 * DAY
        assert deliver_due(outbox, transport, clock) == 0
    assert {m["Message-ID"] for m in mailbox.messages} == {letter(n).message_id for n in (1, 2, 3)}


def test_a_server_that_goes_away_between_two_letters_loses_neither(mailbox, port, transport):
    clock = HeldClock()
    with serving(mailbox, port):
        transport.send(letter(1), DUE)
    with pytest.raises(ServerUnavailable):
        transport.send(letter(2), DUE)
    with serving(mailbox, port):
        assert deliver_due(MemoryOutbox([letter(2)]), transport, clock) == 1
    assert len(mailbox.messages) == 2


def test_when_the_server_is_away_the_rest_of_the_batch_is_put_off_untried():
    class Away:
        tries = 0

        def send(self, _letter, _date):
            self.tries += 1
            raise ServerUnavailable("nobody there")

        def close(self):
            pass

    transport, clock = Away(), HeldClock()
    outbox = MemoryOutbox([letter(n) for n in range(1, 6)])
    deliver_due(outbox, transport, clock)
    assert transport.tries == 1
    assert {(r.attempts, r.free_at - clock.at) for r in outbox.rows.values()} == {(1, 30.0)}


@pytest.mark.parametrize("answers", ["rcpt_answers", "data_answers"])
def test_a_temporary_refusal_is_tried_again_soon(server, transport, answers):
    setattr(server, answers, ["451 4.3.0 try later"])
    clock, outbox = HeldClock(), MemoryOutbox([letter(1), letter(2)])
    assert deliver_due(outbox, transport, clock) == 1  # the other letter is not held up
    clock.at += retry_delay(1)
    assert deliver_due(outbox, transport, clock) == 1
    assert len(server.messages) == 2


@pytest.mark.parametrize("answers", ["rcpt_answers", "data_answers"])
def test_a_permanent_refusal_is_tried_again_once_a_day(server, transport, answers):
    setattr(server, answers, ["550 5.1.1 no such\x07 mailbox"])
    clock, outbox = HeldClock(), MemoryOutbox([letter(1)])
    assert deliver_due(outbox, transport, clock) == 0
    [row] = outbox.rows.values()
    assert row.reason.startswith("the mail server refused: 550 5.1.1 no such")
    assert row.reason.isprintable()
    clock.at += DAY - 1
    assert deliver_due(outbox, transport, clock) == 0
    clock.at += 1
    assert deliver_due(outbox, transport, clock) == 1


def test_421_speaks_about_the_server_not_the_letter(server, transport):
    server.rcpt_answers = ["421 4.3.2 shutting down"]
    with pytest.raises(ServerUnavailable):
        transport.send(letter(), DUE)


def test_a_pass_ends_before_its_lease_does(server, transport):
    class SlowTransport:
        def send(self, written, date):
            clock.at += 100
            transport.send(written, date)

        def close(self):
            transport.close()

    clock, outbox = HeldClock(), MemoryOutbox([letter(n) for n in range(1, 6)])
    assert deliver_due(outbox, SlowTransport(), clock, lease_s=300) == 2
    assert deliver_due(outbox, SlowTransport(), clock, lease_s=300) == 0
    clock.at += 300
    assert deliver_due(outbox, SlowTransport(), clock, lease_s=300) == 2
    assert len(server.messages) == 4


# The test server does not count TLS from the first byte as TLS, and warns.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_login_over_tls(mailbox, port, tmp_path, monkeypatch, tls):
    context, trusted = server_tls(tmp_path)
    options = (
        {"tls_context": context, "require_starttls": True}
        if tls == "starttls"
        else {"ssl_context": context, "auth_require_tls": False}
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    right = settings_for(port, tls=tls, user=USER, password=PASSWORD)
    with serving(mailbox, port, authenticator=authenticate, auth_required=True, **options):
        transport = SmtpTransport(right)
        transport.send(letter(), DUE)
        transport.close()
        assert len(mailbox.messages) == 1
        with pytest.raises(ServerUnavailable) as refused:
            SmtpTransport(replace(right, password="open sesame")).send(letter(), DUE)
        assert refused.value.reason == "the mail server refused the login (535)"
        with pytest.raises(DeliveryFailed):
            SmtpTransport(replace(right, user="", password="")).send(letter(), DUE)
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(mailbox, port, tmp_path, tls):
    context, _ = server_tls(tmp_path)
    options = {"tls_context": context} if tls == "starttls" else {"ssl_context": context}
    with serving(mailbox, port, **options), pytest.raises(ServerUnavailable, match="CERTIFICATE"):
        SmtpTransport(settings_for(port, tls=tls)).send(letter(), DUE)
    assert mailbox.messages == []


def test_starttls_is_not_skipped_when_the_server_does_not_offer_it(server, port):
    with pytest.raises(ServerUnavailable, match="STARTTLS"):
        SmtpTransport(settings_for(port, tls="starttls")).send(letter(), DUE)
    assert server.messages == []


def test_a_password_is_never_sent_without_tls_and_never_shown():
    with pytest.raises(Misuse, match="TLS"):
        settings_for(25, user=USER, password=PASSWORD)
    assert PASSWORD not in repr(settings_for(25, tls="tls", user=USER, password=PASSWORD))


@pytest.mark.parametrize("sender", ["", "Keylease", "a@b\r\nBcc: c@d", "two@x.example, one@y"])
def test_a_sender_that_is_no_address_is_refused(sender):
    with pytest.raises(Misuse, match="sender"):
        settings_for(25, sender=sender)


@pytest.mark.parametrize(
    "separator", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"]
)
def test_a_name_cannot_add_a_header_or_a_recipient(server, transport, separator):
    evil = f"Eve{separator}Bcc: victim@example.com{separator}{separator}<b>text</b>"
    written = letter(recipient=replace(ALICE, name=evil), instance_name=evil, instance_id=evil)
    transport.send(written, DUE)
    [message], [recipients] = server.messages, server.recipients
    assert recipients == ["alice@example.com"]
    assert message["Bcc"] is None
    assert sorted(message.keys()) == sorted(
        [
            *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"),
            *("X-Keylease-Kind", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
        ]
    )


@pytest.mark.parametrize("field", ["to", "subject", "message_id"])
def test_a_stored_line_break_never_reaches_a_header(server, transport, field):
    """The transport does not rely on `compose`: rows of the outbox could hold anything."""
    bad = replace(letter(), **{field: "alice@example.com\r\nBcc: victim@example.com"})
    with pytest.raises(DeliveryFailed) as failure:
        transport.send(bad, DUE)
    assert not failure.value.temporary
    assert server.messages == []


@pytest.mark.parametrize(
    "to",
    ["", "alice", "a@b, c@d", "a@b;c@d", "<a@b>", "A <a@b>", "a@b@c", "a b@c", '"a"@b', "a@\x00"],
)
def test_only_one_plain_address_is_written_to(server, transport, to):
    with pytest.raises(DeliveryFailed, match="not valid") as failure:
        transport.send(letter(email=to), DUE)
    assert not failure.value.temporary
    assert server.messages == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    to=st.from_regex(r"[^\s@]{1,8}@[^\s@]{1,8}", fullmatch=True),
    name=st.text(max_size=30),
)
def test_whatever_stands_in_a_letter_it_is_delivered_or_refused(server, transport, to, name):
    """Nothing else may come out of `send`: one odd letter must not stop the ones behind it."""
    taken = len(server.messages)
    try:
        transport.send(letter(recipient=replace(ALICE, name=name), instance_id=name, email=to), DUE)
    except DeliveryFailed as failure:
        assert not failure.temporary  # noqa: PT017 - both outcomes are right
        assert len(server.messages) == taken
    else:
        assert server.recipients[-1] == [to]


def test_delays_double_up_to_an_hour():
    assert [retry_delay(n) for n in range(1, 10)] == [
        *(30, 60, 120, 240, 480, 960, 1920),
        *(3600, 3600),
    ]
    assert retry_delay(10_000) == 3600
