"""The load generator: a process of its own, on plain sockets, so that it costs little itself.

It reads a job from standard input, signs every request ahead, says ``ready``, waits for a line,
and sends: each connection has one request under way at a time. It ends by itself when the requests
are used up, or when the time is. Loopback only.
"""

import json
import os
import select
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from signing import Caller, signed

_LENGTH = b"Content-Length: "


@dataclass(frozen=True)
class Job:
    """What to send. ``core`` is the processor to stay on, None for any."""

    caller: Caller
    version: str
    action: str
    query: dict[str, str]
    connections: int
    count: int
    seconds_max: float
    core: int | None


@dataclass(frozen=True)
class Load:
    """What came of it; times in seconds. ``cpu`` is what the generator itself used."""

    answered: int
    refused: int
    seconds: float
    cpu: float
    p50: float
    p99: float


@dataclass
class _Line:
    """One connection, with what has arrived of the answer that it waits for."""

    socket: socket.socket
    sent_at: float = 0.0
    arrived: bytes = b""


@dataclass
class _Run:
    """One measurement under way."""

    requests: Iterator[bytes]
    lines: dict[int, _Line] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    refused: int = 0

    def send(self, line: _Line) -> bool:
        """Send the next request; whether there was one."""
        request = next(self.requests, None)
        if request is None:
            return False
        line.sent_at = time.perf_counter()
        line.socket.sendall(request)
        return True

    def receive(self, line: _Line) -> bool:
        """Take what has arrived; whether the answer is complete."""
        piece = line.socket.recv(65_536)
        if not piece:
            raise SystemExit("the server closed a connection")
        arrived = line.arrived = line.arrived + piece
        head = arrived.find(b"\r\n\r\n")
        if head < 0:
            return False
        at = arrived.index(_LENGTH) + len(_LENGTH)
        if len(arrived) < head + 4 + int(arrived[at : arrived.index(b"\r", at)]):
            return False
        self.latencies.append(time.perf_counter() - line.sent_at)
        self.refused += not arrived.startswith(b"HTTP/1.1 200 ")
        line.arrived = b""
        return True


def run(job: Job, requests: list[bytes]) -> Load:
    """Send all requests, or as many as the time allows."""
    going = _Run(iter(requests))
    poll = select.epoll()
    for _ in range(job.connections):
        opened = socket.create_connection(("127.0.0.1", job.caller.port), timeout=10)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.settimeout(None)
        going.lines[opened.fileno()] = _Line(opened)
        poll.register(opened, select.EPOLLIN)
    begun, cpu = time.perf_counter(), time.process_time()
    waiting = sum(going.send(line) for line in going.lines.values())
    while waiting and (left := begun + job.seconds_max - time.perf_counter()) > 0:
        for fd, _ in poll.poll(left):
            line = going.lines[fd]
            if going.receive(line) and not going.send(line):
                waiting -= 1
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    for line in going.lines.values():
        line.socket.close()
    ordered = sorted(going.latencies)
    return Load(
        len(ordered),
        going.refused,
        seconds,
        cpu,
        ordered[len(ordered) // 2],
        ordered[len(ordered) * 99 // 100],
    )


def main() -> None:
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    job = Job(**{**given, "caller": Caller(**given["caller"])})
    if job.core is not None:
        os.sched_setaffinity(0, {job.core})
    requests = [signed(job.caller, job.version, job.action, job.query) for _ in range(job.count)]
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(asdict(run(job, requests))))


if __name__ == "__main__":
    main()
