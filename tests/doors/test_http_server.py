"""The HTTP server, seen from a socket: what it accepts, what it refuses, and what it never says.

Rules of the protocol: RFC 9110 and RFC 9112. Limits: design.md 3, facts/kms-api.md B.8.
"""

import asyncio
import datetime as dt
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from doors.http_raw import Client, Running, exchange, serving
from keylease.access.request import Request
from keylease.api.http import Limits, Response
from keylease.api.http.connection import Phase
from keylease.api.http.reader import RequestReader, split_target
from waiting import until

SECRET = "Zm9yYmlkZGVu"
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def shown(request: Request) -> bytes:
    parts = [request.method, request.path, request.query, repr(sorted(request.headers.items()))]
    return "\n".join([*parts, request.body.decode("latin-1"), request.peer]).encode()


def echo(request: Request) -> Response:
    return Response(200, (("X-Kind", "echo"),), shown(request))


@pytest.fixture(scope="module")
def plain() -> Iterator[Running]:
    with serving(echo) as running:
        yield running


# What reaches the handler.


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_any_method_reaches_the_handler_with_the_target_as_it_was_sent(plain, method):
    head = f"{method} /a%2Fb/%e4?x=%20+&y=?#z HTTP/1.1\r\nHost: kms.example\r\n"
    answer = exchange(plain.port, f"{head}Content-Length: 4\r\n\r\nb=%0".encode())
    lines = answer.body.decode().split("\n")
    assert answer.status == 200
    assert lines[:3] == [method, "/a%2Fb/%e4", "x=%20+&y=?#z"]
    assert lines[4:] == ["b=%0", "127.0.0.1"]


def test_headers_are_lower_case_stripped_and_joined(plain):
    head = b"GET / HTTP/1.1\r\nHost: a\r\nX-Two:  one \t\r\nX-Empty:\r\nx-tWO: two\r\n\r\n"
    line = exchange(plain.port, head).body.decode().split("\n")[3]
    assert line == repr([("host", "a"), ("x-empty", ""), ("x-two", "one, two")])


def test_an_answer_has_a_length_a_date_and_no_banner(plain):
    headers = exchange(plain.port, GET).headers
    assert headers.keys() == {"x-kind", "content-length", "date"}


@pytest.mark.parametrize(
    ("target", "split"),
    [
        ("/", ("/", "")),
        ("/?", ("/", "")),
        ("/a?b?c", ("/a", "b?c")),
        ("http://kms.example:80/a?b", ("/a", "b")),
        ("HTTPS://kms.example?b", ("/", "b")),
        ("http://kms.example", ("/", "")),
        ("*", ("*", "")),
        ("/http://x/?y", ("/http://x/", "y")),
    ],
)
def test_a_target_is_split_at_the_first_question_mark(target, split):
    assert split_target(target) == split


def test_an_absolute_target_is_served(plain):
    head = b"POST http://kms.example/p?q=1 HTTP/1.1\r\nHost: kms.example\r\n\r\n"
    assert exchange(plain.port, head).body.split(b"\n")[1:3] == [b"/p", b"q=1"]


def test_a_request_may_come_byte_by_byte(plain):
    with Client(plain.port) as client:
        for byte in b"POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi":
            client.send(bytes([byte]))
        assert client.read().body.split(b"\n")[4] == b"hi"


def chunked(*chunks: bytes, trailer: bytes = b"", extension: bytes = b"") -> bytes:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
    framed = b"".join(b"%x%b\r\n%b\r\n" % (len(c), extension, c) for c in chunks)
    return head + framed + b"0\r\n" + trailer + b"\r\n"


def test_a_chunked_body_is_put_together(plain):
    answer = exchange(plain.port, chunked(b"ab", b"c" * 300, *[b"d"] * 50, extension=b";x=y"))
    assert answer.body.split(b"\n")[4] == b"ab" + b"c" * 300 + b"d" * 50


