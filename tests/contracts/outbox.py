"""What every `keylease.notifications.mailer.Outbox` must do, and the one in memory.

To run it on another outbox, derive a test class from `OutboxContract` and give it a fixture
``make_outbox`` that takes the letters written so far, in order, and returns an outbox with them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from keylease.notifications.letters import Letter
from keylease.notifications.mailer import Claim, Outbox
from unit.notifications.samples import DUE, letter

MakeOutbox = Callable[[Sequence[Letter]], Outbox]

NOW = 1_800_000_000.0
LEASE = 300.0


@dataclass
class _Row:
    letter: Letter
    attempts: int = 0
    free_at: float = 0.0
    done: bool = False
    reason: str = ""


class MemoryOutbox:
    """Letters in a dictionary by their ``dedupe``."""

    def __init__(self, letters: Sequence[Letter] = ()) -> None:
        self.rows: dict[str, _Row] = {}
        for written in letters:
            self.rows.setdefault(written.dedupe, _Row(written))

    def claim(self, limit: int, machine_now: float, lease_s: float) -> list[Claim]:
        free = [
            row
            for row in self.rows.values()
            if row.letter.to and not row.done and row.free_at <= machine_now
        ]
        chosen = sorted(free, key=lambda row: row.letter.due_at)[:limit]
        for row in chosen:
            row.free_at = machine_now + lease_s
        return [Claim(row.letter, row.attempts) for row in chosen]

    def sent(self, letter_id: str) -> None:
        self._row(letter_id).done = True

    def failed(self, letter_id: str, reason: str, next_attempt_machine: float) -> None:
        row = self._row(letter_id)
        if not row.done:
            row.attempts += 1
            row.reason = reason
            row.free_at = next_attempt_machine

    def _row(self, letter_id: str) -> _Row:
        return next(row for row in self.rows.values() if row.letter.id == letter_id)


def claimed(
    outbox: Outbox, now: float = NOW, limit: int = 100, lease: float = LEASE
) -> list[Letter]:
    return [claim.letter for claim in outbox.claim(limit, now, lease)]


class OutboxContract:
    """The tests; a derived class provides the fixture ``make_outbox``."""

    def test_an_empty_outbox_has_nothing_to_send(self, make_outbox: MakeOutbox) -> None:
        assert claimed(make_outbox([])) == []

    def test_a_claim_returns_the_letter_as_it_was_written(self, make_outbox: MakeOutbox) -> None:
        assert make_outbox([letter(1)]).claim(1, NOW, LEASE) == [Claim(letter(1), attempts=0)]

    def test_letters_come_in_order_of_their_due_moment(self, make_outbox: MakeOutbox) -> None:
        letters = [letter(n, due_at=DUE + n) for n in (3, 1, 2)]
        assert claimed(make_outbox(letters)) == sorted(letters, key=lambda each: each.due_at)

    def test_a_limited_claim_takes_the_first_and_leaves_the_rest(
        self, make_outbox: MakeOutbox
    ) -> None:
        letters = [letter(n, due_at=DUE + n) for n in (1, 2, 3)]
        outbox = make_outbox(letters)
        assert claimed(outbox, limit=2) == letters[:2]
        assert claimed(outbox, limit=2) == letters[2:]

    def test_the_same_fact_is_one_letter(self, make_outbox: MakeOutbox) -> None:
        first, twice = letter(1, end=DUE), letter(2, end=DUE, days=1)
        assert first.dedupe == twice.dedupe
        assert claimed(make_outbox([first, twice])) == [first]

    def test_a_letter_without_an_address_is_not_sent(self, make_outbox: MakeOutbox) -> None:
        silent = letter(1, email="")
        assert claimed(make_outbox([silent, letter(2)])) == [letter(2)]

    def test_a_claimed_letter_is_not_claimed_again_before_the_lease_lapses(
        self, make_outbox: MakeOutbox
    ) -> None:
        outbox = make_outbox([letter(1)])
        assert claimed(outbox) == [letter(1)]
        assert claimed(outbox, NOW + LEASE - 1) == []
        assert claimed(outbox, NOW + LEASE) == [letter(1)]

    def test_a_lapsed_lease_counts_no_failure(self, make_outbox: MakeOutbox) -> None:
        outbox = make_outbox([letter(1)])
        outbox.claim(1, NOW, LEASE)
        assert outbox.claim(1, NOW + LEASE, LEASE) == [Claim(letter(1), attempts=0)]

    def test_a_sent_letter_is_never_claimed_again(self, make_outbox: MakeOutbox) -> None:
        outbox = make_outbox([letter(1), letter(2)])
        claimed(outbox)
        outbox.sent(letter(1).id)
        outbox.sent(letter(1).id)
        assert claimed(outbox, NOW + 10 * LEASE) == [letter(2)]

    def test_a_failed_letter_waits_for_its_next_attempt_and_counts(
        self, make_outbox: MakeOutbox
    ) -> None:
        outbox = make_outbox([letter(1)])
        now = NOW
        for attempts in range(3):
            assert outbox.claim(1, now, LEASE) == [Claim(letter(1), attempts)]
            outbox.failed(letter(1).id, "451 try later", now + 30)
            assert claimed(outbox, now + 29) == []
            now += 30

    def test_a_failure_that_is_reported_late_does_not_undo_the_delivery(
        self, make_outbox: MakeOutbox
    ) -> None:
        outbox = make_outbox([letter(1)])
        claimed(outbox)
        claimed(outbox, NOW + LEASE)  # a second sender, after the first one's lease
        outbox.sent(letter(1).id)
        outbox.failed(letter(1).id, "timed out", NOW + LEASE)
        assert claimed(outbox, NOW + 10 * LEASE) == []

    def test_a_failure_ends_the_claim_even_if_the_next_attempt_is_at_once(
        self, make_outbox: MakeOutbox
    ) -> None:
        outbox = make_outbox([letter(1)])
        claimed(outbox)
        outbox.failed(letter(1).id, "451 try later", NOW)
        assert claimed(outbox) == [letter(1)]
