"""Many subscriptions at once: the rows that as many purchases would have left behind."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from keylease.access.accounts import Account
from keylease.app import clock
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.billing.renewals.model import RenewalMode
from keylease.core import ids
from keylease.core.clock import DAY, local_date, parse_iso
from keylease.core.regions import DEFAULT_REGION, REGIONS
from keylease.core.terms import end_of
from keylease.custody.instances.model import Capacity, Edition, Instance
from keylease.custody.instances.states import InstanceState
from keylease.notifications.schedule import for_term
from keylease.storage import schema
from keylease.storage.rows import instance_to_row
from keylease.storage.unit_of_work import UnitOfWork

START = "2026-01-31T10:00:00+08:00"
NOW = parse_iso(START)

#: Reminders up to here were sent: those that are due are not disturbed by other letters.
_REMINDED = NOW + 30 * DAY

_CHUNK = 5_000
_CAPACITY = Capacity(qps=1_000, keys=100, secrets=0, access_units=5, log=False, log_storage=0)


def due_end(cohort: int) -> int:
    """When the instances of a cohort end: all in one second, the cohorts a day apart."""
    return end_of(local_date(NOW) + timedelta(days=cohort))


def populate(data: Path, due: int, cohorts: int, existing: int) -> Deployment:
    """A deployment that stands at `START` with ``existing`` instances, ``due`` in each cohort.

    Those lie scattered among the others, whose ends are spread over a year. Each has an account
    of its own.
    """
    settings = read_settings({"data": str(data), "quotas": "off"}, {})
    deployment = open_deployment(settings, clock=f"test={START}", may_initialise=True)
    clock.freeze(deployment)
    stride = existing // (due * cohorts)
    ends = [
        due_end(number // stride % cohorts)
        if number % stride == 0
        else end_of(local_date(NOW) + timedelta(days=60 + number % 365))
        for number in range(stride * due * cohorts)
    ]
    for first in range(0, len(ends), _CHUNK):
        with deployment.database.begin() as work:
            _write(work, ends[first : first + _CHUNK])
    return deployment


def _write(work: UnitOfWork, ends: Sequence[int]) -> None:
    accounts = [_account(work) for _ in ends]
    instances = [_instance(work, one.id, end) for one, end in zip(accounts, ends, strict=True)]
    settings = [
        {"instance_id": one.id, "mode": RenewalMode.MANUAL.value, "months": 0} for one in instances
    ]
    work.connection.execute(insert(schema.accounts), [asdict(one) for one in accounts])
    work.connection.execute(insert(schema.instances), [instance_to_row(one) for one in instances])
    work.connection.execute(insert(schema.renewal_settings), settings)
    work.agenda.add([due for one in instances for due in for_term(one.id, one.end, _REMINDED)])


def _account(work: UnitOfWork) -> Account:
    account_id = ids.account_id(work.entropy)
    email = f"{account_id}@example.com"
    return Account(account_id, f"bench-{account_id}", email, "en", "USD", NOW, NOW)


def _instance(work: UnitOfWork, account_id: str, end: int) -> Instance:
    region = REGIONS[DEFAULT_REGION]
    instance_id = ids.instance_id(work.entropy, region.letters)
    return Instance(
        id=instance_id,
        account_id=account_id,
        region=region.id,
        edition=Edition.SOFTWARE,
        name=instance_id,
        state=InstanceState.UNINITIALIZED,
        capacity=_CAPACITY,
        created_at=NOW,
        since=NOW,
        term_start=NOW,
        end=end,
        anchor=local_date(NOW),
        months=1,
    )
