"""What the consoles read beside the ports of others, the same on both engines."""

from dataclasses import replace as changed

from msgspec.structs import replace

from contracts import samples
from contracts.samples import ADA, AT, BOB
from keylease.billing.ledger.model import cash
from keylease.billing.wallet.payment import top_up
from keylease.core.agenda import Appointment
from keylease.core.clock import DAY
from keylease.core.terms import RETENTION
from keylease.custody.data_keys import DataKeyRow, DataKeyVersion
from keylease.custody.keys.model import Alias
from keylease.lifecycle.calendar import EventKind
from keylease.lifecycle.searching import FOUND_MAX, Sort, look_for
from keylease.records.ports import TrailFilter
from keylease.storage.unit_of_work import UnitOfWork

HOME = samples.instance(1, end=AT + 30 * DAY)


def add_key(work: UnitOfWork, number: int, **values: object) -> None:
    one = samples.key(number, instance_id=HOME.id, **values)
    work.keys.add(one, samples.version(one))


def ids_of(work: UnitOfWork, account_id: str, asked: str, sort: Sort) -> list[str]:
    return [one.id for one in look_for(work.search, account_id, asked).get(sort, ())]


def test_what_an_account_has_is_found_by_its_beginning_and_nothing_of_others(
    work: UnitOfWork,
) -> None:
    work.instances.add(HOME)
    work.instances.add(samples.instance(2, account_id=BOB))
    work.instances.add(samples.instance(3, end=AT - RETENTION))
    add_key(work, 1, delete_at=None)
    add_key(work, 2, delete_at=AT)
    work.aliases.add(Alias(ADA, "cn-hangzhou", "alias/pay%roll", samples.key(1).id, AT))
    work.secrets.add(samples.secret(1, delete_at=None, instance_id=HOME.id), [])
    work.orders.add(samples.order(1), None)
    assert ids_of(work, ADA, "kst-", Sort.INSTANCE) == [HOME.id]
    assert ids_of(work, ADA, HOME.name[:2], Sort.INSTANCE) == [HOME.id]
    for asked in (samples.key(1).id, "pay%", "alias/pay"):
        (key,) = look_for(work.search, ADA, asked)[Sort.KEY]
        assert (key.id, key.name) == (samples.key(1).id, "alias/pay%roll")
    assert ids_of(work, ADA, samples.secret(1).name, Sort.SECRET) == [samples.secret(1).id]
    assert ids_of(work, ADA, samples.order(1).id, Sort.ORDER) == [samples.order(1).id]
    assert look_for(work.search, BOB, samples.key(1).id) == {}
    for nothing in ("", "%", "alias/%", "\0", "k" * 1_000):
        assert look_for(work.search, ADA, nothing) == {}


def test_a_key_is_called_by_the_first_of_its_aliases(work: UnitOfWork) -> None:
    work.instances.add(HOME)
    add_key(work, 1, rotate_at=AT + DAY, delete_at=None)
    add_key(work, 2, rotate_at=AT + DAY, delete_at=None, description="For invoices")
    key_id = samples.key(1).id
    for name in ("alias/orders", "alias/bills"):
        work.aliases.add(Alias(ADA, "cn-hangzhou", name, key_id, AT))
    (found,) = look_for(work.search, ADA, key_id)[Sort.KEY]
    assert found.name == "alias/bills"
    planned = work.plans.between(ADA, AT, AT + 2 * DAY, 10)
    assert sorted(one.name for one in planned) == ["For invoices", "alias/bills"]
    (other,) = look_for(work.search, ADA, samples.key(2).id)[Sort.KEY]
    assert other.name == ""


def test_a_search_finds_so_many_at_most(work: UnitOfWork) -> None:
    for number in range(1, FOUND_MAX + 2):
        work.instances.add(samples.instance(number, end=AT + DAY))
    assert len(ids_of(work, ADA, "kst-", Sort.INSTANCE)) == FOUND_MAX


