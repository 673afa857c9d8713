"""The outbox in the database, on both engines."""

from collections.abc import Sequence
from functools import partial

import pytest

from contracts.outbox import NOW, MakeOutbox, OutboxContract, claimed
from keylease.app.deployment import Deployment
from keylease.notifications.letters import Letter
from keylease.storage import schema
from keylease.storage.outbox import SqlOutbox
from unit.notifications.samples import letter


def written(deployment: Deployment, letters: Sequence[Letter]) -> SqlOutbox:
    """Each step of an outbox is a transaction of its own: emptied before, not rolled back."""
    with deployment.database.begin() as work:
        work.connection.execute(schema.letters.delete())
        for one in letters:
            work.letters.add([one])
    return SqlOutbox(deployment.database)


@pytest.fixture
def make_outbox(shared: Deployment) -> MakeOutbox:
    return partial(written, shared)


class TestSqlOutbox(OutboxContract):
    """The contract of every outbox."""


def test_what_became_of_a_letter_is_written_down(
    shared: Deployment, make_outbox: MakeOutbox
) -> None:
    outbox = make_outbox([letter(1), letter(2), letter(3, email="")])
    claimed(outbox)
    outbox.sent(letter(1).id)
    outbox.failed(letter(2).id, "451 " + "x" * 1000, NOW + 30)
    with shared.database.read() as work:
        found, total = work.letters.page(None, 0, 10)
        now = work.now
    assert total == 3
    assert [(one.letter, one.state, one.sent_at, one.attempts) for one in found] == [
        (letter(1), "sent", now, 0),
        (letter(2), "waiting", None, 1),
        (letter(3, email=""), "kept", None, 0),
    ]
    assert found[1].last_error == "451 " + "x" * 496


def test_a_letter_that_another_sender_is_taking_is_passed_over(on_postgres: Deployment) -> None:
    outbox = written(on_postgres, [letter(1), letter(2)])
    with on_postgres.store.engine.begin() as other:
        first = schema.letters.c.id == letter(1).id
        other.execute(schema.letters.select().where(first).with_for_update())
        assert claimed(outbox) == [letter(2)]
    assert claimed(outbox) == [letter(1)]
