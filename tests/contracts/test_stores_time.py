"""Every store of time, letters and the deployment keeps its promises, the same on both engines."""

from dataclasses import replace

import pytest

from contracts import samples
from contracts.samples import AT
from keylease.app.deployment import Deployment
from keylease.core.agenda import AgendaRow, Appointment
from keylease.core.clock import ClockState
from keylease.core.errors import Code, Refusal
from keylease.core.nodes import Node
from keylease.records.chain import Head, genesis
from keylease.records.verify import verify
from keylease.storage import schema
from keylease.storage.agenda import DONE, FAILED, PENDING, VOID, SqlAgenda
from keylease.storage.audit_trail import CHANGES_WRITER, SqlAuditTrail
from keylease.storage.unit_of_work import UnitOfWork
from unit.notifications.samples import ALICE, DUE, LI, letter

MACHINE = 1_800_000_000.0
FAR = AT + 10**9

#: Made up, so that these tests do not change when the list of jobs does.
RANKS = {"early": 0, "middle": 1, "late": 2}

EARLY = Appointment("early", "a", AT)
MIDDLE = Appointment("middle", "a", AT, {"end": 5, "名": "値"})
LATE = Appointment("late", "a", AT)
TOMORROW = Appointment("early", "a", AT + 86_400)


@pytest.fixture
def agenda(work: UnitOfWork) -> SqlAgenda:
    return SqlAgenda(work.connection, AT, RANKS)


def claimed(
    agenda: SqlAgenda, until: int = FAR, machine: float = MACHINE, **options: object
) -> list[Appointment]:
    chosen = {"limit": 10, "without": (), **options}
    return [row.appointment for row in agenda.claim(until, machine, **chosen)]


def rows(agenda: SqlAgenda, *states: str) -> list[AgendaRow]:
    return list(agenda.page(states or (PENDING, DONE, VOID, FAILED), 100)[0])


def row_of(agenda: SqlAgenda, one: Appointment) -> AgendaRow:
    return next(row for row in rows(agenda) if row.appointment == one)


# --- the agenda ---------------------------------------------------------------------------------


def test_an_appointment_is_kept_as_it_was_made(agenda: SqlAgenda) -> None:
    agenda.add([MIDDLE])
    (row,) = rows(agenda)
    assert (row.appointment, row.state, row.attempts) == (MIDDLE, PENDING, 0)
    assert (row.not_before, row.finished_at) == (0.0, None)


def test_claims_come_by_moment_then_by_rank(agenda: SqlAgenda) -> None:
    agenda.add([LATE, TOMORROW, MIDDLE, EARLY])
    order = []
    while batch := claimed(agenda):
        order.append(batch)
        agenda.finish([row_of(agenda, one).id for one in batch])
    assert order == [[EARLY], [MIDDLE], [LATE], [TOMORROW]]


def test_one_claim_takes_one_kind_of_one_moment_up_to_its_limit(agenda: SqlAgenda) -> None:
    together = [Appointment("early", subject, AT) for subject in "cab"]
    agenda.add([*together, LATE, TOMORROW])
    assert claimed(agenda, limit=2) == together[:2]
    assert claimed(agenda) == together


def test_nothing_is_claimed_before_its_moment(agenda: SqlAgenda) -> None:
    agenda.add([TOMORROW])
    assert claimed(agenda, TOMORROW.due - 1) == []
    assert claimed(agenda, TOMORROW.due) == [TOMORROW]


def test_kinds_that_have_to_wait_do_not_hold_up_the_others(agenda: SqlAgenda) -> None:
    agenda.add([EARLY, LATE])
    assert claimed(agenda, without=("early",)) == [LATE]
    assert agenda.next_due(MACHINE, ("early", "late")) is None


def test_the_next_moment_is_that_of_the_earliest_pending_one(agenda: SqlAgenda) -> None:
    assert agenda.next_due(MACHINE, ()) is None
    agenda.add([TOMORROW, LATE])
    assert agenda.next_due(MACHINE, ()) == AT
    agenda.finish([row_of(agenda, LATE).id])
    assert agenda.next_due(MACHINE, ()) == TOMORROW.due


