"""The migrations make exactly the schema that the program uses; whoever comes first runs them."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect, text

from contracts.samples import ADA, AT, BOB
from keylease.access.accounts import OPERATOR
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import Settings
from keylease.billing.catalog import default_price_book_text
from keylease.billing.ledger.check import check_books
from keylease.billing.legal.model import LegalKind
from keylease.billing.orders.states import PaymentStatus
from keylease.core.errors import Misuse
from keylease.crypto.seal import SealMismatch
from keylease.storage import migrate as migrations
from keylease.storage import schema
from keylease.storage.books import SqlBooks
from keylease.storage.deployment import SEAL_FINGERPRINT
from keylease.storage.engine import Store
from keylease.storage.engine import database_url as url_in_use
from keylease.storage.migrate import HEAD, migrate, revision
from keylease.storage.orders import SqlOrders
from postgres import PostgresServer
from vectors.terms import seconds


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    with closing(Store(url_in_use(tmp_path, database_url))) as opened:
        yield opened


def schema_of(store: Store) -> list[object]:
    """What the engine itself says of tables and indexes."""
    query = "select name, sql from sqlite_schema order by name"
    if not store.is_sqlite:
        query = """
            select c.relname, a.attname, a.atttypid, a.attnotnull, pg_get_indexdef(c.oid)
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relnamespace = 'public'::regnamespace order by 1, 2"""
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_head_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]


def test_an_empty_database_gets_exactly_the_schema(store: Store) -> None:
    assert revision(store) is None
    migrate(store)
    assert revision(store) == HEAD
    with store.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, schema.metadata) == []


def test_the_partial_indexes_are_partial(store: Store) -> None:
    """`compare_metadata` does not look at their conditions."""
    migrate(store)
    with store.reading() as connection:
        look = inspect(connection)
        option = f"{connection.dialect.name}_where"
        for table in schema.metadata.sorted_tables:
            made = {index["name"]: index for index in look.get_indexes(table.name)}
            for index in table.indexes:
                wanted = index.dialect_options[connection.dialect.name]["where"]
                found = made[index.name].get("dialect_options", {}).get(option)
                assert (found is None) == (wanted is None), index.name


@pytest.mark.parametrize("database_url", [""])
def test_numbers_that_were_given_out_do_not_come_back_on_sqlite(store: Store) -> None:
    migrate(store)
    wanted = {
        table.name
        for table in schema.metadata.sorted_tables
        if table.dialect_options["sqlite"]["autoincrement"]
    }
    with store.reading() as connection:
        made = connection.execute(
            text("select name from sqlite_schema where sql like '%AUTOINCREMENT%'")
        )
        assert {row.name for row in made} == wanted


def test_a_second_migration_does_nothing(store: Store) -> None:
    migrate(store)
    before = schema_of(store)
    migrate(store)
    assert schema_of(store) == before


def test_a_newer_schema_is_refused_and_left_alone(store: Store) -> None:
    migrate(store)
    with store.writing() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    before = schema_of(store)
    with pytest.raises(Misuse, match=r"9999.*use the newer release"):
        migrate(store)
    assert schema_of(store) == before
    assert revision(store) == "9999"


def test_a_migration_that_fails_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = migrations._upgrade

    def broken(connection: object) -> None:
        upgrade(connection)
        raise ZeroDivisionError

    monkeypatch.setattr(migrations, "_upgrade", broken)
    with pytest.raises(ZeroDivisionError):
        migrate(store)
    assert revision(store) is None
    assert schema_of(store) == []


# --- data of an older schema ----------------------------------------------------------------------

#: A year of two customers at revision 0001, with the order days that rules.md 7 gives them: from
#: the anchor to E for what begins a chain of terms, else from start to end. Ends: rules.md 1.
#: (order, account, instance, type, paid, start, end, anchor, months of the chain, order days)
OLD_ORDERS = (
    ("1", ADA, "kst-1", "New", "2026-01-31 10:00:00", "", "2026-03-01", "2026-01-31", 1, 28),
    ("2", ADA, "kst-1", "Renew", "2026-02-05 09:00:00", "2026-03-01 00:00:00", "2026-04-01",
     "2026-01-31", 2, 31),
    ("3", ADA, "kst-1", "Renew", "2026-04-05 15:00:00", "", "2026-05-06", "2026-04-05", 1, 30),
    ("4", BOB, "kst-2", "New", "2016-03-24 12:00:00", "", "2016-04-25", "2016-03-24", 1, 31),
    ("5", BOB, "kst-2", "Renew", "2016-05-09 08:00:00", "2016-04-25 00:00:00", "2016-05-25",
     "2016-03-24", 2, 30),
    ("6", BOB, "kst-gone", "New", "2017-11-08 00:00:00", "", "2017-12-09", "2017-11-08", 1, 30),
)  # fmt: skip
ENDS = {"kst-1": "2026-05-06", "kst-2": "2016-05-25"}  # kst-gone was released
LIST, PAID = 50_001, 42_501


class Old:
    """A database at revision 0001, and rows for it as that release wrote them."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        config = Config()
        scripts = Path(migrations.__file__).parent / "migrations"
        config.set_main_option("script_location", str(scripts))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        self._tables = MetaData()
        self._tables.reflect(connection)

    def add(self, table: str, *rows: dict[str, object]) -> None:
        self._db.execute(self._tables.tables[table].insert(), list(rows))

    def account(self, name: str) -> None:
        row = {"id": name, "name": f"of-{name}", "email": "", "language": "en", "currency": "USD"}
        self.add("accounts", row | {"kms_opened_at": 1, "created_at": 1})

    def order(self, order: str, account: str, instance: str, kind: str, paid: int) -> None:
        row = {"id": order, "account_id": account, "type": kind, "status": "Paid", "months": 1}
        row |= {"product_type": "kms_ddi_public_intl", "instance_id": instance}
        row |= {"region": "cn-hangzhou", "currency": "USD", "list_amount": LIST}
        row |= {"payable_amount": PAID, "created_at": paid, "paid_at": paid, "price_book": 1}
        self.add("orders", row | {"configuration": '{"edition":"software"}', "original": None})

    def term(self, order: str, instance: str, start: int, end: int, anchor: str, n: int) -> None:
        row = {"order_id": order, "instance_id": instance, "start": start, "end": end}
        self.add("terms", row | {"anchor": anchor, "months": n})

    def entry(self, name: str, at: int, kind: str, reference: str, *legs: tuple[str, int]) -> None:
        row = {"id": name, "at": at, "kind": kind, "currency": "USD", "reference": reference}
        self.add("ledger_transactions", row | {"note": ""})
        names = ("transaction_id", "position", "account", "currency", "amount")
        for position, (account, amount) in enumerate(legs):
            values = (name, position, account, "USD", amount)
            self.add("ledger_postings", dict(zip(names, values, strict=True)))

    def instance(self, instance: str, account: str, end: int) -> None:
        row: dict[str, object] = dict.fromkeys(
            ("qps", "keys", "secrets", "access_units", "log_storage", "created_at", "since",
             "term_start", "months"), 1
        )  # fmt: skip
        row |= {"id": instance, "account_id": account, "end": end, "region": "cn-hangzhou"}
        row |= {"edition": "software", "name": f"name of {instance}", "state": "Connected"}
        row |= {"product_type": "kms_ddi_public_intl", "anchor": "2026-01-31", "network": "{}"}
        row |= {"log": False, "deletion_protection": False}
        self.add("instances", row | {"deletion_protection_description": ""})

    def bought(self, order: str, account: str, instance: str, kind: str, paid: int, *term: Any):
        """A paid order with its term and its entry."""
        self.order(order, account, instance, kind, paid)
        self.term(order, instance, *term)
        legs = (f"cash:{account}", -PAID), ("sales", PAID)
        self.entry(f"entry-of-{order}", paid, "order", order, *legs)


