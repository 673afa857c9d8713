"""The fuzzer finds what is there to be found, and finds it again."""

import base64
import time

import pytest

from fuzz import harness
from fuzz.harness import Damage, Hung, fuzz


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYLEASE_FUZZ_SECONDS", "5")
    monkeypatch.setenv("KEYLEASE_FUZZ_SEED", "1")


def damaged(damage: Damage) -> bytes:
    return damage.data(b"a good input, number 17", [b"another"])


def fragile(data: bytes) -> None:
    if b"\0" in data:
        raise RuntimeError("found")


def finding() -> tuple[str, bytes]:
    """The note of the first finding, and the input in it."""
    with pytest.raises(RuntimeError, match="found") as found:
        fuzz(damaged, fragile)
    (note,) = found.value.__notes__
    return note, base64.b64decode(note.rpartition(" ")[2])


def test_a_finding_tells_its_seed_and_its_input_and_comes_again() -> None:
    note, data = finding()
    assert "KEYLEASE_FUZZ_SEED=1" in note
    assert b"\0" in data
    assert finding() == (note, data)


def test_another_seed_tries_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    first = finding()
    monkeypatch.setenv("KEYLEASE_FUZZ_SEED", "2")
    assert finding() != first


def test_what_hangs_is_ended_though_it_catches_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harness, "INPUT_SECONDS", 0.05)
    monkeypatch.setattr(harness, "_BUSY_SECONDS", 0.02)

    def endless(_data: bytes) -> None:
        while True:
            try:
                sum(range(1_000))
            except Exception:  # noqa: BLE001 - as a door does
                continue

    with pytest.raises(Hung):
        fuzz(damaged, endless)


def test_what_waits_for_ever_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harness, "INPUT_SECONDS", 0.05)
    begin = time.monotonic()
    with pytest.raises(Hung):
        fuzz(damaged, lambda _data: time.sleep(30))
    assert time.monotonic() - begin < 10