@pytest.mark.parametrize("state", [PENDING, DONE, FAILED])
def test_an_appointment_is_made_once_whatever_became_of_it(agenda: SqlAgenda, state: str) -> None:
    agenda.add([EARLY])
    (row,) = rows(agenda)
    agenda.finish([row.id], state)
    agenda.add([EARLY, LATE])
    assert [(row.appointment, row.state) for row in rows(agenda)] == [
        (EARLY, state),
        (LATE, PENDING),
    ]
    agenda.add([])


def test_what_is_finished_says_when_and_is_not_claimed_again(agenda: SqlAgenda) -> None:
    agenda.add([EARLY])
    agenda.finish([row_of(agenda, EARLY).id])
    row = row_of(agenda, EARLY)
    assert (row.state, row.finished_at) == (DONE, AT)
    assert claimed(agenda) == []


def test_voiding_takes_the_pending_ones_of_one_subject_and_these_kinds(agenda: SqlAgenda) -> None:
    other = Appointment("early", "b", AT)
    agenda.add([EARLY, MIDDLE, LATE, TOMORROW, other])
    agenda.finish([row_of(agenda, EARLY).id])
    agenda.void("a", ("early", "middle"))
    states = {row.appointment.kind + row.appointment.subject: row.state for row in rows(agenda)}
    assert row_of(agenda, EARLY).state == DONE
    assert row_of(agenda, TOMORROW).state == VOID
    assert row_of(agenda, TOMORROW).finished_at == AT
    assert (states["middlea"], states["latea"], states["earlyb"]) == (VOID, PENDING, PENDING)


def test_a_void_one_is_due_again_when_it_is_made_again(agenda: SqlAgenda) -> None:
    agenda.add([EARLY, LATE, TOMORROW])
    agenda.void("a", ("early", "late"))
    agenda.add([replace(TOMORROW, details={"end": 7})])
    assert [(row.appointment.kind, row.state) for row in rows(agenda)] == [
        ("early", VOID),
        ("late", VOID),
        ("early", PENDING),
    ]
    again = row_of(agenda, replace(TOMORROW, details={"end": 7}))
    assert (again.state, again.finished_at) == (PENDING, None)


def test_what_is_put_off_waits_on_machine_time_and_lets_others_pass(agenda: SqlAgenda) -> None:
    agenda.add([EARLY, LATE])
    agenda.put_off(row_of(agenda, EARLY).id, 3, MACHINE + 8, PENDING)
    assert claimed(agenda, machine=MACHINE + 7.9) == [LATE]
    assert agenda.next_due(MACHINE + 7.9, ("late",)) is None
    assert claimed(agenda, machine=MACHINE + 8) == [EARLY]
    assert row_of(agenda, EARLY).attempts == 3


def test_what_is_given_up_stays_visible_and_is_not_claimed(agenda: SqlAgenda) -> None:
    agenda.add([EARLY])
    agenda.put_off(row_of(agenda, EARLY).id, 12, MACHINE, FAILED)
    assert claimed(agenda) == []
    (row,) = rows(agenda, PENDING, FAILED)
    assert (row.state, row.attempts) == (FAILED, 12)


def test_putting_off_what_is_done_changes_nothing(agenda: SqlAgenda) -> None:
    agenda.add([EARLY])
    row = row_of(agenda, EARLY)
    agenda.finish([row.id])
    agenda.put_off(row.id, 1, MACHINE, PENDING)
    assert (row_of(agenda, EARLY).state, row_of(agenda, EARLY).attempts) == (DONE, 0)


def test_a_lease_keeps_others_away_until_it_lapses(agenda: SqlAgenda) -> None:
    agenda.add([EARLY])
    row = row_of(agenda, EARLY)
    first = agenda.lease(row.id, "node-1", MACHINE + 60, MACHINE)
    assert first is not None
    assert agenda.lease(row.id, "node-2", MACHINE + 90, MACHINE + 59) is None
    assert claimed(agenda, machine=MACHINE + 59) == []
    second = agenda.lease(row.id, "node-2", MACHINE + 120, MACHINE + 60)
    assert second is not None
    assert second > first
    assert not agenda.finish_leased(row.id, first), "it was taken over meanwhile"
    assert row_of(agenda, EARLY).state == PENDING
    assert agenda.finish_leased(row.id, second)
    assert (row_of(agenda, EARLY).state, row_of(agenda, EARLY).finished_at) == (DONE, AT)
    assert not agenda.finish_leased(row.id, second)
    assert agenda.lease(row.id, "node-1", MACHINE + 999, MACHINE + 500) is None


