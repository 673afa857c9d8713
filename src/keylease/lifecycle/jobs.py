"""Everything that time can cause, on one page.

At one moment, kinds are carried out in the order of this list: attempts come before release.
A *batch* job runs inside the transaction that claims it. An *errand* does something outside the
database and runs after it, once for all that are waiting; when a test clock is moved, once per
jump. Source: rules.md 1, design.md 2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from keylease.billing.bills.months import MONTH_CLOSE
from keylease.billing.bills.subscriptions import BILL_EXPORT
from keylease.billing.ledger.check import BOOKS_CHECK
from keylease.billing.renewals.schedule import AUTO_RENEWAL
from keylease.core.agenda import Appointment
from keylease.custody.backups.making import EXPIRE_BACKUPS
from keylease.custody.erasing import ERASE
from keylease.custody.keys.removal import EXPIRE_MATERIAL
from keylease.custody.keys.rotation import ROTATE_KEY
from keylease.custody.keys.status import DELETE_KEY
from keylease.custody.secrets.deletion import DELETE_SECRET
from keylease.custody.secrets.rotation import ROTATE_OUTSIDE, ROTATE_SECRET
from keylease.lifecycle import (
    auto_renewal,
    backups,
    client_keys,
    closing,
    daily_bill,
    keys,
    metering,
    ordering,
    release,
    reminding,
    secrets,
    vouchers,
)
from keylease.lifecycle.work import Work
from keylease.notifications import schedule

#: What carries out a batch of appointments of one kind and one moment.
Handler = Callable[[Work, Sequence[Appointment]], None]


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work and what does it; None for an errand, which is done outside the database."""

    kind: str
    title: str
    handler: Handler | None


JOBS = (
    Job(
        metering.METER,
        "Count what a pay-as-you-go instance holds at the end of a day",
        metering.meter,
    ),
    Job(metering.DAILY_BILL, "Make the bill of a day", daily_bill.bill_due),
    Job(ordering.ORDER_DEADLINE, "Cancel an order that nobody paid in time", ordering.lapse),
    Job(AUTO_RENEWAL, "Renew automatically, or tell what is missing", auto_renewal.attempt_due),
    Job(schedule.REMINDER, "Remind the owner 7, 3 and 1 days before", reminding.remind),
    Job(schedule.EXPIRE, "Tell the owner that the instance expired", reminding.tell_expired),
    Job(schedule.RELEASE_SOON, "Warn the owner of the release", reminding.tell_release_soon),
    Job(schedule.RELEASE, "Release the instance, destroy its keys", release.release_due),
    Job(
        schedule.CLIENT_KEY_EXPIRING,
        "Warn the owner 180, 90, 30 and 7 days before a client key ends",
        client_keys.warn,
    ),
    Job(ROTATE_KEY, "Give a key a new primary version", keys.rotate_due),
    Job(EXPIRE_MATERIAL, "Destroy imported key material that expired", keys.expire_material_due),
    Job(DELETE_KEY, "Destroy a key whose deletion was scheduled", keys.delete_due),
    Job(ROTATE_SECRET, "Begin the rotation of a secret", secrets.rotate_due),
    Job(DELETE_SECRET, "Destroy a secret whose deletion was scheduled", secrets.delete_due),
    Job(EXPIRE_BACKUPS, "Destroy the backups of a released instance", backups.expire_due),
    Job(MONTH_CLOSE, "Close the month of an account's bill", closing.close_due),
    Job(vouchers.VOUCHER_EXPIRY, "Book what is left of an expired voucher", vouchers.lapse_due),
    Job(ROTATE_OUTSIDE, "Tell the outside system the new value of a secret", None),
    Job(release.ROTATE_SEAL, "Make a new root key, destroy the old one", None),
    Job(ERASE, "Overwrite what was destroyed in the database files", None),
    Job(backups.BACK_UP, "Back up the software instances that changed", None),
    Job(BILL_EXPORT, "Write the bills that accounts subscribed to", None),
    Job(BOOKS_CHECK, "Check the whole books, tell the operator what is wrong", None),
)

BY_KIND = {job.kind: job for job in JOBS}
RANKS = {job.kind: rank for rank, job in enumerate(JOBS)}
ERRANDS = tuple(job.kind for job in JOBS if job.handler is None)

#: What waits while it is in doubt whether the machine's clock is right. rules.md 1.
HELD_IN_DOUBT = (
    schedule.RELEASE,
    DELETE_KEY,
    EXPIRE_MATERIAL,
    DELETE_SECRET,
    EXPIRE_BACKUPS,
)
