"""A served product with one customer in it, and what its tables hold.

A refusal must change nothing. `House.rows` is every business row; what a server does for itself
(heartbeats, nonces, the trail, counting calls) is left out, and the clock stands still.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_tea_openapi.client import Client as OpenApiClient
from alibabacloud_tea_openapi.models import OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions
from sqlalchemy import Engine, create_engine, func, insert, select, update
from sqlalchemy.pool import NullPool

from doors.signed import Answer, Signer
from keylease.app import accounts, clock
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.billing.catalog import default_price_book_text
from keylease.storage import schema
from keylease.storage.engine import database_url
from product import Customer, Product, refusal_of, serving
from waiting import until

CLOCK = "test=2026-01-31T10:00:00+08:00"

_OF_THE_SERVER = {
    "nodes",
    "changes",
    "nonces",
    "clock",
    "audit_heads",
    "audit_entries",
    "audit_anchors",
    "usage_minutes",  # written down up to two seconds after the calls
    "rate_demands",
}

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass
class Tables:
    """The database of a product, beside its server."""

    product: Product
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        url = database_url(self.product.data, self.product.database)
        self.engine = create_engine(url, poolclass=NullPool)

    def rows(self) -> Rows:
        """Every row of every business table."""
        found: Rows = {}
        with self.engine.connect() as connection:
            for table in schema.metadata.sorted_tables:
                if table.name not in _OF_THE_SERVER:
                    rows = [tuple(row) for row in connection.execute(select(table))]
                    found[table.name] = sorted(rows, key=repr)
        found["facts"] = [row for row in found["facts"] if row[0] != "heartbeat"]
        return found

    def overwrite(self, table: str, row_id: str, **values: object) -> None:
        """Change a row behind the server's back; returns when the server has adopted it."""
        kinds = {"keys": "key", "instances": "instance", "access_keys": "credential"}
        where = schema.metadata.tables[table]
        with self.engine.begin() as connection:
            connection.execute(update(where).where(where.c.id == row_id).values(values))
            told = {"xid": 0, "kind": kinds[table], "subject": row_id, "at": time.time()}
            added = insert(schema.changes).values(told).returning(schema.changes.c.seq)
            position = connection.execute(added).scalar_one()
        self._wait_for(position)

    def wait_for_changes(self) -> None:
        """Returns when the server has adopted all that was changed by commands."""
        with self.engine.connect() as connection:
            newest = connection.execute(select(func.max(schema.changes.c.seq))).scalar()
        self._wait_for(newest or 0)

    def _wait_for(self, position: int) -> None:
        until(lambda: self._adopted() >= position, "the server did not adopt the change")

    def _adopted(self) -> int:
        with self.engine.connect() as connection:
            return min(connection.execute(select(schema.nodes.c.adopted)).scalars())


@contextmanager
def opened(product: Product) -> Iterator[Deployment]:
    """What a command opens, without the second that starting a command costs."""
    place = {"data": str(product.data), "database": product.database}
    deployment = open_deployment(read_settings(place, {}))
    try:
        yield deployment
    finally:
        deployment.close()


def freeze(product: Product) -> None:
    """Let the clock stand still."""
    with opened(product) as deployment:
        clock.freeze(deployment)


def customer(product: Product, name: str, money: str) -> Customer:
    """A new account with its clients and money."""
    with opened(product) as deployment:
        made = accounts.create_account(deployment, name, f"{name}@example.com")
        accounts.credit(deployment, name, money)
    keys = {"access_key_id": made.access_key_id, "access_key_secret": made.access_key_secret}
    return Customer(product, name, {"account_id": made.account.id, **keys})


def signer_of(someone: Customer) -> Signer:
    """Signs as this customer."""
    made = someone.made
    return Signer(someone.product.host_port, made["access_key_id"], made["access_key_secret"])


def service_of(someone: Customer) -> Signer:
    """Signs as the storage service, with a new access key to act for this customer."""
    with opened(someone.product) as deployment:
        made = accounts.create_service_key(deployment, someone.name)
    return Signer(someone.product.host_port, *made)


@dataclass
class House:
    """A customer with little money, a full instance, one not enabled, and one that lost its token.

    An instance holds two keys here. ``ciphertext`` is of ``key``, ``stuck`` of ``disabled``.
    """

    product: Product
    tables: Tables
    ada: Customer
    signer: Signer
    service: Signer
    inactive: Signer
    full: str
    bare: str
    lost: str
    key: str
    disabled: str
    lost_key: str
    ciphertext: str
    stuck: str
    order: str
    default_key: str

    def call(self, action: str, parameters: dict[str, str] | None = None, **how: Any) -> Answer:
        """What the customer is answered."""
        return self.signer.call(action, parameters, **how)


def told_officially(
    client: OpenApiClient, version: str, action: str, sent: dict[str, str]
) -> tuple[int, str]:
    """Status and code of what an official client raises for an operation."""
    params = Params(
        action=action,
        version=version,
        protocol="HTTP",
        method="POST",
        auth_type="AK",
        style="RPC",
        pathname="/",
        req_body_type="formData",
        body_type="json",
    )
    form = {name: value for name, value in sent.items() if len(value) > 10_000}
    query = {name: value for name, value in sent.items() if name not in form}
    request = OpenApiRequest(query=query, body=form or None)
    with pytest.raises(Exception, match=r"\S") as refused:
        client.call_api(params, request, RuntimeOptions())
    return refusal_of(refused.value)


@contextmanager
def house(data: Path) -> Iterator[House]:
    """Served on SQLite, at a moment that stands still."""
    with serving(data, "--clock", CLOCK) as product:
        freeze(product)
        _load_small_book(product)
        ada = customer(product, "ada", "1600.00")
        inactive = service_of(ada)
        tables = Tables(product)
        bought = ada.buy(1, token="first")
        full, lost, bare = bought["InstanceId"], _buy(ada), _buy(ada)
        ada.enable(full)
        ada.enable(lost)
        key, disabled, lost_key = (ada.create_key(one) for one in (full, full, lost))
        ciphertext, stuck = ada.encrypt(key, "aGVsbG8="), ada.encrypt(disabled, "aGVsbG8=")
        signer = signer_of(ada)
        assert signer.call("DisableKey", {"KeyId": disabled}).status == 200
        described = signer.call("DescribeKey", {"KeyId": "alias/acs/kms"}).json
        tables.overwrite("instances", lost, state="Disconnected")
        tables.overwrite("access_keys", inactive.access_key_id, active=False)
        yield House(
            product,
            tables,
            ada,
            signer,
            service_of(ada),
            inactive,
            full,
            bare,
            lost,
            key,
            disabled,
            lost_key,
            ciphertext,
            stuck,
            bought["OrderId"],
            described["KeyMetadata"]["KeyId"],
        )


def _buy(customer: Customer) -> str:
    return str(customer.buy(1)["InstanceId"])


def _load_small_book(product: Product) -> None:
    """Put a book in force that includes two keys; everything else as it is sold by default."""
    keys = "[editions.software.keys]  # KeyNum\nincluded = 1000\nblock = 1000\nmaximum = 100000"
    small = "[editions.software.keys]\nincluded = 2\nblock = 2\nmaximum = 100"
    book = default_price_book_text()
    assert keys in book
    with opened(product) as deployment, deployment.database.begin() as work:
        work.price_books.add(book.replace(keys, small))