def test_one_is_claimed_only_while_it_is_pending(agenda: SqlAgenda) -> None:
    agenda.add([EARLY])
    row = row_of(agenda, EARLY)
    assert agenda.claim_one(row.id)
    assert not agenda.claim_one(row.id + 1)
    agenda.finish([row.id])
    assert not agenda.claim_one(row.id)


def test_pending_ones_are_listed_by_subject_and_by_kind(agenda: SqlAgenda) -> None:
    other = Appointment("early", "b", AT)
    agenda.add([EARLY, TOMORROW, LATE, other])
    agenda.finish([row_of(agenda, other).id])

    def appointments(found: object) -> list[Appointment]:
        return sorted((row.appointment for row in found), key=lambda one: (one.due, one.subject))

    assert appointments(agenda.pending_of(["a", "b"], "early", AT)) == [EARLY]
    assert appointments(agenda.pending_of(["a"], "early", FAR)) == [EARLY, TOMORROW]
    assert appointments(agenda.pending_of([], "early", FAR)) == []
    assert appointments(agenda.pending_by_kind("early", FAR)) == [EARLY, TOMORROW]
    assert appointments(agenda.pending_by_kind("early", AT - 1)) == []


def test_a_page_of_the_agenda_counts_all_that_fit(agenda: SqlAgenda) -> None:
    agenda.add([EARLY, LATE, TOMORROW])
    page, total = agenda.page([PENDING], 2)
    assert ([row.appointment for row in page], total) == ([EARLY, LATE], 3)
    assert agenda.page([DONE], 2) == ([], 0)


def made(deployment: Deployment, appointments: list[Appointment]) -> None:
    with deployment.database.begin() as work:
        work.connection.execute(schema.agenda.delete())
        SqlAgenda(work.connection, AT, RANKS).add(appointments)


def test_a_claim_that_is_rolled_back_leaves_no_trace(shared: Deployment) -> None:
    made(shared, [EARLY])

    def everything() -> list[object]:
        with shared.store.reading() as connection:
            return list(connection.execute(schema.agenda.select()))

    def claim_finish_and_fail() -> None:
        with shared.database.begin() as work:
            store = SqlAgenda(work.connection, AT, RANKS)
            assert claimed(store) == [EARLY]
            store.finish([row_of(store, EARLY).id])
            raise ZeroDivisionError

    before = everything()
    with pytest.raises(ZeroDivisionError):
        claim_finish_and_fail()
    assert everything() == before
    made(shared, [])


def test_two_nodes_never_claim_the_same_and_none_runs_ahead(on_postgres: Deployment) -> None:
    made(on_postgres, [EARLY, Appointment("early", "b", AT), LATE, TOMORROW])
    engine = on_postgres.store.engine
    with engine.begin() as one, engine.begin() as two:
        first, second = SqlAgenda(one, AT, RANKS), SqlAgenda(two, AT, RANKS)
        assert claimed(first, limit=1) == [EARLY]
        assert claimed(second, limit=10) == [Appointment("early", "b", AT)]
        with engine.begin() as three:
            third = SqlAgenda(three, AT, RANKS)
            assert not third.claim_one(row_of(third, EARLY).id)
            assert claimed(third) == [], "what others hold is not done: nothing later is begun"
            assert third.next_due(MACHINE, ()) == AT
        first.finish([row_of(first, EARLY).id])
        one.commit()
        assert claimed(SqlAgenda(two, AT, RANKS)) == [Appointment("early", "b", AT)]
    made(on_postgres, [])


