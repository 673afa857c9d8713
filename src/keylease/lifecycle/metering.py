"""The days of pay-as-you-go instances: what each held at the end of a day. rules.md 8.

A day on which an instance existed is written once: at its end, or when the instance is released.
The first one that is written of an account's day asks for a bill.
"""

from collections.abc import Mapping, Sequence

from keylease.billing.bills.model import day_of
from keylease.billing.usage.model import BILLED_AFTER, Holding, UsageDay, bounds_of, day_before
from keylease.core.agenda import Appointment
from keylease.core.clock import DAY
from keylease.core.terms import release_of
from keylease.custody.instances.model import Instance
from keylease.lifecycle.work import Work

#: The appointment at the end of each day of an instance.
METER = "meter"

#: The appointment to make an account's bill of a day.
DAILY_BILL = "daily_bill"


def plan_metering(work: Work, instance: Instance) -> None:
    """Put the end of the instance's first day on the agenda."""
    _, midnight = bounds_of(day_of(work.now))
    work.agenda.add([Appointment(METER, instance.id, midnight)])


def meter(work: Work, due: Sequence[Appointment]) -> None:
    """Write down the day that ends, and come again at the end of the next one."""
    moment = due[0].due
    found = work.instances.find_many({one.subject for one in due})
    there = [one for one in found.values() if release_of(one.end) > moment - DAY]
    held = work.usage.holdings([one.id for one in there])
    _write(work, [_day(one, moment, day_before(moment), held[one.id]) for one in there])
    work.agenda.add([Appointment(METER, one, moment + DAY) for one in sorted(found)])


def close_last_day(work: Work, gone: Sequence[Instance], moments: Mapping[str, int]) -> None:
    """Write down the last day of instances that are released: they existed, and hold nothing."""
    rows = []
    for one in gone:
        if one.is_pay_as_you_go:
            work.agenda.void(one.id, (METER,))
            last = max(one.created_at, moments[one.id] - 1)
            rows.append(_day(one, moments[one.id], day_of(last), Holding()))
    _write(work, rows)


def _day(instance: Instance, moment: int, day: str, held: Holding) -> UsageDay:
    return UsageDay(
        instance_id=instance.id,
        day=day,
        account_id=instance.account_id,
        region=instance.region,
        edition=instance.edition.value,
        product_type=instance.product_type,
        name=instance.name,
        key_versions=held.key_versions,
        secrets=held.secrets,
        free=instance.is_on_trial(moment),
    )


def _write(work: Work, rows: Sequence[UsageDay]) -> None:
    work.usage.add_days(rows)
    bills = dict.fromkeys((row.account_id, row.day) for row in rows)
    work.agenda.add(
        [
            Appointment(DAILY_BILL, account_id, _billed_at(day, work.now))
            for account_id, day in bills
        ]
    )


def _billed_at(day: str, now: int) -> int:
    """10:00 of the next day; for a day that was written down later than that, the next second.

    Not this one: what was due in it may be done. All late days of an account share one moment.
    """
    moment = bounds_of(day)[1] + BILLED_AFTER
    return moment if moment > now else now + 1
