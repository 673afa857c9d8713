"""CreateInstance: order, payment, term, instance, wrapping key, agenda, letters, one commit."""

from pathlib import Path
from statistics import median

import servers
from load import Job
from signing import BILLING
from tables import microseconds, milliseconds, show

CONNECTIONS = (1, 8)


def run(directory: Path, *, quick: bool) -> None:
    rounds, count = (1, 40) if quick else (3, 600)
    data = directory / "orders"
    rows = []
    with servers.product(data, "--clock", "test") as product:
        caller = servers.customer(product, data, "bench", "1000000000.00")
        for connections in CONNECTIONS:
            job = Job(
                caller,
                BILLING,
                "CreateInstance",
                servers.purchase(),
                connections,
                count,
                30.0,
                servers.LOAD_CORE,
            )
            done = [servers.measure(product, job) for _ in range(rounds)]
            rows.append(
                [
                    "CreateInstance",
                    str(connections),
                    f"{median(one.rate for one in done):,.0f}",
                    milliseconds(median(one.load.p50 for one in done)),
                    milliseconds(median(one.load.p99 for one in done)),
                    microseconds(median(one.cost for one in done)),
                ]
            )
    header = ["", "connections", "per second", "p50 ms", "p99 ms", "server µs"]
    show(f"Buying; median of {rounds} rounds", header, rows)