def test_a_claim_passes_over_what_was_done_while_it_looked(on_postgres: Deployment) -> None:
    """The second look at the rows sees what another node committed since the first one."""
    made(on_postgres, [EARLY])
    with on_postgres.store.engine.begin() as one:
        store = SqlAgenda(one, AT, RANKS)
        execute, looks = one.execute, []

        def interrupted(statement: object, *arguments: object) -> object:
            looks.append(statement)
            if len(looks) == 2:
                with on_postgres.database.begin() as work:
                    SqlAgenda(work.connection, AT, RANKS).finish([row.id])
            return execute(statement, *arguments)

        (row,) = rows(store)
        one.execute = interrupted  # type: ignore[method-assign] # to act between two statements
        assert claimed(store) == []
    made(on_postgres, [])


# --- facts, clock, nodes ------------------------------------------------------------------------


def test_a_fact_is_stated_and_restated(work: UnitOfWork) -> None:
    assert work.facts.get("colour") is None
    work.facts.put("colour", "blau")
    work.facts.put("colour", "grün")
    work.facts.put("size", "")
    assert work.facts.get("colour") == "grün"
    assert work.facts.get("size") == ""


@pytest.mark.parametrize("lock", [False, True])
def test_the_clock_is_read_as_it_was_written(work: UnitOfWork, lock: bool) -> None:
    state = ClockState("test", 1_800_000_000, 1.25, running=False, held_until=2.5)
    work.clock.write(state)
    assert work.clock.read(lock=lock) == state


def test_nodes_come_beat_and_go(work: UnitOfWork) -> None:
    one = Node("node-1", "host", 1, "serve", 1.5, 1.5, 3)
    two = Node("node-2", "host", 2**22, "worker", 1.5, 1.5, 3)
    work.nodes.add(one)
    work.nodes.add(two)
    assert work.nodes.beat("node-1", 7.25, 9)
    assert not work.nodes.beat("node-0", 7.25, 9)
    found = {node.id: node for node in work.nodes.all()}
    assert found == {"node-1": Node("node-1", "host", 1, "serve", 1.5, 7.25, 9), "node-2": two}
    work.nodes.remove(["node-1", "node-0"])
    assert list(work.nodes.all()) == [two]
    work.nodes.remove([])


# --- changes and nonces -------------------------------------------------------------------------


def test_changes_are_numbered_upwards(work: UnitOfWork) -> None:
    start = work.change_log.last()
    work.change_log.add([("key", "a"), ("instance", "b")], MACHINE)
    work.change_log.add([("key", "a")], MACHINE)
    changes = work.change_log.after(start)
    assert [(one.kind, one.subject) for one in changes] == [
        ("key", "a"),
        ("instance", "b"),
        ("key", "a"),
    ]
    assert [one.seq for one in changes] == sorted({one.seq for one in changes})
    assert work.change_log.last() == changes[-1].seq > start
    assert work.change_log.after(changes[-1].seq) == []


def test_pruning_forgets_old_changes_but_never_the_newest(work: UnitOfWork) -> None:
    work.connection.execute(schema.changes.delete())
    assert (work.change_log.oldest(), work.change_log.last()) == (0, 0)
    for at in (1.0, 2.0, 3.0):
        work.change_log.add([("key", str(at))], at)
    last = work.change_log.last()
    work.change_log.prune(2.0)
    assert [one.subject for one in work.change_log.after(0)] == ["2.0", "3.0"]
    work.change_log.prune(100.0)
    assert [one.subject for one in work.change_log.after(0)] == ["3.0"]
    assert (work.change_log.oldest(), work.change_log.last()) == (last, last)


def test_a_number_is_never_given_to_a_second_change(work: UnitOfWork) -> None:
    work.change_log.add([("key", "a")], MACHINE)
    last = work.change_log.last()
    work.connection.execute(schema.changes.delete())
    work.change_log.add([("key", "b")], MACHINE)
    assert work.change_log.last() > last


def test_a_nonce_is_taken_once_by_each_access_key(work: UnitOfWork) -> None:
    work.nonces.remember("LTAI1", "nonce", MACHINE)
    work.nonces.remember("LTAI2", "nonce", MACHINE)
    work.nonces.remember("LTAI1", "Nonce", MACHINE)
    with pytest.raises(Refusal) as refused:
        work.nonces.remember("LTAI1", "nonce", MACHINE + 60)
    assert refused.value.code is Code.NONCE_USED