def test_plans_are_those_of_the_span_that_the_instance_lives_to_see(work: UnitOfWork) -> None:
    work.instances.add(HOME)
    gone = HOME.end + RETENTION
    add_key(work, 1, rotate_at=AT + DAY, delete_at=None)
    add_key(work, 2, rotate_at=None, delete_at=AT + 2 * DAY)
    add_key(work, 3, rotate_at=gone, delete_at=None)
    secret = samples.secret(1, instance_id=HOME.id, rotate_at=AT + 3 * DAY, delete_at=None)
    work.secrets.add(secret, [])
    found = work.plans.between(ADA, AT + DAY, gone + DAY, 10)
    assert [(one.kind, one.subject, one.at) for one in found] == [
        (EventKind.KEY_ROTATION, samples.key(1).id, AT + DAY),
        (EventKind.KEY_DELETION, samples.key(2).id, AT + 2 * DAY),
        (EventKind.SECRET_ROTATION, secret.name, AT + 3 * DAY),
    ]
    assert work.plans.between(ADA, AT, AT + DAY, 10) == []
    assert work.plans.between(BOB, AT, gone, 10) == []
    first = work.plans.between(ADA, AT + DAY, gone, 2, HOME.region)
    assert [one.at for one in first] == [AT + DAY, AT + 2 * DAY]
    assert work.plans.between(ADA, AT + DAY, gone, 1, "elsewhere") == []


def test_totals_count_what_there_is(work: UnitOfWork) -> None:
    before = work.totals.at(work.now)
    work.accounts.add(samples.account(7))
    work.instances.add(HOME)
    work.instances.add(samples.instance(2, end=AT - RETENTION))
    work.agenda.add([Appointment("release", HOME.id, due) for due in (work.now, work.now + 1)])
    wanted = changed(
        before,
        accounts=before.accounts + 1,
        instances=before.instances + 1,
        overdue=before.overdue + 1,
    )
    assert work.totals.at(work.now) == wanted


def test_the_agenda_is_paged_and_can_end_at_a_moment(work: UnitOfWork) -> None:
    moments = [1, 2, 3]
    work.agenda.add([Appointment("release", HOME.id, due) for due in moments])
    rows, total = work.agenda.page(("pending",), 1, 1, until=2)
    assert ([row.appointment.due for row in rows], total) == ([2], 2)


def test_the_newest_records_that_fit_come_page_by_page(work: UnitOfWork) -> None:
    first = work.audit.head().seq + 1
    owners = [BOB, *[ADA] * 3, *[BOB] * 6, ADA]
    work.audit.append(
        [replace(samples.audit_record(n), account_id=owner) for n, owner in enumerate(owners)]
    )
    for chosen, wanted in (
        (TrailFilter(ADA), [[10, 3], [2, 1]]),
        (TrailFilter(ADA, "CreateKey"), [[10, 3], [2, 1]]),
        (TrailFilter("", "CreateKey"), [[10, 9], [8, 7]]),
        (TrailFilter(), [[10, 9], [8, 7]]),
    ):
        pages, before = [], work.audit.head().seq + 1
        for _ in wanted:
            found, before = work.audit.newest(chosen, before, 2)
            pages.append([entry.seq - first for entry in found])
        assert pages == wanted
    assert work.audit.newest(TrailFilter(BOB), first + 1, 2)[1] == 0
    assert work.audit.newest(TrailFilter(ADA, "DeleteKey"), 1, 2) == ([], 0)


def test_balances_are_summed_for_many_accounts_at_once(work: UnitOfWork) -> None:
    for account_id, currency, amount in ((ADA, "USD", 5), (ADA, "USD", 7), (BOB, "CNY", 9)):
        top_up(work, account_id, currency, amount, "")
    sums = work.ledger.balances([cash(ADA), cash(BOB), "cash:nobody"])
    assert sums == {(cash(ADA), "USD"): 12, (cash(BOB), "CNY"): 9}


def test_managed_data_keys_are_listed_by_name_with_their_versions(work: UnitOfWork) -> None:
    def version(name: str, number: int) -> DataKeyVersion:
        return DataKeyVersion(f"{name}-{number}", number, "key-a", b"sealed", AT + number)

    for region, name, number in (
        (HOME.region, "b", 1), (HOME.region, "a", 1), (HOME.region, "a", 2), ("cn-beijing", "c", 1),
    ):  # fmt: skip
        work.data_keys.add(ADA, region, name, version(name, number))
    a, b = DataKeyRow("a", 2, AT + 2), DataKeyRow("b", 1, AT + 1)
    assert work.data_keys.page(ADA, HOME.region, 0, 9) == ([a, b], 2)
    assert work.data_keys.page(ADA, HOME.region, 1, 1) == ([b], 2)
    assert work.data_keys.page(BOB, HOME.region, 0, 9) == ([], 0)