def test_a_trailer_is_dropped_and_does_not_reach_the_next_request(plain):
    with Client(plain.port) as client:
        client.send(chunked(b"a", trailer=b"X-Forged: 1\r\n") + GET)
        assert b"forged" not in client.read().body
        assert client.read().body.split(b"\n")[3] == b"[('host', 'a')]"


# Connections.


def test_60_pipelined_requests_are_answered_in_order_whoever_answers_them():
    async def later(request: Request) -> Response:
        await asyncio.sleep(0.001)
        return echo(request)

    def mixed(request: Request) -> Response | asyncio.Future[Response] | asyncio.Task[Response]:
        number = int(request.path[1:])
        if number % 3 == 0:
            return echo(request)
        loop = asyncio.get_running_loop()
        if number % 3 == 1:
            return loop.create_task(later(request))
        future = loop.create_future()
        loop.call_later(0.002, future.set_result, echo(request))
        return future

    with serving(mixed) as running, Client(running.port) as client:
        client.send(b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % n for n in range(60)))
        numbers = [int(client.read().body.split(b"\n")[1][1:]) for _ in range(60)]
        assert numbers == list(range(60))


def test_a_coroutine_is_a_handler_too():
    async def answer(request: Request) -> Response:
        return echo(request)

    with serving(answer) as running:
        assert exchange(running.port, GET).status == 200


def test_requests_are_not_read_while_one_is_being_answered():
    """Else a client could fill the memory with requests whose answers it does not wait for."""
    release = threading.Event()
    seen = []

    async def wait(request: Request) -> Response:
        seen.append(request)
        await asyncio.to_thread(release.wait)
        return echo(request)

    with serving(wait) as running, Client(running.port) as client:
        client.socket.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.send(GET * 2_000_000)
        assert len(seen) == 1
        assert len(running.connection()._unparsed) < 1_000_000
        client.reset()
        release.set()
        until(lambda: running.connections() == 0)
        assert len(seen) < 50


def test_reading_goes_on_when_the_answer_is_given():
    async def later(request: Request) -> Response:
        await asyncio.sleep(0)
        return Response(200, (), b"%d" % len(request.body))

    with serving(later) as running, Client(running.port) as client:
        client.send(request_of(body=b"b" * 50_000) * 30)
        assert [client.read().body for _ in range(30)] == [b"50000"] * 30


def test_head_is_answered_without_a_body(plain):
    with Client(plain.port) as client:
        client.send(GET.replace(b"GET", b"HEAD") + GET)
        head = client.read(head_only=True)
        assert int(head.headers["content-length"]) == len(client.read().body) + 1


def test_204_has_neither_body_nor_length():
    with (
        serving(lambda _: Response(204, (), b"ignored")) as running,
        Client(running.port) as client,
    ):
        client.send(GET * 2)
        assert [client.read().headers.get("content-length") for _ in range(2)] == [None, None]


