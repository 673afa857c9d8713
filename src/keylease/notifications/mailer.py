"""Sending letters by SMTP: at least once, never lost, recognisable when sent twice.

A letter leaves the outbox only when a mail server has taken it. Between that moment and the note
that it was sent a crash can happen; then it is sent again with the same Message-ID, so that the
second can be recognised. Whatever goes wrong, the letter stays: a temporary failure is tried again
after half a minute, then ever more slowly, at most an hour apart; a permanent refusal (5xx for this
letter) is tried again once a day and never given up, as most are mistakes in somebody's settings.

Leases and delays are machine time: moving a test clock does not wait for mail. Source: rules.md 3.
"""

import re
import smtplib
import ssl
from contextlib import closing
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, getaddresses
from typing import Literal, Protocol

from keylease.core.clock import DAY, HOUR, MachineClock, local
from keylease.core.errors import Misuse
from keylease.notifications.letters import Letter

#: Seconds before the second try; it doubles with each further failure.
FIRST_DELAY = 30.0

#: One plain address, without the characters that could make it two or something else.
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[^\s@,;:<>()\[\]\\\"]+")


class _Policy(EmailPolicy):
    """Mail whose headers begin beside their names.

    The library moves a text that fits a line, but not beside its name, to a line of its own; some
    readers then show an empty header or a leading space. Such a line becomes a little longer than
    the 78 characters that are asked for instead; 998 is the limit (RFC 5322 2.1.1).
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header as it is sent."""
        beside = f"{name}:".encode()
        return super().fold_binary(name, value).replace(beside + b"\r\n ", beside + b" ", 1)


#: The body is written in 7-bit encodings, which every mail server takes.
_POLICY = _Policy(cte_type="7bit", linesep="\r\n")


class DeliveryFailed(Exception):
    """A letter was not delivered. ``reason`` is for the operator and holds no secret."""

    def __init__(self, temporary: bool, reason: str) -> None:  # noqa: FBT001 - named by its class
        super().__init__(reason)
        self.temporary = temporary
        self.reason = reason


class ServerUnavailable(DeliveryFailed):
    """No letter can be delivered now: the mail server is away, or does not let us in."""

    def __init__(self, reason: str) -> None:
        super().__init__(True, reason)  # noqa: FBT003 - see above


@dataclass(frozen=True, slots=True)
class Claim:
    """A letter to send, and how often sending it has failed so far."""

    letter: Letter
    attempts: int


class Outbox(Protocol):
    """The letters that are written and not yet sent. All times are machine time."""

    def claim(self, limit: int, machine_now: float, lease_s: float) -> list[Claim]:
        """Take up to ``limit`` letters to send, in order of ``due_at``, for ``lease_s`` seconds.

        Left out are letters without an address, letters that wait for their next attempt, and
        those somebody else has claimed and neither reported nor let lapse.
        """
        ...

    def sent(self, letter_id: str) -> None:
        """The letter was delivered: never claim it again. Final, and harmless when repeated."""
        ...

    def failed(self, letter_id: str, reason: str, next_attempt_machine: float) -> None:
        """Count a failure and end the claim; nothing happens if the letter was sent meanwhile."""
        ...


class Transport(Protocol):
    """A way for letters to leave."""

    def send(self, letter: Letter, date: int) -> None:
        """Deliver one letter, dated with the business instant ``date``, or raise DeliveryFailed."""
        ...

    def close(self) -> None:
        """End a batch."""
        ...


def deliver_due(
    outbox: Outbox,
    transport: Transport,
    clock: MachineClock,
    limit: int = 50,
    lease_s: float = 300.0,
) -> int:
    """One pass of sending: claim letters, send each, record each. Returns how many were delivered.

    When the mail server is away the rest of the batch is not tried, only put off. A pass stops
    before its lease ends, so that a slow server does not make two senders send the same letter;
    what it leaves is claimed again when the lease has lapsed.
    """
    delivered = 0
    begun = clock.monotonic()
    failure: DeliveryFailed | None = None
    with closing(transport):
        for claim in outbox.claim(limit, clock.wall(), lease_s):
            if clock.monotonic() - begun >= lease_s / 2:
                break
            if not isinstance(failure, ServerUnavailable):
                failure = _attempt(transport, claim.letter)
            if failure is None:
                outbox.sent(claim.letter.id)
                delivered += 1
            else:
                delay = retry_delay(claim.attempts + 1) if failure.temporary else DAY
                outbox.failed(claim.letter.id, failure.reason, clock.wall() + delay)
    return delivered