@pytest.fixture
def aged(store: Store) -> Store:
    """A database of the first release with `OLD_ORDERS`, brought up to date."""
    with store.writing() as connection:
        old = Old(connection)
        old.add("price_books", {"text": default_price_book_text(), "loaded_at": 7})
        for account in (ADA, BOB):
            old.account(account)
            legs = (f"cash:{account}", 10 * PAID), ("funds", -10 * PAID)
            old.entry(f"money of {account}", seconds("2016-01-01 00:00:00"), "top_up", "", *legs)
        for instance, end in ENDS.items():
            old.instance(instance, ADA if instance == "kst-1" else BOB, seconds(f"{end} 00:00:00"))
        for order, account, instance, kind, paid, start, end, anchor, months, _ in OLD_ORDERS:
            at, until = seconds(paid), seconds(f"{end} 00:00:00")
            began = seconds(start) if start else at
            old.bought(order, account, instance, kind, at, began, until, anchor, months)
    assert revision(store) == "0001"
    migrate(store)
    assert revision(store) == HEAD
    return store


def test_old_orders_get_the_period_and_the_days_of_their_terms(aged: Store) -> None:
    with aged.reading() as connection:
        for order, _, _, _, paid, start, end, *_, days in OLD_ORDERS:
            found = SqlOrders(connection).find(order)
            assert found is not None
            assert (found.start, found.end) == (seconds(start or paid), seconds(f"{end} 00:00:00"))
            assert found.order_days == days
            assert (found.cash, found.voucher_amount, found.ended_at) == (PAID, 0, None)
            assert (found.list_amount, found.status) == (LIST, PaymentStatus.PAID)