@pytest.mark.parametrize(
    ("version", "connection", "answer"),
    [
        ("1.1", "", None),
        ("1.1", "Connection: close\r\n", "close"),
        ("1.0", "", "close"),
        ("1.0", "Connection: keep-alive\r\n", "keep-alive"),
        ("1.1", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n", "close"),
    ],
)
def test_a_connection_stays_open_as_both_sides_said(plain, version, connection, answer):
    head = f"GET / HTTP/{version}\r\nHost: a\r\n{connection}\r\n".encode()
    with Client(plain.port) as client:
        assert client.send(head).read().headers.get("connection") == answer
        if answer == "close":
            assert client.at_end()
        else:
            assert client.send(GET).read().status == 200


def test_what_follows_the_last_request_is_not_served(plain):
    with Client(plain.port) as client:
        client.send(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + GET)
        assert client.read().status == 200
        assert client.at_end()


def test_a_client_that_only_closed_its_half_gets_its_answers():
    async def later(request: Request) -> Response:
        await asyncio.sleep(0.02)
        return echo(request)

    with serving(later) as running, Client(running.port) as client:
        client.send(GET * 2)
        client.socket.shutdown(1)
        assert [client.read().status, client.read().status] == [200, 200]
        assert client.at_end()


EXPECT = b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"


def test_a_client_that_waits_for_100_continue_gets_it_after_earlier_answers(plain):
    with Client(plain.port) as client:
        client.send(GET + EXPECT % 2)
        assert [client.read().status, client.read().status] == [200, 100]
        assert client.send(b"hi").read().body.split(b"\n")[4] == b"hi"


def test_a_client_that_did_not_wait_is_not_told_to_continue(plain):
    assert exchange(plain.port, EXPECT % 2 + b"hi").status == 200


def test_a_client_that_began_its_body_is_not_told_to_continue(plain):
    with Client(plain.port) as client:
        client.send(EXPECT % 2 + b"h")
        until(lambda: any(c._phase is Phase.BODY for c in plain.server._shared.connections))
        assert client.send(b"i").read().status == 200


def test_a_client_is_told_to_continue_once(plain):
    head, body = chunked(b"hi").split(b"\r\n\r\n", 1)
    with Client(plain.port) as client:
        assert client.send(head + b"\r\nExpect: 100-Continue\r\n\r\n").read().status == 100
        for byte in body:
            client.send(bytes([byte]))
        assert client.read().status == 200


def test_a_client_that_waits_with_too_large_a_body_is_refused_before_it_sends(plain):
    assert exchange(plain.port, EXPECT % (Limits().body + 1)).status == 413


def test_several_addresses_are_served_by_one_server():
    with serving(echo) as running:
        other = running.run(running.server.start("127.0.0.1", 0))
        assert other != running.port
        assert exchange(other, GET).status == exchange(running.port, GET).status == 200


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_it_does_not_matter_how_the_network_cuts_the_stream(data):
    stream = (
        b"POST /a%20b?c=d HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz"
        + chunked(b"ab", b"cde", trailer=b"T: 1\r\n")
        + b"\r\nGET http://h/e?f HTTP/1.1\r\nHost: h\r\nX: 1\r\nX: 2\r\nConnection: close\r\n\r\n"
    )
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=30).map(sorted))
    whole, pieces = RequestReader(Limits(), "p"), RequestReader(Limits(), "p")
    whole.feed(stream)
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        pieces.feed(stream[start:end])
    assert [shown(a.request) for a in pieces.ready] == [shown(a.request) for a in whole.ready]
    assert len(whole.ready) == 3


# What is refused.

SMUGGLING = {
    "length and coding": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding and length": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "a list of lengths": b"Content-Length: 5, 6\r\n\r\nhello!",
    "a length with a sign": b"Content-Length: +5\r\n\r\nhello",
    "a negative length": b"Content-Length: -5\r\n\r\nhello",
    "an empty length": b"Content-Length:\r\n\r\n",
    "a length beyond 64 bits": b"Content-Length: 18446744073709551621\r\n\r\nhello",
    "another coding": b"Transfer-Encoding: gzip\r\n\r\n",
    "another coding first": b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "another coding last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunked twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a coding that looks like it": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a coding behind a tab": b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "a blank before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a folded header": b"X: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bare carriage return": b"X: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bare line feed": b"X: a\nContent-Length: 5\r\n\r\nhello",
    "a zero byte": b"X: a\x00b\r\n\r\n",
    "a second host": b"host: b\r\n\r\n",
    "a chunk size with a sign": b"Transfer-Encoding: chunked\r\n\r\n+2\r\nab\r\n0\r\n\r\n",
    "a chunk size with 0x": b"Transfer-Encoding: chunked\r\n\r\n0x2\r\nab\r\n0\r\n\r\n",
    "a chunk size that overflows": b"Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\nab",
    "a chunk longer than it says": b"Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
    "a chunk that ends in a line feed": b"Transfer-Encoding: chunked\r\n\r\n2\nab\n0\n\n",
}

