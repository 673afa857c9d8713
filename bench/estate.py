"""A deployment with very much of everything, nearly all of it one customer's."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import bills
import household
import servers
import traces
from population import NOW, START
from signing import KMS, Caller, call
from sqlalchemy import Connection, Table, delete, func, insert, select

from keylease.access.accounts import Account, User
from keylease.access.passwords import hash_password
from keylease.access.ram import directory
from keylease.access.ram.logins import set_login
from keylease.access.ram.model import TargetKind
from keylease.app import backups
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.billing.ledger.model import USAGE, Posting, Transaction, TransactionKind, cash
from keylease.billing.tickets.states import TicketState
from keylease.core.clock import DAY, HOUR, MINUTE, local_date
from keylease.core.regions import DEFAULT_REGION
from keylease.custody.access_keys import add_access_key
from keylease.custody.instances.model import Edition
from keylease.records.audit import OK, AuditRecord
from keylease.storage import schema
from keylease.storage.bills import BILL_KEY, SUMS
from keylease.storage.unit_of_work import UnitOfWork

OWNER = "bench"
#: One of its users, who may do everything.
USER = f"user-0@{OWNER}"
_USER_PASSWORD = "long enough to sign in"
#: The month that has nearly all lines of bills, and one that has a few hundred.
MONTH, SHORT_MONTH = bills.MONTH, "2025-11"

_NAME = "application"
_CHUNK = 10_000
_LARGE_CACHE = "PRAGMA cache_size=-1000000"
_DAYS = 300  # purchases are spread over so many


@dataclass(frozen=True)
class Sizes:
    """How much there is; four instances of five are the owner's."""

    instances: int = 10_000
    lines: int = 1_000_000
    audit: int = 200_000
    done: int = 100_000
    tickets: int = 5_000
    minutes: int = 100_000
    busy: int = 24 * 60
    calls: int = 100_000

    @property
    def accounts(self) -> int:
        return self.instances // 5


@dataclass(frozen=True)
class Estate:
    """Where it is, who signs in, and the names that stand in addresses."""

    data: Path
    passwords: dict[str, str]
    names: dict[str, str]


def build(data: Path, sizes: Sizes) -> Estate:
    """Fill a deployment whose clock stands still at `START`."""
    with servers.product(data, "--clock", f"test={START}") as product:
        servers.cli(data, "clock", "freeze")
        caller = servers.customer(product, data, OWNER, "1000000000.00")
        instance_id = household.settle(caller)
        _let_an_application_in(caller, instance_id)
        asked = ("--reason", "Please help.", "--instance", instance_id)
        ticket = servers.cli(data, "ticket", "open", OWNER, *asked)["ticket_id"]
        servers.cli(data, "voucher", "grant", OWNER, "100.00", "--until", "90d")
    deployment = open_deployment(read_settings({"data": str(data)}, {}))
    try:
        backups.create(deployment, instance_id)
        with deployment.database.read() as work:
            owner = work.accounts.by_name(OWNER)
        if owner is None:
            raise RuntimeError("the account is gone")
        names = {"instance_id": instance_id, "ticket_id": ticket, "account_id": owner.id}
        names |= _names(deployment, instance_id)
        servers.cli(data, "data-key", "create", OWNER, _NAME, "--key", names["key_id"])
        _Builder(deployment, owner.id, instance_id, sizes).build()
        traces.export_orders(deployment, owner.id)
    finally:
        deployment.close()
    names["order_id"] = servers.cli(data, "order", "place", OWNER, "--months", "1")["order_id"]
    passwords = {
        one: servers.cli(data, "account", "password", one)["console_password"]
        for one in (OWNER, "operator")
    }
    passwords[USER] = _USER_PASSWORD
    return Estate(data, passwords, names)