def test_every_old_order_is_in_the_bill_of_the_month_in_which_it_was_paid(aged: Store) -> None:
    with aged.reading() as connection:
        lines = connection.execute(schema.bill_lines.select()).mappings().all()
        totals = connection.execute(schema.bill_totals.select()).mappings().all()
    found = {line["record_id"]: line for line in lines}
    assert len(lines) == len(OLD_ORDERS)
    for order, account, instance, kind, paid, *_ in OLD_ORDERS:
        line = found[order]
        assert (line["account_id"], line["month"], line["day"]) == (account, paid[:7], paid[:10])
        assert (line["instance_id"], line["order_type"]) == (instance, kind)
        assert (line["gross"], line["discount"], line["pretax"], line["cash"]) == (
            LIST, LIST - PAID, PAID, PAID,
        )  # fmt: skip
        name = f"name of {instance}" if instance in ENDS else instance
        assert (line["instance_name"], line["edition"]) == (name, "software")
    months = sorted((one["account_id"], one["month"], one["lines"], one["cash"]) for one in totals)
    wanted = Counter((account, paid[:7]) for _, account, _, _, paid, *_ in OLD_ORDERS)
    assert months == sorted((*key, count, count * PAID) for key, count in wanted.items())


def test_the_old_ledger_is_numbered_in_its_order_and_the_books_are_clean(aged: Store) -> None:
    with aged.reading() as connection:
        table = schema.ledger_transactions
        rows = connection.execute(table.select().order_by(table.c.seq)).all()
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        assert len(rows) == len(OLD_ORDERS) + 2
        assert [(row.at, row.id) for row in rows] == sorted((row.at, row.id) for row in rows)
        assert check_books(SqlBooks(connection)) == []


def test_what_is_written_after_the_migration_is_numbered_after_what_was_there(aged: Store) -> None:
    book = {"text": "", "loaded_at": 8, "valid_from": 8}
    entry = {"id": "later", "at": 1, "kind": "top_up", "currency": "USD", "reference": ""}
    with aged.writing() as connection:
        books = schema.price_books
        assert connection.execute(books.select()).one()[2:] == (7, 0), "in force since ever"
        assert connection.execute(books.insert().values(book)).inserted_primary_key == (2,)
        added = schema.ledger_transactions.insert().values(entry | {"note": ""})
        assert connection.execute(added).inserted_primary_key == (len(OLD_ORDERS) + 3,)


