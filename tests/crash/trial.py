"""One data directory that is put through many crashes, and checked after each restart."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from crash.load import Customer, load
from crash.verdict import check_customer, check_data
from keylease.app import accounts
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.core.money import amount_text
from product import Product

#: 2026-01-31 10:00:00 UTC+8.
START = "test=2026-01-31T10:00:00+08:00"
CUSTOMERS = 3
CREDIT = 100_000_000  # cents: more than anybody can spend in a trial

#: A command of the command line that has done its imports and waits for a line to begin.
_PRELOADED = (
    "import sys, keylease.app.clock, keylease.app.sealing, keylease.cli.main as m;"
    "sys.stdin.readline(); m.main()"
)


class Command:
    """A command that begins when it is told to, so that its moments can be chosen."""

    def __init__(self, product: Product, *arguments: str) -> None:
        place = ["--data", str(product.data)]
        place += ["--database", product.database] if product.database else []
        self.name = arguments[0]
        self._killed = False
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PRELOADED, *arguments, *place],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def begin(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        self._process.kill()
        self._killed = True

    def finish(self) -> None:
        """It has ended, well unless it was killed."""
        _, errors = self._process.communicate(timeout=60)
        assert self._killed or self._process.returncode == 0, errors

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def abandon(self) -> None:
        """Leave nothing behind, whatever has failed."""
        if not self.has_ended():
            self._process.kill()
            self._process.communicate()


class Trial:
    """``seed`` decides every moment; the load itself is as the machine has it."""

    def __init__(self, product: Product, seed: int, *arguments: str) -> None:
        self.product = product
        self.rng = random.Random(seed)
        self.customers: list[Customer] = []
        self._seed = seed
        self._arguments = arguments
        self._fresh = [0] * CUSTOMERS

    def begin(self) -> None:
        """Serve, with customers who have settled in."""
        self.product.start("--clock", START, *self._arguments)
        with self.opened() as deployment:
            for number in range(CUSTOMERS):
                name = f"customer{number}"
                made = accounts.create_account(deployment, name, f"{name}@example.com")
                accounts.credit(deployment, name, amount_text(CREDIT))
                self.customers.append(
                    Customer(
                        made.account.id,
                        made.access_key_id,
                        made.access_key_secret,
                        f"{self._seed}/{number}",
                    )
                )
        for one in self.customers:
            one.connect(self.product.host_port)
            one.settle_in()

    def crash(self, *arguments: str, kill_command: bool = False) -> None:
        """A round: the server is killed under load, and perhaps a command as well; then a restart.

        ``arguments`` are a command that runs meanwhile.
        """
        command = Command(self.product, *arguments) if arguments else None
        try:
            self._kill(command, kill_command=kill_command)
            self.restart()
            if command:
                command.finish()
        finally:
            if command:
                command.abandon()
        if kill_command:
            self._end_hold()

    def _kill(self, command: Command | None, *, kill_command: bool) -> None:
        until_kill = self.rng.uniform(0.1, 1.5)
        until_command = self.rng.uniform(0.0, until_kill)
        with load(self.customers) as working:
            time.sleep(until_command)
            if command:
                command.begin()
            if command and kill_command:
                self._wait_until_under_way(command)
                time.sleep(self.rng.uniform(0.0, 0.4))
                command.kill()
            time.sleep(until_kill - until_command)
            self.product.kill()
            wait(working, 10.0)  # each of them finds out by itself
        assert all(one.journal[-1].status == 0 for one in self.customers), "the load had stopped"

    def restart(self) -> None:
        """The server is back."""
        self.product.start(*self._arguments)
        self.connect()

    def connect(self) -> None:
        for one in self.customers:
            one.connect(self.product.host_port)

    def check(self, *, settled: bool = False) -> None:
        """Nothing acknowledged is lost, nothing was paid or written twice."""
        for number, one in enumerate(self.customers):
            check_customer(one, CREDIT, 0 if settled else self._fresh[number])
            self._fresh[number] = len(one.ciphertexts)
        with self.opened() as deployment:
            check_data(deployment, self.customers, settled=settled)

    def settle(self) -> None:
        """`clock advance 1s` does whatever a mover that was killed has left; then a last check."""
        self.product.cli("clock", "advance", "1s")
        self.check(settled=True)
        assert self.product.cli("books", "check") == {"findings": []}
        assert self.product.cli("audit", "verify") == {"findings": []}

    @contextmanager
    def opened(self) -> Iterator[Deployment]:
        """The data, opened beside the server; never while it is killed, or SQLite would find
        somebody still there and have nothing to recover.
        """
        product = self.product
        settings = read_settings({"data": str(product.data), "database": product.database}, {})
        deployment = open_deployment(settings)
        try:
            yield deployment
        finally:
            deployment.close()

    def _end_hold(self) -> None:
        """As if the half minute had passed for which a mover that was killed holds the clock."""
        with self.opened() as deployment, deployment.database.begin() as work:
            if work.clock_state.is_held(work.machine):
                work.clock.write(replace(work.clock_state, held_until=work.machine))
                work.changed("clock", "")

    def _wait_until_under_way(self, command: Command) -> None:
        """A command is in the middle of what it does; or is done already, if that was quick."""
        give_up = time.monotonic() + 10
        staged = self.product.data / "seal.next.json"
        with self.opened() as deployment:
            while time.monotonic() < give_up and not command.has_ended():
                if command.name == "clock" and _is_held(deployment):
                    return
                if command.name == "seal" and staged.exists():
                    return
                time.sleep(0.001)


def _is_held(deployment: Deployment) -> bool:
    with deployment.database.read() as work:
        return work.clock_state.is_held(work.machine)


@contextmanager
def trial(data: Path, seed: int, *arguments: str, database: str = "") -> Iterator[Trial]:
    """A trial that has begun. What fails in it tells its seed and where its data is."""
    product = Product(data, database)
    begun = Trial(product, seed, *arguments)
    try:
        begun.begin()
        yield begun
    except BaseException as error:
        error.add_note(f"seed {seed}; data directory {data}; the server's errors {product.errors}")
        raise
    finally:
        for one in begun.customers:
            one.disconnect()
        if product.process is not None:
            product.kill()
