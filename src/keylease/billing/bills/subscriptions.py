"""Bills written as files on a schedule: what can be subscribed to, where, under which names. Pure.

A bucket is a folder. Source: facts/billing.md 6 (SubscribeBillToOSS), rules.md 9.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from keylease.core.errors import Code, Parameter, Refusal

#: The errand that writes what is due; once a day for all accounts.
BILL_EXPORT = "bill_export"

#: Rows of a file, unless the subscription says otherwise.
ROWS_DEFAULT, ROWS_MIN, ROWS_MAX = 300_000, 1_000, 10_000_000

PATH_BYTES_MAX = 254
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", re.ASCII)


class ExportType(StrEnum):
    """The documented types of files."""

    ITEMS = "BillingItemDetailForBillingPeriod"
    LINES = "InstanceDetailForBillingPeriod"
    INSTANCES_OF_MONTH = "InstanceDetailMonthly"
    ITEMS_OF_MONTH = "BillingItemDetailMonthly"
    SPLIT_ITEMS = "SplitItemDetailDaily"
    STATEMENT = "MonthBill"


#: What the files of a type are called, after the account's id.
FILE_NAMES = {
    ExportType.ITEMS: "BillingItemDetail",
    ExportType.LINES: "InstanceDetail",
    ExportType.INSTANCES_OF_MONTH: "InstanceDetailMonthly",
    ExportType.ITEMS_OF_MONTH: "BillingItemDetailMonthly",
    ExportType.SPLIT_ITEMS: "SplitItemDetailDaily",
    ExportType.STATEMENT: "MonthBill",
}

#: Each day has a file, and the month another one when it is over.
DAILY = (ExportType.ITEMS, ExportType.LINES)

#: The month has one file that is written anew each day until the month is over.
GROWING = (ExportType.INSTANCES_OF_MONTH, ExportType.ITEMS_OF_MONTH, ExportType.SPLIT_ITEMS)


@dataclass(frozen=True, slots=True)
class BillSubscription:
    """What an account wants to be written: into which bucket and path, from which month on."""

    account_id: str
    type: ExportType
    bucket: str
    path: str
    rows_per_file: int
    begin_month: str
    subscribed_at: int


class BillSubscriptions(Protocol):
    """The subscriptions of all accounts: one of each type."""

    def put(self, subscription: BillSubscription) -> None:
        """Write it down in place of the one of its type."""
        ...

    def remove(self, account_id: str, type_: ExportType) -> bool:
        """Take it away; whether there was one."""
        ...

    def of_account(self, account_id: str) -> Sequence[BillSubscription]:
        """Those of an account, by type."""
        ...

    def all(self) -> Sequence[BillSubscription]:
        """Those of all accounts."""
        ...


def check_bucket(bucket: str) -> str:
    """The name of a bucket, if it can be one; Refusal InvalidParameter."""
    if not _BUCKET.fullmatch(bucket):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The parameter {name} is not valid: it takes 3 to 63 of a-z, 0-9 and '-'.",
            name=Parameter("SubscribeBucket"),
        )
    return bucket


def check_path(path: str) -> str:
    """A path below a bucket, if it can be one; Refusal InvalidParameter. Empty is the bucket."""
    parts = path.removesuffix("/").split("/") if path else []
    plain = all(part not in {"", ".", ".."} and "\\" not in part for part in parts)
    if not plain or not path.isprintable() or len(path.encode()) > PATH_BYTES_MAX or ".." in path:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The parameter {name} is not valid: it takes 1 to {most} bytes of UTF-8 that do "
            "not begin with '/' or '\\' and hold no '//' and no '..'.",
            name=Parameter("BucketPath"),
            most=PATH_BYTES_MAX,
        )
    return path


def file_name(account_id: str, type_: ExportType, when: date, *, of_day: bool) -> str:
    """``UID_BillingItemDetail_20260131``, or ``…_202601`` for a month; without an ending."""
    stamp = f"{when:%Y%m%d}" if of_day else f"{when:%Y%m}"
    return f"{account_id}_{FILE_NAMES[type_]}_{stamp}"
