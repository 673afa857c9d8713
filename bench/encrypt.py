"""Signed and audited Encrypt, beside the empty handler of the same HTTP server.

Both servers get the same requests, in rounds that take turns, so that what else the machine does
hits both alike; shown is the median of the rounds.
"""

from pathlib import Path
from statistics import median

import servers
from load import Job
from servers import Measured, Server
from signing import KMS, Caller
from tables import microseconds, milliseconds, show

CONNECTIONS = (1, 16, 64)
PLAINTEXT = "a" * 44  # 32 bytes in Base64


def run(directory: Path, *, quick: bool) -> None:
    rounds, count = (1, 500) if quick else (5, 6_000)
    data = directory / "encrypt"
    with servers.product(data, "--clock", "test") as product, servers.empty() as empty:
        caller = servers.customer(product, data, "bench", "1000000.00")
        query = {"KeyId": servers.key_of(caller), "Plaintext": PLAINTEXT}
        one_round(product, caller, query, 16, 300)  # what is used first is loaded first
        rows: list[list[str]] = []
        for connections in CONNECTIONS:
            some = count // 3 if connections == 1 else count
            both: list[tuple[Measured, Measured]] = [
                (
                    one_round(empty, caller, query, connections, some),
                    one_round(product, caller, query, connections, some),
                )
                for _ in range(rounds)
            ]
            rows += _rows(connections, both)
    header = ["", "connections", "per second", "p50 ms", "p99 ms", "server µs", "load µs", "ratio"]
    note = (
        "per second: answers; server µs, load µs: processor time of server and load generator for\n"
        "one answer; ratio: Encrypt by the empty handler, per second and, in brackets, by µs."
    )
    show(f"Encrypt, signed and audited; median of {rounds} rounds", header, rows, note)


def one_round(
    server: Server, caller: Caller, query: dict[str, str], connections: int, count: int
) -> Measured:
    here = Caller(server.port, caller.access_key_id, caller.secret)
    job = Job(here, KMS, "Encrypt", query, connections, count, 30.0, servers.LOAD_CORE)
    return servers.measure(server, job)


def _rows(connections: int, both: list[tuple[Measured, Measured]]) -> list[list[str]]:
    ratio = median(encrypt.rate / empty.rate for empty, encrypt in both)
    by_cost = median(empty.cost / encrypt.cost for empty, encrypt in both)
    return [
        ["empty handler", *_cells(connections, [empty for empty, _ in both]), ""],
        [
            "Encrypt",
            *_cells(connections, [encrypt for _, encrypt in both]),
            f"{ratio:.2f} ({by_cost:.2f})",
        ],
    ]


def _cells(connections: int, rounds: list[Measured]) -> list[str]:
    return [
        str(connections),
        f"{median(one.rate for one in rounds):,.0f}",
        milliseconds(median(one.load.p50 for one in rounds)),
        milliseconds(median(one.load.p99 for one in rounds)),
        microseconds(median(one.cost for one in rounds)),
        microseconds(median(one.load.cpu / one.load.answered for one in rounds)),
    ]