MALFORMED = {
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no version": b"GET /\r\n\r\n",
    "HTTP/0.9": b"GET / HTTP/0.9\r\n\r\n",
    "HTTP/2.0": b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
    "HTTP/2 itself": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a method in lower case": b"get / HTTP/1.1\r\nHost: a\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "a relative target": b"GET a/b HTTP/1.1\r\nHost: a\r\n\r\n",
    "a raw byte in the target": b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    "a blank in the target": b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "lines that end in line feeds": b"GET / HTTP/1.1\nHost: a\n\n",
    "chunked in HTTP/1.0": b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize(
    "data",
    [
        *(
            pytest.param(b"POST /x HTTP/1.1\r\nHost: a\r\n" + rest, id=name)
            for name, rest in SMUGGLING.items()
        ),
        *(pytest.param(data, id=name) for name, data in MALFORMED.items()),
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(data):
    seen = []
    with (
        serving(lambda request: seen.append(request.path) or echo(request)) as running,
        Client(running.port) as client,
    ):
        client.send(GET + data + GET.replace(b"/ ", b"/smuggled "))
        assert client.read().status == 200, "what came before is answered first"
        refusal = client.read()
        assert (refusal.status, refusal.headers["connection"]) == (400, "close")
        assert refusal.body.startswith(b'{"Code": "ParseRequestParameterException"')
        assert client.at_end()
    assert seen == ["/"]


def request_of(target: bytes = b"/", headers: bytes = b"", body: bytes = b"") -> bytes:
    head = b"POST %b HTTP/1.1\r\nHost: a\r\n%bContent-Length: %d\r\n\r\n"
    return head % (target, headers, len(body)) + body


def test_a_target_of_128_kib_is_served_and_one_byte_more_is_not(plain):
    longest = b"/?SecretData=".ljust(131_072, b"x")
    answer = exchange(plain.port, request_of(longest))
    assert (answer.status, len(answer.body.split(b"\n")[2])) == (200, 131_070)
    assert exchange(plain.port, request_of(longest + b"x")).status == 414


SIZES = {
    # Host, Content-Length and X take 4 + 1 + 4, 14 + 1 + 4 and 1 + 167 + 4 bytes: 200.
    "headers that fit": (request_of(headers=b"X: %b\r\n" % (b"v" * 167)), 200),
    "headers one byte too large": (request_of(headers=b"X: %b\r\n" % (b"v" * 168)), 431),
    "8 headers": (request_of(headers=b"A:\r\n" * 6), 200),
    "9 headers": (request_of(headers=b"A:\r\n" * 7), 431),
    "a body that fits": (request_of(body=b"b" * 1000), 200),
    "a body one byte too large": (request_of(body=b"b" * 1001), 413),
    "chunks that fit": (chunked(b"b" * 400, b"b" * 600), 200),
    "chunks one byte too large": (chunked(b"b" * 400, b"b" * 601), 413),
    "the smallest chunks": (chunked(*[b"b"] * 1000), 200),
    "a large trailer": (chunked(b"b", trailer=b"T: %b\r\n" % (b"t" * 400)), 431),
    "an endless target": (b"POST /" + b"endless" * 50_000, 414),
    "an endless header": (b"POST / HTTP/1.1\r\nHost: a\r\nX: " + b"endless" * 50_000, 431),
    "an endless name": (b"POST / HTTP/1.1\r\nHost: a\r\n" + b"endless" * 50_000, 431),
    "endless chunk framing": (chunked(b"b", extension=b";e=" + b"endless" * 50_000), 413),
}


@pytest.mark.parametrize(("data", "status"), SIZES.values(), ids=SIZES)
def test_sizes_are_limited_to_the_byte_where_they_are_known(data, status):
    limits = Limits(target=1000, header_bytes=200, header_count=8, body=1000)
    with serving(echo, limits) as running, Client(running.port) as client:
        assert client.send(data).read().status == status
        assert status == 200 or client.at_end()


def test_each_request_has_its_own_limits():
    reader = RequestReader(Limits(target=1000, header_bytes=200), "p")
    for _ in range(100):
        request = request_of(b"/".ljust(1000, b"x"))
        reader.feed(request[:-2])
        reader.feed(request[-2:])
    assert len(reader.ready) == 100


SHORT = replace(Limits(), idle_seconds=20, head_seconds=20, request_seconds=20, linger_seconds=20)


LATE = {
    "the first byte": (replace(SHORT, head_seconds=0.1), b"P"),
    "a head without its end": (replace(SHORT, head_seconds=0.1), GET[:-2]),
    "no body": (replace(SHORT, request_seconds=0.1), EXPECT % 3),
    "a body without its end": (replace(SHORT, request_seconds=0.1), request_of(body=b"body")[:-1]),
    "chunks without their end": (replace(SHORT, request_seconds=0.1), chunked(b"body")[:-1]),
}


@pytest.mark.parametrize(("limits", "data"), LATE.values(), ids=LATE)
def test_a_request_that_does_not_arrive_in_time_is_refused_with_408(limits, data):
    with serving(echo, limits) as running, Client(running.port) as client:
        answer = client.send(data).read()
        answer = client.read() if answer.status == 100 else answer
        assert (answer.status, answer.headers["connection"]) == (408, "close")
        assert client.at_end()


class HeldClock:
    """Machine time that a test moves."""

    now = 1000.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def advance(self, seconds: float, running: Running) -> None:
        """Go on, and return when the server has looked."""
        self.now += seconds
        until(lambda: formatdate(self.now, usegmt=True) in running.server._shared.date_line)


#: A quarter of the shortest limit is how often the server looks at the clock.
HELD = Limits(idle_seconds=75, head_seconds=10, request_seconds=30, linger_seconds=0.04)


def trickle(parts: list[tuple[Phase, bytes]], seconds: float) -> int | None:
    """Send each part, ``seconds`` apart; the status of the answer, None for none.

    With each part comes the phase that it leads to.
    """
    clock = HeldClock()
    with serving(echo, HELD, clock=clock) as running, Client(running.port) as client:
        connection = running.connection()
        for phase, part in parts:
            client.send(part)
            until(lambda phase=phase: connection._phase is phase)
            clock.advance(seconds, running)
        client.socket.settimeout(0.1)
        try:
            return client.read().status
        except TimeoutError:
            return None


HEAD = [(Phase.HEAD, b"POST / "), (Phase.HEAD, b"HTTP/1.1\r\n")]
BODY = [
    (Phase.HEAD, b"POST / HTTP/1.1\r\nHost: a\r\n"),
    (Phase.BODY, b"Content-Length: 9\r\n\r\n"),
    (Phase.BODY, b"b"),
    (Phase.BODY, b"b"),
]


@pytest.mark.parametrize(
    ("parts", "seconds", "status"),
    [(HEAD, 4.9, None), (HEAD, 5.1, 408), (BODY, 7.4, None), (BODY, 7.6, 408)],
)
def test_the_time_of_a_request_counts_from_its_first_byte(parts, seconds, status):
    assert trickle(parts, seconds) == status


def test_the_time_of_the_next_request_starts_when_the_answer_before_it_is_given():
    release = threading.Event()

    async def slow(request: Request) -> Response:
        await asyncio.to_thread(release.wait)
        return echo(request)

    clock = HeldClock()
    with serving(slow, HELD, clock=clock) as running, Client(running.port) as client:
        client.send(GET + GET[:5])
        connection = running.connection()
        until(lambda: connection._phase is Phase.HANDLER)
        clock.advance(1000, running)
        release.set()
        assert client.read().status == 200
        clock.advance(9, running)
        assert client.send(GET[5:]).read().status == 200


def test_each_answer_starts_the_idle_time_again():
    clock = HeldClock()
    with serving(echo, HELD, clock=clock) as running, Client(running.port) as client:
        for _ in range(4):
            assert client.send(GET).read().status == 200
            clock.advance(60, running)
        clock.advance(16, running)
        assert client.at_end()


@pytest.mark.parametrize("before", [b"", GET])
def test_an_idle_connection_is_closed_without_a_word(before):
    with serving(echo, replace(SHORT, idle_seconds=0.1)) as running, Client(running.port) as client:
        if before:
            assert client.send(before).read().status == 200
        assert client.at_end()


def test_a_refused_client_that_goes_on_sending_is_cut():
    limits = replace(SHORT, linger_seconds=0.1)
    with serving(echo, limits) as running, Client(running.port) as client:
        assert client.send(b"\x00").read().status == 400
        until(lambda: running.connections() == 0)


def test_a_client_that_does_not_read_its_answers_is_cut():
    limits = replace(SHORT, write_buffer=1000, write_seconds=0.1)
    size = 16_000_000
    with (
        serving(lambda _: Response(200, (), bytes(size)), limits) as running,
        Client(running.port, small=True) as client,
    ):
        client.send(GET * 3)
        until(lambda: running.connections() == 1)
        until(lambda: running.connections() == 0)
        received = 0
        try:
            while got := client.socket.recv(1 << 20):
                received += len(got)
        except ConnectionResetError:
            pass
        assert received < size


def test_requests_are_not_read_while_answers_are_not():
    with (
        serving(lambda _: Response(200, (), bytes(16_000_000)), SHORT) as running,
        Client(running.port, small=True) as client,
    ):
        client.send(GET)
        connection = running.connection()
        until(lambda: connection._phase is Phase.READER)
        client.socket.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.send(GET * 2_000_000)
        assert len(connection._unparsed) < 1_000_000
        client.reset()


def test_a_client_that_reads_slowly_gets_everything():
    limits = replace(SHORT, write_buffer=1000)
    with (
        serving(lambda _: Response(200, (), bytes(3_000_000)), limits) as running,
        Client(running.port, small=True) as client,
    ):
        client.send(GET * 3)
        assert [len(client.read().body) for _ in range(3)] == [3_000_000] * 3


def file_of(content: bytes) -> BinaryIO:
    """An open file."""
    return BytesIO(content)


def test_a_file_is_sent_whole_before_the_next_answer():
    content = bytes(range(256)) * 12_000
    limits = replace(SHORT, write_buffer=1000)

    def handle(request: Request) -> Response:
        if request.path == "/":
            return Response(200, (), b"head", file_of(content), len(content))
        return echo(request)

    with serving(handle, limits) as running, Client(running.port, small=True) as client:
        client.send(GET + b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + GET.replace(b"/ ", b"/next ", 1))
        assert client.read().body == b"head" + content
        head = client.read(head_only=True)
        assert head.headers["content-length"] == str(4 + len(content))
        assert b"/next" in client.read().body


@pytest.mark.parametrize("reads", [True, False])
def test_a_file_is_closed_when_its_client_goes_away_or_does_not_read(reads):
    file = file_of(bytes(16_000_000))
    limits = replace(SHORT, write_buffer=1000, write_seconds=60 if reads else 0.2)
    answer = Response(200, (), b"", file, 16_000_000)
    with serving(lambda _: answer, limits) as running, Client(running.port, small=True) as client:
        client.send(GET)
        until(lambda: running.connections() == 1)
        if reads:
            client.file.read(100_000)
            client.reset()
        until(lambda: file.closed)
        until(lambda: running.connections() == 0)


def test_connections_beyond_the_limit_are_told_503_until_one_closes():
    with serving(echo, replace(SHORT, connections=2)) as running:
        with Client(running.port) as one, Client(running.port) as two:
            assert one.send(GET).read().status == two.send(GET).read().status == 200
            with Client(running.port) as three:
                answer = three.send(GET).read()
                assert (answer.status, answer.headers["connection"]) == (503, "close")
                assert b"ServiceUnavailableTemporary" in answer.body
                assert three.at_end()
            assert one.send(GET).read().status == 200
        until(lambda: running.connections() == 0)
        assert exchange(running.port, GET).status == 200


def test_connections_far_beyond_the_limit_are_cut():
    with serving(echo, replace(SHORT, connections=1)) as running:
        clients = [Client(running.port) for _ in range(70)]
        with pytest.raises((AssertionError, ConnectionError)):
            clients[-1].read()
        for client in clients:
            client.close()


# What goes wrong.


@pytest.mark.parametrize(
    "data", [b"", GET[:9], request_of(body=b"body")[:-1], GET], ids=["", "head", "body", "whole"]
)
def test_a_client_that_goes_away_is_no_error(data, capfd):
    proceed = threading.Event()

    async def later(request: Request) -> Response:
        await asyncio.to_thread(proceed.wait)
        return echo(request)

    with structlog.testing.capture_logs() as logs, serving(later) as running:
        Client(running.port).send(data).close()
        Client(running.port).send(data).reset()
        proceed.set()
        assert exchange(running.port, GET).status == 200
        until(lambda: running.connections() == 0)
    assert logs == []
    assert capfd.readouterr() == ("", "")


def raise_at_once(request: Request) -> Response:
    raise KeyError(request.query, request.headers["x-secret"], request.body)


async def raise_later(request: Request) -> Response:
    await asyncio.sleep(0)
    return raise_at_once(request)


def fail_future(request: Request) -> asyncio.Future[Response]:
    future = asyncio.get_running_loop().create_future()
    future.set_exception(ValueError(request))
    return future


def cancel_future(_: Request) -> asyncio.Future[Response]:
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    return future


@pytest.mark.parametrize(
    "handler",
    [
        raise_at_once,
        raise_later,
        fail_future,
        cancel_future,
        lambda _: None,
        lambda _: Response(200, (("X", "a\r\nSet-Cookie: forged"),), b""),
        lambda _: Response(200, (("X\n", ""),), b""),
        lambda _: Response(200, (("X", "a\rb"),), b""),
        lambda _: Response(200, (("X", "中"),), b""),
        lambda _: Response(200, (), SECRET),
    ],
)
def test_a_handler_that_fails_is_a_500_that_keeps_its_mouth_shut(handler, capfd, caplog):
    data = request_of(
        b"/?SecretData=" + SECRET.encode(), b"X-Secret: %b\r\n" % SECRET.encode(), SECRET.encode()
    )
    with (
        structlog.testing.capture_logs() as logs,
        serving(handler) as running,
        Client(running.port) as client,
    ):
        answer = client.send(data).read()
        assert answer.status == 500
        assert answer.body.startswith(b'{"Code": "InternalFailure"')
        assert client.send(data).read().status == 500, "the connection goes on"
    assert [log["event"] for log in logs] == ["request_failed"] * 2
    assert all(log["error"] and "trace" in log for log in logs)
    said = f"{logs}{capfd.readouterr()}{caplog.text}{answer}"
    assert SECRET not in said
    assert "forged" not in said


def test_the_log_says_where_it_failed():
    with structlog.testing.capture_logs() as logs, serving(raise_at_once) as running:
        exchange(running.port, GET)
    assert logs[0]["error"] == "KeyError"
    assert logs[0]["trace"][-1].endswith("raise_at_once")


def test_nothing_of_a_request_or_an_answer_is_in_a_repr_or_a_log(capfd, caplog):
    caplog.set_level(0)
    seen: list[Request] = []

    def handler(request: Request) -> Response:
        seen.append(request)
        return Response(200, (("X-Secret", SECRET),), SECRET.encode())

    refused = b"GET /%b HTTP/1.1\r\nX: %b\r\n\r\n" % (SECRET.encode(), SECRET.encode())
    with structlog.testing.capture_logs() as logs, serving(handler) as running:
        secret = SECRET.encode()
        served = request_of(b"/" + secret + b"?" + secret, b"X: %b\r\n" % secret, secret)
        assert exchange(running.port, served).body == secret
        assert exchange(running.port, refused).status == 400
        reprs = f"{seen!r}{handler(seen[0])!r}{running.server!r}"
    assert "POST" in reprs
    assert SECRET not in f"{reprs}{logs}{capfd.readouterr()}{caplog.text}"


# The end.


def test_a_drain_finishes_what_is_under_way_and_closes_what_is_not():
    futures: list[asyncio.Future[Response]] = []

    def hold(request: Request) -> Response | asyncio.Future[Response]:
        if request.path == "/":
            return echo(request)
        futures.append(asyncio.get_running_loop().create_future())
        return futures[-1]

    with serving(hold) as running, Client(running.port) as busy:
        with Client(running.port) as idle, Client(running.port) as sending:
            assert idle.send(GET).read().headers.get("connection") is None
            sending.send(GET[:9])
            busy.send(GET.replace(b"/ ", b"/hold ") * 2)
            until(lambda: len(futures) == 1)
            until(lambda: running.connections() == 3)
            drain = asyncio.run_coroutine_threadsafe(running.server.drain(5), running.loop)
            assert idle.at_end()
            with pytest.raises(ConnectionRefusedError):
                Client(running.port)
            answer = sending.send(GET[9:]).read()
            assert (answer.status, answer.headers["connection"]) == (200, "close")
            assert sending.at_end()
        assert not drain.done()
        running.call(futures[0].set_result, Response(200, (), b"done"))
        first = busy.read()
        assert (first.body, first.headers.get("connection")) == (b"done", None)
        until(lambda: len(futures) == 2)
        running.call(futures[1].set_result, Response(200, (), b"done"))
        second = busy.read()
        assert (second.body, second.headers["connection"]) == (b"done", "close")
        assert busy.at_end()
        drain.result(1)


def test_a_drain_cuts_what_does_not_end():
    async def never(_: Request) -> Response:
        await asyncio.sleep(3)
        return Response(200, (), b"")

    with serving(never) as running, Client(running.port) as client:
        client.send(GET)
        until(lambda: running.connections() == 1)
        running.run(running.server.drain(0.05))
        assert running.connections() == 0
        with pytest.raises((AssertionError, ConnectionError)):
            client.read()


def test_a_drain_waits_for_a_slow_reader():
    with (
        serving(lambda _: Response(200, (), bytes(8_000_000)), Limits(write_buffer=1)) as running,
        Client(running.port, small=True) as client,
    ):
        client.send(GET)
        connection = running.connection()
        until(lambda: connection._phase is Phase.READER)
        drain = asyncio.run_coroutine_threadsafe(running.server.drain(10), running.loop)
        assert len(client.read().body) == 8_000_000
        assert client.at_end()
        drain.result(1)


# TLS.


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    """A self-signed certificate for localhost, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file


def test_everything_works_through_tls_too(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    trust = ssl.create_default_context(cafile=str(certificate[0]))
    with serving(echo, Limits(linger_seconds=0.1), context) as running:
        with Client(running.port, trust) as client:
            client.send(request_of(b"/?".ljust(131_072, b"x"), body=b"b" * 100_000) + GET)
            assert len(client.read().body.split(b"\n")[4]) == 100_000
            assert client.read().status == 200
            assert client.send(b"\x00").read().status == 400
        with Client(running.port) as without, pytest.raises((AssertionError, ConnectionError)):
            without.send(GET).read()
        until(lambda: running.connections() == 0)


def test_a_drain_closes_idle_tls_connections(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    trust = ssl.create_default_context(cafile=str(certificate[0]))
    with serving(echo, None, context) as running, Client(running.port, trust) as client:
        assert client.send(GET).read().status == 200
        drain = asyncio.run_coroutine_threadsafe(running.server.drain(5), running.loop)
        assert client.at_end()
        client.close()
        drain.result(3)
