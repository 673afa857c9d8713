"""``kill -9`` at random moments: nothing acknowledged is lost, nothing is paid or written twice.

Under a load of purchases, renewals, new keys, encryptions and decryptions, while the test clock is
moved over reminders, expiries and releases and the root key is rotated, and while those commands
are killed themselves. What must hold is in `verdict`.
"""

from pathlib import Path

import pytest

from crash.trial import Trial, trial

#: What else goes on in ten rounds: nothing, a command, or a command that is killed as well.
ADVANCE, ROTATE, NOTHING = ["clock", "advance"], ["seal", "rotate"], list[str]()
ROUNDS = (
    (ADVANCE, "runs"),
    (ROTATE, "runs"),
    (ADVANCE, "runs"),
    (ADVANCE, "is killed"),
    (NOTHING, ""),
    (ROTATE, "is killed"),
    (ADVANCE, "is killed"),
    (NOTHING, ""),
    (ROTATE, "runs"),
    (ADVANCE, "is killed"),
)


def run(subject: Trial, rounds: int) -> None:
    for number in range(rounds):
        command, fate = ROUNDS[number % len(ROUNDS)]
        if command == ADVANCE:
            command = [*ADVANCE, f"{subject.rng.randint(22, 30)}d"]
        subject.crash(*command, kill_command=fate == "is killed")
        subject.check()
    subject.settle()


def test_four_crashes(tmp_path: Path) -> None:
    with trial(tmp_path / "data", seed=1) as subject:
        run(subject, 4)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_two_hundred_crashes(tmp_path: Path, seed: int) -> None:
    with trial(tmp_path / "data", seed) as subject:
        if seed % 2:
            subject.product.cli("clock", "freeze")
        run(subject, 20)