def _attempt(transport: Transport, letter: Letter) -> DeliveryFailed | None:
    try:
        transport.send(letter, letter.due_at)
    except DeliveryFailed as failure:
        return failure
    return None


def retry_delay(attempts: int) -> float:
    """Seconds to wait after ``attempts`` temporary failures, at least one; at most an hour."""
    return min(FIRST_DELAY * 2.0 ** min(attempts - 1, 10), float(HOUR))


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How to reach the mail server. ``sender`` is an address, with or without a name before it.

    An empty ``user`` means no login. A password is never sent without TLS.
    """

    host: str
    port: int
    tls: Literal["off", "starttls", "tls"]
    user: str
    password: str = field(repr=False)
    sender: str
    timeout_s: float = 15.0

    def __post_init__(self) -> None:
        if self.user and self.tls == "off":
            raise Misuse("A login at the mail server needs TLS: set it to starttls or tls.")
        parsed = getaddresses([self.sender])
        if len(parsed) != 1 or not _is_address(parsed[0][1]) or not self.sender.isprintable():
            raise Misuse("The sender of mail must be like Keylease <keylease@example.com>.")


class SmtpTransport:
    """Delivery to one mail server; the connection is opened when needed and kept for a batch.

    Certificates are checked against the system's authorities.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._connection: smtplib.SMTP | None = None

    def send(self, letter: Letter, date: int) -> None:
        """Deliver one letter, dated with the business instant ``date``, or raise DeliveryFailed."""
        message = _message(letter, date, self._settings.sender)
        if self._connection is None:
            self._connection = _connect(self._settings)
        try:
            self._connection.send_message(message, to_addrs=[letter.to])
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise _failure(error) from error

    def close(self) -> None:
        """End the connection, politely if the server still listens."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()


def _connect(settings: SmtpSettings) -> smtplib.SMTP:
    where = (settings.host, settings.port)
    connection: smtplib.SMTP | None = None
    try:
        if settings.tls == "tls":
            context = ssl.create_default_context()
            connection = smtplib.SMTP_SSL(*where, timeout=settings.timeout_s, context=context)
        else:
            connection = smtplib.SMTP(*where, timeout=settings.timeout_s)
        if settings.tls == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if settings.user:
            connection.login(settings.user, settings.password)
    except smtplib.SMTPAuthenticationError as error:
        _drop(connection)
        # Its text is the server's and could repeat what was sent, so only the code is told.
        raise ServerUnavailable(f"the mail server refused the login ({error.smtp_code})") from None
    except (OSError, smtplib.SMTPException) as error:
        _drop(connection)
        raise ServerUnavailable(_told(f"the mail server cannot be used: {error}")) from error
    return connection


def _drop(connection: smtplib.SMTP | None) -> None:
    if connection is not None:
        connection.close()


def _message(letter: Letter, date: int, sender: str) -> EmailMessage:
    """The mail of a letter; a letter that is no valid mail is a permanent failure."""
    if not _is_address(letter.to):
        raise DeliveryFailed(temporary=False, reason="the account's mail address is not valid")
    message = EmailMessage(policy=_POLICY)
    headers = {
        "From": sender,
        "To": letter.to,
        "Subject": letter.subject,
        "Date": format_datetime(local(date)),
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": letter.language,
        "X-Keylease-Kind": letter.kind.value,
    }
    try:
        message.set_content(letter.text)
        for name, value in headers.items():
            message[name] = value  # ValueError for a line break: a header cannot grow a second one
    except ValueError as error:
        raise DeliveryFailed(temporary=False, reason="the letter is no valid mail") from error
    return message


def _is_address(text: str) -> bool:
    return _ADDRESS.fullmatch(text) is not None and text.isprintable()


def _failure(error: OSError | smtplib.SMTPException) -> DeliveryFailed:
    """What an error during a delivery means for the letter. Codes: RFC 5321 4.2."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refused(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return DeliveryFailed(temporary=False, reason=_told(str(error)))
    return ServerUnavailable(_told(f"the connection to the mail server broke: {error}"))


def _refused(code: int, reply: bytes | str) -> DeliveryFailed:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    reason = _told(f"the mail server refused: {code} {text}")
    if code == 421:  # "service not available, closing": said to everybody, not about this letter
        return ServerUnavailable(reason)
    return DeliveryFailed(temporary=code < 500, reason=reason)


def _told(reason: str) -> str:
    """One printable line of a reasonable length."""
    return "".join(c if c.isprintable() else " " for c in reason)[:300]
