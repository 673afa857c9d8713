"""RSA signatures and AES through the served product, in software and in a token.

AsymmetricSign beside the library alone, or the token alone, on one thread; Encrypt with a key in
the token beside Encrypt with a key in software. All take turns; shown is the median of the rounds.
"""

import base64
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from uuid import uuid4

import hardware
import servers
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from load import Job
from servers import Server
from signing import KMS, Caller
from tables import show

from keylease.core.clock import SystemClock
from keylease.crypto.algorithms import KEY_SPECS, Algorithm
from keylease.crypto.pkcs11 import Pkcs11Provider, objects
from keylease.crypto.pkcs11.mechanisms import PARAMETERS, WORK
from keylease.crypto.pkcs11.module import Module
from keylease.crypto.providers import Storage

CONNECTIONS = 16

_DIGEST = bytes(32)
_PSS = Algorithm.RSA_PSS_SHA_256
_RSA_2048 = KEY_SPECS["RSA_2048"]

Query = dict[str, str]


def run(directory: Path, *, quick: bool) -> None:
    rounds, share = (1, 0.1) if quick else (5, 1.0)
    hardware.make_token(directory / "served-hsm")
    os.environ["KEYLEASE_PKCS11_LIBRARY"] = str(hardware.LIBRARY)
    os.environ["KEYLEASE_PKCS11_TOKEN"] = "bench"
    module, data = hardware.open_token(), directory / "calls"
    try:
        with servers.product(data, "--clock", "test", cores={*servers.CORES}) as product:
            measures = _measures(module, product, data, share)
            for measure in measures.values():
                measure()  # what is used first is loaded first
            found = [{name: one() for name, one in measures.items()} for _ in range(rounds)]
    finally:
        module.close()
    _show(found, rounds)


def _measures(
    module: Module, product: Server, data: Path, share: float
) -> dict[str, Callable[[], float]]:
    """What is measured: each answers how often a second."""
    caller = servers.customer(product, data, "bench", "1000000.00")
    soft, hard = (servers.new_instance(caller, version) for version in ("3", "1"))
    alone, signs, seals = (int(count * share) for count in (1_000, 3_000, 6_000))

    def served(action: str, query: Query, count: int) -> Callable[[], float]:
        job = Job(caller, KMS, action, query, CONNECTIONS, count, 30.0, servers.LOAD_CORE)
        return lambda: servers.measure(product, job).rate

    return {
        "library alone": _alone(_library(), alone),
        "token alone": _alone(_token(module), alone),
        "sign software": served("AsymmetricSign", _signing(caller, soft), signs),
        "sign hardware": served("AsymmetricSign", _signing(caller, hard), signs),
        "AES software": served("Encrypt", _sealing(caller, soft), seals),
        "AES hardware": served("Encrypt", _sealing(caller, hard), seals),
    }


def _show(found: list[dict[str, float]], rounds: int) -> None:
    pairs = (
        ("RSA-2048 PSS, software: library alone", "library alone", "sign software"),
        ("RSA-2048 PSS, hardware: token alone", "token alone", "sign hardware"),
        ("AES-256, 32 bytes: software, hardware", "AES software", "AES hardware"),
    )
    rows = [
        [
            name,
            f"{median(one[alone] for one in found):,.0f}",
            f"{median(one[served] for one in found):,.0f}",
            f"{median(one[served] / one[alone] for one in found):.2f}",
        ]
        for name, alone, served in pairs
    ]
    header = ["", "first, per second", "second, per second", "ratio"]
    note = (
        f"second: calls to the served product, {CONNECTIONS} connections, signed and audited, its\n"
        "server on all cores; first: without it on one thread, for AES the same with software keys."
    )
    show(
        f"Calls with keys in software and on SoftHSM; median of {rounds} rounds", header, rows, note
    )


def _library() -> Callable[[], object]:
    key = rsa.generate_private_key(65_537, 2_048)
    scheme = padding.PSS(padding.MGF1(SHA256()), 32), Prehashed(SHA256())
    return lambda: key.sign(_DIGEST, *scheme)


def _token(module: Module) -> Callable[[], object]:
    version_id = str(uuid4())
    Pkcs11Provider(module, SystemClock(), quick=True).generate(
        _RSA_2048, Storage.HSM_INTERNAL, version_id
    )
    raw = module.write(objects.kept(version_id))
    how = {"mechanism": WORK[_PSS], "mechanism_param": PARAMETERS[_PSS]}
    return lambda: raw.sign(_DIGEST, **how)


def _alone(work: Callable[[], object], count: int) -> Callable[[], float]:
    """On one thread, the only one."""

    def measure() -> float:
        begun = time.perf_counter()
        for _ in range(count):
            work()
        return count / (time.perf_counter() - begun)

    return measure


def _signing(caller: Caller, instance: str) -> Query:
    made = servers.new_key(caller, instance, KeySpec=_RSA_2048.name)
    return {
        "KeyId": made["KeyId"],
        "KeyVersionId": made["PrimaryKeyVersion"],
        "Algorithm": _PSS,
        "Digest": base64.b64encode(_DIGEST).decode(),
    }


def _sealing(caller: Caller, instance: str) -> Query:
    return {"KeyId": servers.new_key(caller, instance)["KeyId"], "Plaintext": "a" * 44}