def test_more_old_orders_than_are_moved_at_a_time(store: Store) -> None:
    paid, end = seconds("2026-01-31 10:00:00"), seconds("2026-03-01 00:00:00")
    count = 1_001
    with store.writing() as connection:
        old = Old(connection)
        old.account(ADA)
        old.entry("money", 1, "top_up", "", (f"cash:{ADA}", count * PAID), ("funds", -count * PAID))
        for number in range(count):
            bought = (f"kst-{number}", "New", paid, paid, end, "2026-01-31", 1)
            old.bought(f"{number:04}", ADA, *bought)
    migrate(store)
    with store.reading() as connection:
        assert check_books(SqlBooks(connection)) == []
        table = schema.orders
        days = connection.execute(table.select()).mappings().all()
        assert Counter(one["order_days"] for one in days) == {28: count}
        assert connection.execute(schema.bill_totals.select()).mappings().one()["lines"] == count


# --- initialising ---------------------------------------------------------------------------------


def test_opening_twice_initialises_once(deployment: Deployment) -> None:
    before = inventory(deployment)
    again = open_deployment(deployment.settings, may_initialise=True, machine=deployment.machine)
    assert again.first_sign_in is None
    assert inventory(again) == before == inventory(deployment)
    again.close()


def test_what_a_deployment_starts_with_is_of_its_own_time(deployment: Deployment) -> None:
    with deployment.database.begin() as work:
        assert work.now == AT != int(work.machine)
        operator = work.sign_ins.user(OPERATOR)
        (book,) = work.price_books.versions()
        terms = [work.legal_texts.find(kind, 1, "en") for kind in LegalKind]
    assert operator is not None
    assert {operator.created_at, book.loaded_at, *(one.loaded_at for one in terms if one)} == {AT}


def test_an_opened_place_keeps_its_kind_of_clock(deployment: Deployment) -> None:
    with pytest.raises(Misuse, match="keeps a test clock"):
        open_deployment(deployment.settings, clock="real", may_initialise=True)


def test_two_processes_that_initialise_one_database_at_once_come_up_or_say_why(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    """With a data directory each, one of them is late: it has another root key, so it refuses."""
    url = postgres.create_database()
    settings = [Settings(data=tmp_path / name, database=url) for name in ("a", "b")]
    outcomes = at_once(settings)
    (up,) = [one for one in outcomes if isinstance(one, Deployment)]
    (refused,) = [one for one in outcomes if not isinstance(one, Deployment)]
    assert isinstance(refused, SealMismatch), refused
    assert inventory(up) == {"clocks": 1, "books": 1, "operators": 1, "scopes": ["credentials"]}
    with up.database.read() as work:
        assert work.facts.get(SEAL_FINGERPRINT) == up.services.require_vault().root.fingerprint
    up.close()


def test_two_processes_that_initialise_one_data_directory_at_once(
    database_url: str, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path / "data", database=database_url)
    outcomes = at_once([settings, settings])
    up = [one for one in outcomes if isinstance(one, Deployment)]
    assert up, outcomes
    assert all(isinstance(one, Deployment | Misuse) for one in outcomes), outcomes
    assert sum(one.first_sign_in is not None for one in up) == 1
    for one in up:
        assert inventory(one)["clocks"] == 1
        with one.database.read() as work:
            fingerprint = one.services.require_vault().root.fingerprint
            assert work.facts.get(SEAL_FINGERPRINT) == fingerprint
        one.close()


def at_once(settings: list[Settings]) -> list[Deployment | BaseException]:
    """What becomes of opening all of these empty places at the same moment."""
    outcomes: list[Deployment | BaseException] = []
    start = threading.Barrier(len(settings))

    def initialise(one: Settings) -> None:
        start.wait()
        try:
            outcomes.append(open_deployment(one, clock="test", may_initialise=True))
        except BaseException as error:  # noqa: BLE001 - it is what the test is about
            outcomes.append(error)

    threads = [threading.Thread(target=initialise, args=(one,)) for one in settings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def inventory(deployment: Deployment) -> dict[str, object]:
    with deployment.store.reading() as connection:

        def count(table: object) -> int:
            return len(connection.execute(table.select()).all())

        scopes = connection.execute(schema.wrapping_keys.select())
        return {
            "clocks": count(schema.clock),
            "books": count(schema.price_books),
            "operators": count(schema.users),
            "scopes": [row.scope for row in scopes],
        }
