"""One instance as it is bought and filled, and copies of all the rows that this left behind."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import servers
from signing import BILLING, KMS, Caller, call
from sqlalchemy import Connection, Table, insert, select, update

from keylease.core.clock import DAY, local_date
from keylease.storage import schema

KEYS, SECRETS = 10, 2

_CHUNK = 1_000

#: Where rows of an instance stand: each table names ids that those before it have made known.
_TABLES = (
    schema.instances,
    schema.renewal_settings,
    schema.orders,
    schema.terms,
    schema.ledger_transactions,
    schema.ledger_postings,
    schema.bill_lines,
    schema.keys,
    schema.key_versions,
    schema.wrapping_keys,
    schema.aliases,
    schema.secrets,
    schema.secret_versions,
    schema.resource_tags,
    schema.letters,
    schema.agenda,
)

#: What tells rows of a table apart, and is new in a copy. Numbers are given out by the database.
_IDS = {"instances": ("id",), "aliases": ("name",), "secrets": ("id", "name")}
_IDS |= {"letters": ("id", "message_id", "dedupe")}
_IDS |= dict.fromkeys(("orders", "ledger_transactions", "keys", "key_versions"), ("id",))

_MOMENTS = frozenset({
    "created_at", "since", "term_start", "end", "start", "at", "due", "due_at", "paid_at",
    "pay_until", "rotated_at", "rotate_at", "updated_at", "finished_at", "sent_at",
    "usage_start", "usage_end",
})  # fmt: skip


@dataclass(frozen=True)
class Copy:
    """One of many: ``number`` tells it apart, its moments are ``days`` earlier."""

    number: int
    account_id: str
    days: int
    edition: str

    def id_for(self, old: str) -> str:
        """A new id, scattered as real ones are; the beginning stays as it is."""
        kept = 7 if "-" in old else 1
        size = len(old) - kept
        chance = int.from_bytes(hashlib.blake2b(f"{self.number} {old}".encode()).digest())
        return f"{old[:kept]}{chance % 10**size:0{size}}"


@dataclass(frozen=True)
class Household:
    """All rows of an instance by table, and a pattern of what is new in each copy."""

    account_id: str
    rows: Mapping[Table, list[dict[str, Any]]]
    ids: "re.Pattern[str]"

    def write(self, db: Connection, copies: Iterable[Copy]) -> None:
        """Copies, many at a time."""
        rest = iter(copies)
        while chunk := list(islice(rest, _CHUNK)):
            for table, rows in self.rows.items():
                db.execute(insert(table), [self._copied(row, one) for one in chunk for row in rows])
        _number_postings(db)

    def _copied(self, row: Mapping[str, Any], one: Copy) -> dict[str, Any]:
        def renamed(found: "re.Match[str]") -> str:
            return one.account_id if found[0] == self.account_id else one.id_for(found[0])

        made = dict(row)
        for name, value in row.items():
            if isinstance(value, str):
                made[name] = self.ids.sub(renamed, value)
            elif name in _MOMENTS and value:
                made[name] = value - one.days * DAY
        if "day" in made:  # a line of a bill
            made["day"] = local_date(made["at"]).isoformat()
            made["month"] = made["day"][:7]
        if "transaction_id" in made:  # a posting: its number is that of its transaction
            made["seq"] = 0
        if "edition" in made:
            made["edition"] = one.edition
        return made


def settle(caller: Caller) -> str:
    """Buy an instance for a year, fill it and renew it for another; its id."""
    instance = call(caller, BILLING, "CreateInstance", servers.purchase() | {"Period": "12"})
    instance_id = str(instance["Data"]["InstanceId"])
    servers.enable(caller, instance_id)
    for number in range(KEYS):
        key = str(servers.new_key(caller, instance_id, Description=f"key {number}")["KeyId"])
        call(caller, KMS, "CreateAlias", {"KeyId": key, "AliasName": f"alias/key-{number:016}"})
    for number in range(SECRETS):
        asked = {"SecretName": f"secret-{number:016}", "DKMSInstanceId": instance_id}
        call(caller, KMS, "CreateSecret", asked | {"SecretData": "precious", "VersionId": "v1"})
    renewal = {"ProductCode": "kms", "InstanceId": instance_id, "RenewPeriod": "12"}
    call(caller, BILLING, "RenewInstance", renewal)
    return instance_id


def read(db: Connection, account_id: str, instance_id: str) -> Household:
    """Everything in the database that belongs to an instance."""
    known, rows = {instance_id}, {}
    for table in _TABLES:
        ids = _pattern(known)
        found = [
            dict(row)
            for row in db.execute(select(table)).mappings()
            if any(ids.search(value) for value in row.values() if isinstance(value, str))
        ]
        known |= {row[name] for row in found for name in _IDS.get(table.name, ())}
        if found:
            rows[table] = [
                {k: v for k, v in row.items() if k not in _serials(table)} for row in found
            ]
    return Household(account_id, rows, _pattern(known | {account_id}))


def _number_postings(db: Connection) -> None:
    """Once their transactions have numbers."""
    t, p = schema.ledger_transactions, schema.ledger_postings
    number = select(t.c.seq).where(t.c.id == p.c.transaction_id).scalar_subquery()
    db.execute(update(p).where(p.c.seq == 0).values(seq=number))


def _serials(table: Table) -> set[str]:
    """Columns whose numbers the database gives out."""
    return {"id"} if table is schema.agenda else {"seq"}


def _pattern(ids: set[str]) -> "re.Pattern[str]":
    return re.compile("|".join(map(re.escape, sorted(ids, key=len, reverse=True))))