def _let_an_application_in(caller: Caller, instance_id: str) -> None:
    call(caller, KMS, "CreateNetworkRule", {
        "Name": _NAME, "Type": "Private", "SourcePrivateIp": json.dumps(["10.0.0.0/8"]),
    })  # fmt: skip
    call(caller, KMS, "CreatePolicy", {
        "Name": _NAME,
        "KmsInstance": instance_id,
        "Permissions": json.dumps(["RbacPermission/Template/CryptoServiceKeyUser"]),
        "Resources": json.dumps(["key/*"]),
        "AccessControlRules": json.dumps({"NetworkRules": [_NAME]}),
    })  # fmt: skip
    point = {"Name": _NAME, "AuthenticationMethod": "ClientKey", "Policies": json.dumps([_NAME])}
    call(caller, KMS, "CreateApplicationAccessPoint", point)
    call(caller, KMS, "CreateClientKey", {"AapName": _NAME, "Password": "long-enough-1"})


def _names(deployment: Deployment, instance_id: str) -> dict[str, str]:
    k, s, o = schema.keys, schema.secrets, schema.orders
    with deployment.database.read() as work:
        one = work.connection.execute
        key = one(select(k.c.id).where(k.c.instance_id == instance_id)).scalars().first()
        secret = one(select(s.c.name).where(s.c.instance_id == instance_id)).scalars().first()
        renewal = one(select(o.c.id).where(o.c.type == "Renew")).scalars().first()
    names = {"key_id": key, "secret": secret, "renewal_id": renewal}
    names |= {one: f"{one}-0" for one in ("user", "group", "role", "policy")}
    return {"name": _NAME, "version": "1", **{name: str(one) for name, one in names.items()}}


