"""``kill -9`` at random moments: nothing acknowledged is lost, nothing is paid or written twice.

Under a load of purchases, renewals, new keys, encryptions and decryptions, while the test clock is
moved over reminders, expiries and releases and the root key is rotated, and while those commands
are killed themselves. What must hold is in `verdict`.
"""

from pathlib import Path

import pytest

from crash.trial import Trial, trial


def run(subject: Trial, rounds: int) -> None:
    for number in range(rounds):
        command = _command(subject, number)
        subject.crash(*command, kill_command=bool(command) and number % 4 == 2)
        subject.check()
    subject.settle()


def _command(subject: Trial, number: int) -> list[str]:
    """What else goes on in a round: every second one the clock moves, now and then a rotation."""
    if number % 4 == 3:
        return ["seal", "rotate"]
    if number % 2 == 0 and not subject.clock_is_held():
        return ["clock", "advance", f"{subject.rng.randint(3, 12)}d"]
    return []


def test_ten_crashes(tmp_path: Path) -> None:
    with trial(tmp_path / "data", seed=1) as subject:
        run(subject, 10)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_two_hundred_crashes(tmp_path: Path, seed: int) -> None:
    with trial(tmp_path / "data", seed) as subject:
        if seed % 2:
            subject.product.cli("clock", "freeze")
        run(subject, 20)
