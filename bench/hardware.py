"""Keys in a hardware token: the token alone, beside our key classes on the same token.

The token alone is python-pkcs11 with one session and the key's object at hand, so what ours cost
more is the loan of a session, the memory of objects, and the watch for a lost token. SoftHSM stands
for a token in this machine. Both take turns, so that what else the machine does hits both alike.
"""

import os
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from pkcs11.mechanisms import GCMParams
from tables import microseconds, show

from keylease.core.clock import SystemClock
from keylease.core.entropy import SystemEntropy
from keylease.crypto.algorithms import AES_256, KEY_SPECS, Algorithm, KeySpec
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.pkcs11 import Module, Pkcs11Provider, objects
from keylease.crypto.pkcs11.library import Library
from keylease.crypto.pkcs11.mechanisms import PARAMETERS, WORK
from keylease.crypto.providers import Storage, UsableKey
from keylease.crypto.secret import SecretBytes

#: What makes a token and opens it, in this process and in those that it starts.
LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
THREADS = 2

_PIN = "bench-4711"
_TEXT, _DIGEST = bytes(32), bytes(32)
_NONCES = NonceSequence(SystemEntropy())
_PSS = Algorithm.RSA_PSS_SHA_256
_ECDSA = Algorithm.ECDSA_SHA_256


def run(directory: Path, *, quick: bool) -> None:
    rounds, share = (1, 0.1) if quick else (7, 1.0)
    make_token(directory / "hsm")
    module = open_token()
    try:
        provider = Pkcs11Provider(module, SystemClock(), quick=True)
        rows = []
        for name, spec, count, alone, ours in _WORK:
            key, raw = _key(provider, spec)
            pair = (
                lambda alone=alone, raw=raw: alone(raw),
                lambda ours=ours, key=key: ours(key),
            )
            rows += _rows(name, pair, rounds, max(10, int(count * share)))
    finally:
        module.close()
    header = ["", "threads", "token alone µs", "ours µs", "ours per second", "ratio"]
    note = "ratio: ours by the token alone, per second; more threads: ours only, in a pool."
    show(f"Hardware keys on SoftHSM; median of {rounds} rounds", header, rows, note)


def _seal_alone(raw: Any) -> None:
    nonce = _NONCES.take()
    raw.encrypt(_TEXT, mechanism=WORK[Algorithm.SEAL], mechanism_param=GCMParams(nonce, b""))


def _sign_alone(raw: Any) -> None:
    raw.sign(_DIGEST, mechanism=WORK[_PSS], mechanism_param=PARAMETERS[_PSS])


def _ecdsa_alone(raw: Any) -> None:
    raw.sign(_DIGEST, mechanism=WORK[_ECDSA])


Work = Callable[[Any], Any]

#: What is measured: its name, the spec, how often in a round, the token alone, and ours.
_WORK: tuple[tuple[str, KeySpec, int, Work, Work], ...] = (
    ("AES-256-GCM, 32 bytes", AES_256, 5_000, _seal_alone, lambda k: k.seal(_TEXT, b"", _NONCES)),
    ("RSA-2048 PSS", KEY_SPECS["RSA_2048"], 300, _sign_alone, lambda k: k.sign(_PSS, _DIGEST)),
    ("ECDSA P-256", KEY_SPECS["EC_P256"], 2_000, _ecdsa_alone, lambda k: k.sign(_ECDSA, _DIGEST)),
)


def open_token() -> Module:
    return Module(Library(LIBRARY), "bench", SecretBytes(_PIN.encode()))


def make_token(directory: Path) -> None:
    (directory / "tokens").mkdir(parents=True)
    configuration = directory / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {directory}/tokens\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    pin = directory / "pin"
    pin.touch(0o600)
    pin.write_text(_PIN)
    os.environ["KEYLEASE_PKCS11_PIN_FILE"] = str(pin)
    make = ["softhsm2-util", "--init-token", "--free", "--label", "bench"]
    subprocess.run([*make, "--pin", _PIN, "--so-pin", _PIN], check=True, stdout=subprocess.DEVNULL)


def _key(provider: Pkcs11Provider, spec: KeySpec) -> tuple[UsableKey, Any]:
    version_id = str(uuid4())
    made = provider.generate(spec, Storage.HSM_INTERNAL, version_id)
    # Found in the session for writing, which nobody else uses meanwhile.
    raw = provider.module.write(objects.kept(version_id))
    return provider.load(spec, Storage.HSM_INTERNAL, version_id, made), raw


def _rows(
    name: str, pair: tuple[Callable[[], Any], Callable[[], Any]], rounds: int, count: int
) -> list[list[str]]:
    alone, ours = pair
    ours()  # what is used first is found first
    both = [(_seconds(alone, count), _seconds(ours, count)) for _ in range(rounds)]
    one, other = median(a for a, _ in both), median(b for _, b in both)
    ratio = median(a / b for a, b in both)
    pooled = median(_pooled(ours, count) for _ in range(rounds))
    return [
        [name, "1", microseconds(one), microseconds(other), f"{1 / other:,.0f}", f"{ratio:.2f}"],
        ["", str(THREADS), "", "", f"{1 / pooled:,.0f}", ""],
    ]


def _seconds(work: Callable[[], Any], count: int) -> float:
    """For one call."""
    begun = time.perf_counter()
    for _ in range(count):
        work()
    return (time.perf_counter() - begun) / count


def _pooled(work: Callable[[], Any], count: int) -> float:
    """For one call, when several threads make them."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: _seconds(work, count), range(THREADS)))
    return (time.perf_counter() - begun) / (count * THREADS)
