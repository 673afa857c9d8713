"""Carrying an event to its receiver by HTTP: one attempt, bounded in time, no redirects."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from keylease.notifications.webhooks import Delivery, Undelivered

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class HttpPoster:
    """Fits `keylease.notifications.webhooks.Poster`.

    An attempt lasts ``timeout_s`` at most, however slowly the receiver reads or writes.
    """

    timeout_s: float = TIMEOUT_SECONDS

    def post(self, delivery: Delivery, headers: Mapping[str, str]) -> None:
        """Deliver it; `Undelivered` unless the receiver answered 2xx."""
        connection = self._connection(delivery.url)
        try:
            with _bounded(connection, self.timeout_s):
                connection.request(
                    "POST", _target(delivery.url), delivery.body.encode(), dict(headers)
                )
                with connection.getresponse() as response:
                    status = response.status
        except (OSError, http.client.HTTPException, ValueError) as error:
            # Only its kind is told: its text could repeat what the receiver sent.
            reason = f"the receiver cannot be reached: {type(error).__name__}"
            raise Undelivered(reason, away=True) from None
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise Undelivered(f"the receiver answered {status}", away=False)

    def _connection(self, url: str) -> http.client.HTTPConnection:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(
                host, parts.port, timeout=self.timeout_s, context=context
            )
        return http.client.HTTPConnection(host, parts.port, timeout=self.timeout_s)


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@contextlib.contextmanager
def _bounded(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """Hang up after so long: the socket's own timeout begins anew with each byte. TimeoutError."""
    late = threading.Event()

    def hang_up() -> None:
        late.set()
        if connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    watchdog = threading.Timer(seconds, hang_up)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()
    if late.is_set():
        raise TimeoutError
