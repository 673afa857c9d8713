"""The migrations make exactly the schema that the program uses; whoever comes first runs them."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import Settings
from keylease.core.errors import Misuse
from keylease.crypto.seal import SealMismatch
from keylease.storage import migrate as migrations
from keylease.storage import schema
from keylease.storage.deployment import SEAL_FINGERPRINT
from keylease.storage.engine import Store
from keylease.storage.engine import database_url as url_in_use
from keylease.storage.migrate import HEAD, migrate, revision
from postgres import PostgresServer


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


# --- initialising ---------------------------------------------------------------------------------


def test_opening_twice_initialises_once(deployment: Deployment) -> None:
    before = inventory(deployment)
    again = open_deployment(deployment.settings, may_initialise=True, machine=deployment.machine)
    assert again.first_sign_in is None
    assert inventory(again) == before == inventory(deployment)
    again.close()


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
