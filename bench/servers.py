"""Servers and load generators as processes: started, pinned, measured from outside, ended."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from load import Job, Load
from signing import BILLING, KMS, Caller, call

HERE = Path(__file__).parent
KEYLEASE = [sys.executable, "-m", "keylease"]

#: The server has one core and the generator another, where there are two.
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = (CORES[0], CORES[1]) if len(CORES) > 1 else (None, None)

_READY_SECONDS = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A server process that is ready; ``started_in`` is how long that took."""

    pid: int
    port: int
    started_in: float

    def cpu(self) -> float:
        """Seconds of processor time that it has used, in user and system mode, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@dataclass(frozen=True)
class Measured:
    """One round of one load on one server; times in seconds."""

    load: Load
    server_cpu: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.load.answered / self.load.seconds

    @property
    def cost(self) -> float:
        """Processor time of the server for one answer."""
        return self.server_cpu / self.load.answered


@contextmanager
def product(data: Path, *arguments: str, cores: set[int] | None = None) -> Iterator[Server]:
    """The product on a data directory, on the server's core or on these."""
    command = [*KEYLEASE, "serve", "--port", "0", "--quotas", "off", "--data", str(data)]
    with _process([*command, *arguments], cores) as server:
        yield server


@contextmanager
def empty() -> Iterator[Server]:
    """The same HTTP server with an empty handler."""
    with _process([sys.executable, str(HERE / "empty_server.py")]) as server:
        yield server


def customer(server: Server, data: Path, name: str, credit: str) -> Caller:
    """A new account with money, and its access key."""
    made = cli(data, "account", "create", name)
    cli(data, "account", "credit", name, credit)
    return Caller(server.port, made["access_key_id"], made["access_key_secret"])


def purchase(version: str = "3") -> dict[str, str]:
    """The parameters of CreateInstance: the smallest instance, of software, for a month."""
    return {
        "ProductCode": "kms",
        "ProductType": "kms_ddi_public_intl",
        "SubscriptionType": "Subscription",
        "Period": "1",
        "Parameter.1.Code": "Region",
        "Parameter.1.Value": "cn-hangzhou",
        "Parameter.2.Code": "ProductVersion",
        "Parameter.2.Value": version,
    }


def key_of(caller: Caller) -> str:
    """A key in an enabled instance of software, both new."""
    return str(new_key(caller, new_instance(caller))["KeyId"])


def new_instance(caller: Caller, version: str = "3") -> str:
    """A new instance, enabled; version 1 is hardware."""
    instance = call(caller, BILLING, "CreateInstance", purchase(version))["Data"]["InstanceId"]
    enable(caller, str(instance))
    return str(instance)


def enable(caller: Caller, instance_id: str) -> None:
    """Connect an instance to a network."""
    network = {
        "KmsInstanceId": instance_id,
        "KMProvider": "Aliyun",
        "VpcId": "vpc-bench",
        "VSwitchIds": "vsw-bench",
        "ZoneIds": "cn-hangzhou-a,cn-hangzhou-b",
    }
    call(caller, KMS, "ConnectKmsInstance", network)


def new_key(caller: Caller, instance: str, **asked: str) -> dict[str, Any]:
    """A new key; its KeyMetadata."""
    made = call(caller, KMS, "CreateKey", {"DKMSInstanceId": instance, **asked})
    return dict(made["KeyMetadata"])


def measure(server: Server, job: Job) -> Measured:
    """Put a load on a server; RuntimeError if anything was refused or stayed without an answer."""
    command = [sys.executable, str(HERE / "load.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as generator:
        assert generator.stdin is not None
        assert generator.stdout is not None
        with _watchdog(generator, job.seconds_max + _READY_SECONDS):
            print(json.dumps(asdict(job)), file=generator.stdin, flush=True)
            generator.stdout.readline()
            before = server.cpu()
            print(file=generator.stdin, flush=True)
            result = generator.stdout.readline()
            after = server.cpu()
    if not result:
        raise RuntimeError("the load generator failed: its error is above")
    load = Load(**json.loads(result))
    if load.refused or not load.answered:
        raise RuntimeError(f"{load.refused} of {load.answered} answers were refusals")
    return Measured(load, after - before)


def cli(data: Path, *arguments: str) -> Any:
    """What a command prints."""
    command = [*KEYLEASE, *arguments, "--data", str(data), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60, check=True)
    return json.loads(done.stdout or "null")


@contextmanager
def _process(command: Sequence[str], cores: set[int] | None = None) -> Iterator[Server]:
    begun = time.perf_counter()
    quiet, pipe = subprocess.DEVNULL, subprocess.PIPE
    with _on(cores or ({*CORES} if SERVER_CORE is None else {SERVER_CORE})):
        process = subprocess.Popen(command, stdout=pipe, stderr=quiet, text=True)
    try:
        with _watchdog(process, _READY_SECONDS):
            url = _ready_line(process)
        yield Server(process.pid, int(url.rpartition(":")[2]), time.perf_counter() - begun)
    finally:
        _end(process)


@contextmanager
def _on(cores: set[int]) -> Iterator[None]:
    """A process that is started inside stays where this thread is meanwhile."""
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, CORES)


def _ready_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Ready: "):
            return line.split()[1]
    raise RuntimeError(f"{process.args} ended before it was ready")


@contextmanager
def _watchdog(process: subprocess.Popen[str], seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