class _Builder:
    """Writes rows, a step after the other, and says so."""

    def __init__(self, deployment: Deployment, owner: str, instance_id: str, sizes: Sizes) -> None:
        self._deployment = deployment
        self._owner = owner
        self._instance_id = instance_id
        self._sizes = sizes
        self._others = [f"2{number:015}" for number in range(sizes.accounts)]

    def build(self) -> None:
        """Everything."""
        for step in (
            self._accounts,
            self._instances,
            self._bill_lines,
            self._payments,
            self._bill_totals,
            self._audit,
            self._agenda,
            self._tickets,
            self._usage,
            self._calls,
            self._services,
            self._applications,
            self._people,
            self._few,
        ):
            begun = time.perf_counter()
            with self._deployment.database.begin() as work:
                work.connection.exec_driver_sql(_LARGE_CACHE)
                step(work)
            what = step.__name__.strip("_").replace("_", " ")
            print(f"  {what}: {time.perf_counter() - begun:.0f} s", flush=True)

    def _accounts(self, work: UnitOfWork) -> None:
        made = [
            Account(one, f"customer-{one[-6:]}", "", "en", "USD", NOW, NOW + number)
            for number, one in enumerate(self._others)
        ]
        users = [User(f"user-{one.id}", one.id, one.name, "no password", NOW) for one in made]
        work.connection.execute(insert(schema.accounts), [asdict(one) for one in made])
        work.connection.execute(insert(schema.users), [asdict(one) for one in users])

    def _instances(self, work: UnitOfWork) -> None:
        one = household.read(work.connection, self._owner, self._instance_id)
        one.write(work.connection, map(self._copy, range(1, self._sizes.instances)))

    def _copy(self, number: int) -> household.Copy:
        own = number % 5 != 0
        account_id = self._owner if own else self._others[number // 5 % len(self._others)]
        edition = Edition.HARDWARE if number % 10 == 1 else Edition.SOFTWARE
        return household.Copy(number, account_id, number % _DAYS, edition.value)

    def _bill_lines(self, work: UnitOfWork) -> None:
        lines = (bills.line(number, self._owner) for number in range(self._sizes.lines))
        _insert(work.connection, schema.bill_lines, lines)

    def _payments(self, work: UnitOfWork) -> None:
        """What those lines took from the balance, a transaction for each day's bill."""
        for day in range(bills.DAYS):
            one = bills.line(day)
            amount = one["cash"] * len(range(day, self._sizes.lines, bills.DAYS))
            legs = Posting(cash(self._owner), -amount), Posting(USAGE, amount)
            kind, bill = TransactionKind.USAGE, one["record_id"]
            work.ledger.post(Transaction(f"of-{bill}", one["at"], kind, "USD", bill, "", legs))

    def _bill_totals(self, work: UnitOfWork) -> None:
        b, t = schema.bill_lines, schema.bill_totals
        work.connection.execute(delete(t))
        key = [b.c[name] for name in BILL_KEY]
        sums = [func.count().label("lines"), func.sum(b.c.item_count).label("items")]
        sums += [func.sum(b.c[name]).label(name) for name in SUMS]
        query = select(*key, *sums).group_by(*key)
        names = [*BILL_KEY, "lines", "items", *SUMS]
        work.connection.execute(insert(t).from_select(names, query))

    def _audit(self, work: UnitOfWork) -> None:
        """The newest are hardly the owner's: few of many are what takes longest to find."""
        operations = ("CreateKey", "UpdateKeyDescription", "DisableKey", "EnableKey", "TagResource")
        for first in range(0, self._sizes.audit, _CHUNK):
            work.audit.append([
                AuditRecord(
                    at=NOW - DAY + number * DAY // self._sizes.audit,
                    machine=float(number),
                    request_id=f"{number:08X}-0000-4000-8000-000000000000",
                    account_id=self._auditee(number),
                    principal=f"acs:ram::{self._auditee(number)}:root",
                    access_key_id="LTAI0000000000000000bnch",
                    operation=operations[number % len(operations)],
                    region=DEFAULT_REGION,
                    resource=f"key-hzz{number:018}",
                    outcome=OK,
                    peer="127.0.0.1",
                )
                for number in range(first, min(first + _CHUNK, self._sizes.audit))
            ])  # fmt: skip

    def _auditee(self, number: int) -> str:
        """The first half is the owner's, of the second hardly anything."""
        own = number < self._sizes.audit // 2 or number % 1_000 == 0
        return self._owner if own else self._others[number % len(self._others)]

    def _agenda(self, work: UnitOfWork) -> None:
        """Beside what the instances wait for: what was done, and what was given up."""
        a = schema.agenda
        seed = _first(work.connection, a, a.c.state == "pending")

        def change(number: int) -> dict[str, Any]:
            state = "failed" if number % 200 == 0 else "done"
            due = NOW - number * MINUTE
            return {"due": due, "subject": f"kst-{number}", "state": state, "finished_at": due}

        _multiply(work.connection, a, seed, self._sizes.done, change, without="id")

    def _tickets(self, work: UnitOfWork) -> None:
        seed = _first(work.connection, schema.tickets)
        states = [state.value for state in TicketState]

        def change(number: int) -> dict[str, Any]:
            state = states[number % len(states)]
            return {"id": f"T{number:014}", "state": state, "created_at": NOW - number * HOUR}

        _multiply(work.connection, schema.tickets, seed, self._sizes.tickets, change)

    def _usage(self, work: UnitOfWork) -> None:
        """A hundred instances, busy for a day, before that each hour; what they held each day."""
        place = {"account_id": self._owner, "region": DEFAULT_REGION}
        ids = [self._instance_id] + [f"kst-hzz{n:018}" for n in range(1, traces.BUSY)]
        busy = traces.busy_minutes(self._owner, ids, self._sizes.busy)
        _insert(work.connection, schema.usage_minutes, busy)
        minutes = (
            {
                "instance_id": ids[number % len(ids)],
                "minute": (traces.BUSY_FROM // HOUR - 1 - number // len(ids)) * HOUR,
                "requests": number % 1_000,
                **place,
            }
            for number in range(self._sizes.minutes)
        )
        _insert(work.connection, schema.usage_minutes, minutes)
        days = (
            {
                "instance_id": ids[number % len(ids)],
                "day": local_date(NOW - (1 + number // len(ids)) * DAY).isoformat(),
                "edition": Edition.SOFTWARE.value,
                "product_type": "kms_ppi_public_intl",
                "name": "by use",
                "key_versions": 10,
                "secrets": 2,
                "free": False,
                "record_id": "300000000000000",
                **place,
            }
            for number in range(self._sizes.minutes // 24)
        )
        _insert(work.connection, schema.usage_days, days)

    def _calls(self, work: UnitOfWork) -> None:
        traces.log_calls(work, self._owner, self._instance_id, self._sizes.calls)

    def _services(self, work: UnitOfWork) -> None:
        traces.services(work, self._owner, self._instance_id)

    def _applications(self, work: UnitOfWork) -> None:
        """As many as there may be."""
        db = work.connection
        for table in (schema.network_rules, schema.permission_policies, schema.access_points):
            _multiply(db, table, _first(db, table), 99, lambda number: {"name": f"one-{number}"})
        seed = _first(db, schema.client_keys)
        _multiply(db, schema.client_keys, seed, 9, lambda number: {"id": f"KAAP.{number}"})

    def _people(self, work: UnitOfWork) -> None:
        """Users in groups, roles and policies, two hundred of each; one may do everything."""
        whom = {"RAM": [f"acs:ram::{self._owner}:root"]}
        role = _allow("sts:AssumeRole", "Principal", whom)
        reader = _allow("kms:Encrypt", "Resource", "*")
        for number in range(200):
            user, group, policy = f"user-{number}", f"group-{number}", f"policy-{number}"
            directory.create_user(work, self._owner, user, "")
            directory.create_group(work, self._owner, group)
            directory.join(work, self._owner, group, user)
            directory.create_role(work, self._owner, f"role-{number}", role, 3_600)
            directory.write_policy(work, self._owner, policy, reader, "", new=True)
            directory.attach(work, self._owner, policy, TargetKind.USER, user)
            add_access_key(work, self._owner, user=user)
        everything = _allow("*", "Resource", "*")
        directory.write_policy(work, self._owner, "everything", everything, "", new=True)
        directory.attach(work, self._owner, "everything", TargetKind.USER, "user-0")
        set_login(work, self._owner, "user-0", hash_password(_USER_PASSWORD))

    def _few(self, work: UnitOfWork) -> None:
        """Backups, vouchers, letters that wait for a mail server, versions of a data key."""
        db = work.connection
        seed = _first(db, schema.managed_data_keys)

        def version(number: int) -> dict[str, Any]:
            return {"version_id": f"version-{number}", "number": seed["number"] + number}

        _multiply(db, schema.managed_data_keys, seed, 1_000, version)

        def backup(number: int) -> dict[str, Any]:
            return {"id": f"bk-{number:018}", "created_at": NOW - number * MINUTE}

        _multiply(db, schema.backups, _first(db, schema.backups), 10_000, backup)

        def voucher(number: int) -> dict[str, Any]:
            return {"number": f"Q-{number:012}", "granted_at": NOW - number}

        _multiply(db, schema.vouchers, _first(db, schema.vouchers), 1_000, voucher, without="id")

        def letter(number: int) -> dict[str, Any]:
            ids = dict.fromkeys(("id", "message_id", "dedupe"), f"letter-{number}")
            waits = {"state": "waiting", "not_before": time.time() + DAY}
            return {**ids, **waits, "due_at": NOW - number * MINUTE}

        _multiply(db, schema.letters, _first(db, schema.letters), 5_000, letter, without="seq")


def _allow(action: str, whom: str, named: object) -> str:
    """A policy that allows one thing."""
    statement = {"Effect": "Allow", "Action": action, whom: named}
    return json.dumps({"Version": "1", "Statement": [statement]})


def _first(db: Connection, table: Table, *fit: Any) -> dict[str, Any]:
    return dict(db.execute(select(table).where(*fit).limit(1)).mappings().one())


def _multiply(
    db: Connection,
    table: Table,
    seed: dict[str, Any],
    count: int,
    change: Callable[[int], dict[str, Any]],
    without: str = "",
) -> None:
    """Copies of a row, each changed by its number."""
    kept = {name: value for name, value in seed.items() if name != without}
    _insert(db, table, ({**kept, **change(number)} for number in range(1, count + 1)))


def _insert(db: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    while chunk := list(islice(rows, _CHUNK)):
        db.execute(insert(table), chunk)