def test_a_nonce_can_come_again_once_its_signature_could_not(work: UnitOfWork) -> None:
    work.nonces.remember("LTAI1", "old", MACHINE - 1)
    work.nonces.remember("LTAI1", "young", MACHINE)
    work.nonces.prune(MACHINE)
    work.nonces.remember("LTAI1", "old", MACHINE)
    with pytest.raises(Refusal):
        work.nonces.remember("LTAI1", "young", MACHINE)


# --- letters ------------------------------------------------------------------------------------


def test_a_letter_is_listed_as_it_was_written(work: UnitOfWork) -> None:
    chinese = letter(1, recipient=LI)
    work.letters.add([chinese])
    (found,), total = work.letters.page(None, 0, 10)
    assert (found.letter, found.state, found.sent_at, total) == (chinese, "waiting", None, 1)
    assert (found.attempts, found.last_error) == (0, "")


def test_the_same_fact_makes_one_letter(work: UnitOfWork) -> None:
    first, again = letter(1), letter(2, days=1)
    assert first.dedupe == again.dedupe
    work.letters.add([first])
    work.letters.add([again, letter(3)])
    work.letters.add([])
    found, total = work.letters.page(None, 0, 10)
    assert ([one.letter for one in found], total) == ([first, letter(3)], 2)


def test_letters_are_paged_by_their_moment_for_one_account_or_all(work: UnitOfWork) -> None:
    letters = [letter(n, due_at=DUE - n) for n in (1, 2, 3)]
    work.letters.add([*letters, letter(4, recipient=LI, due_at=DUE - 9)])
    found, total = work.letters.page(ALICE.account_id, 1, 1)
    assert ([one.letter for one in found], total) == ([letters[1]], 3)
    found, total = work.letters.page(None, 0, 2)
    assert [one.letter for one in found] == [letter(4, recipient=LI, due_at=DUE - 9), letters[2]]
    assert total == 4


# --- the audit chain of changes -----------------------------------------------------------------


def test_the_chain_of_changes_grows_and_verifies(work: UnitOfWork) -> None:
    start = work.audit.head()
    work.audit.append([samples.audit_record(1), samples.audit_record(2)])
    work.audit.append([samples.audit_record(3)])
    entries = work.audit.entries()
    head = work.audit.head()
    assert head.seq == start.seq + 3 == len(entries)
    assert verify(CHANGES_WRITER, iter(entries), head) == []
    assert work.audit.entries(start.seq + 2, 1) == [entries[start.seq + 1]]


def test_a_changed_entry_is_found(work: UnitOfWork) -> None:
    work.audit.append([samples.audit_record(n) for n in (1, 2, 3)])
    t = schema.audit_entries
    work.connection.execute(t.update().where(t.c.seq == 2).values(outcome="Forbidden"))
    assert verify(CHANGES_WRITER, iter(work.audit.entries()), work.audit.head()) != []


def test_of_each_writer_the_newest_anchor_is_kept(work: UnitOfWork) -> None:
    assert work.audit.anchors() == {}
    one, two = Head("node-1", 5, b"a" * 32), Head("node-2", 1, b"b" * 32)
    for head in (one, two, Head("node-1", 9, b"c" * 32)):
        work.audit.anchor(head, MACHINE)
    assert work.audit.anchors() == {"node-1": Head("node-1", 9, b"c" * 32), "node-2": two}


def test_a_new_deployment_starts_its_chain_once(shared: Deployment) -> None:
    with shared.database.read() as work:
        assert work.audit.head() == genesis(CHANGES_WRITER)
        assert work.audit.entries() == []


def test_two_changing_calls_link_one_after_the_other(on_postgres: Deployment) -> None:
    """The head is locked until the end, so that two entries never follow the same one."""
    held = schema.audit_heads.select().with_for_update(skip_locked=True)
    with on_postgres.store.engine.begin() as one, on_postgres.store.engine.begin() as two:
        SqlAuditTrail(one).append([samples.audit_record()])
        assert two.execute(held).all() == []
        one.rollback()
        assert len(two.execute(held).all()) == 1
