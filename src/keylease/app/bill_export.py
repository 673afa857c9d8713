"""The errand that writes subscribed bills as files below the directory ``export_dir``.

Once a day, at 12:30 UTC+8. What is owed follows from what is there: each day's file of months that
are not complete, and the file of each month that is. A file gets its name when it is whole, and one
that is there is not written again; so a run that was missed or cut short is made up by the next.
Accounts have a directory each. Source: facts/billing.md 6 (SubscribeBillToOSS).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import structlog

from keylease.access.accounts import Account
from keylease.app.deployment import Deployment
from keylease.app.export_folder import Folder, open_folder
from keylease.billing.bills.files import batched, header_of, rows_of, write_csv
from keylease.billing.bills.model import month_of
from keylease.billing.bills.months import (
    complete_at,
    day_complete_at,
    days_of,
    first_day,
    next_export,
    next_month,
)
from keylease.billing.bills.ports import LineFilter
from keylease.billing.bills.subscriptions import (
    BILL_EXPORT,
    DAILY,
    GROWING,
    BillSubscription,
    ExportType,
    file_name,
)
from keylease.core.agenda import Appointment
from keylease.core.clock import DAY, local_date
from keylease.lifecycle.statements import statement_of
from keylease.storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

_BY = {
    ExportType.ITEMS: "item",
    ExportType.LINES: "line",
    ExportType.INSTANCES_OF_MONTH: "instance",
    ExportType.ITEMS_OF_MONTH: "item-of-instance",
    ExportType.SPLIT_ITEMS: "split-item",
}


def export_bills(deployment: Deployment) -> None:
    """Write what is owed, and plan the next day's run while anybody is subscribed."""
    with deployment.database.read() as work:
        subscriptions = work.bill_subscriptions.all()
    place = deployment.settings.export_dir
    for one in subscriptions if place else ():
        try:
            _export(deployment, Path(place), one)
        except OSError as error:  # the others' files do not wait for a full disk or a wrong name
            log.warning("a bill was not exported", account=one.account_id, reason=str(error))
    with deployment.database.begin() as work:
        if work.bill_subscriptions.all():
            work.agenda.add([Appointment(BILL_EXPORT, "bills", next_export(work.now))])


def _export(deployment: Deployment, root: Path, subscription: BillSubscription) -> None:
    steps = [subscription.account_id, subscription.bucket, *subscription.path.split("/")]
    with (
        deployment.database.read() as work,
        open_folder(root, [one for one in steps if one], deployment.entropy) as folder,
    ):
        folder.sweep(deployment.machine.wall() - DAY)
        account = work.accounts.find(subscription.account_id)
        if account is not None:
            _Export(work, account, subscription, folder).run()


@dataclass(frozen=True, slots=True)
class _Export:
    """What is owed for one subscription."""

    work: UnitOfWork
    account: Account
    subscription: BillSubscription
    folder: Folder

    def run(self) -> None:
        """Write it; nothing from before there was the account."""
        month = max(self.subscription.begin_month, month_of(self.account.created_at))
        present = month_of(self.work.now)
        while month <= present:
            self._month(month)
            month = next_month(month)

    def _month(self, month: str) -> None:
        kind, complete = self.subscription.type, complete_at(month)
        if self.work.now >= complete:
            name = self._name(first_day(month), of_day=False)
            if (self._written_at(name) or 0) < complete:
                self._write(LineFilter(self.account.id, month), name)
        elif kind in GROWING:
            name = self._name(first_day(month), of_day=False)
            self._write(LineFilter(self.account.id, month), name)
        elif kind in DAILY:
            since = local_date(self.subscription.subscribed_at)
            for day in days_of(month):
                if since <= day and self.work.now >= day_complete_at(day):
                    self._day(day)

    def _day(self, day: date) -> None:
        name = self._name(day, of_day=True)
        if self._written_at(name) is None:
            chosen = LineFilter(self.account.id, f"{day:%Y-%m}", day=day.isoformat())
            self._write(chosen, name)

    def _name(self, when: date, *, of_day: bool) -> str:
        return file_name(self.account.id, self.subscription.type, when, of_day=of_day)

    def _written_at(self, name: str) -> int | None:
        return self.folder.written_at(name + self._ending)

    @property
    def _ending(self) -> str:
        return ".pdf" if self.subscription.type is ExportType.STATEMENT else ".csv"

    def _write(self, chosen: LineFilter, name: str) -> None:
        """Write a file, or several if it has too many rows; the first is there last."""
        begun: list[str] = []
        try:
            for part in self._parts(chosen):
                unfinished, file = self.folder.begin()
                begun.append(unfinished)
                with file:
                    part(file)
            for number, unfinished in reversed(list(enumerate(begun, 1))):
                further = f"_{number}" if number > 1 else ""
                self.folder.finish(unfinished, f"{name}{further}{self._ending}", self.work.now)
        finally:
            for unfinished in begun:
                self.folder.drop(unfinished)

    def _parts(self, chosen: LineFilter) -> Iterator[Callable[[BinaryIO], object]]:
        """What writes each part of a file."""
        if self.subscription.type is ExportType.STATEMENT:
            from keylease.documents.statement_pdf import statement_pdf  # slow to import

            pdf = statement_pdf(statement_of(self.work, self.account, chosen.month))
            yield lambda file: file.write(pdf)
            return
        by, limit = _BY[self.subscription.type], self.subscription.rows_per_file
        batches = rows_of(self.work, self.account, chosen, by)
        rows = (row for batch in batches for row in batch)
        first = list(islice(rows, 1))
        while True:
            part = chain(first, islice(rows, limit - len(first)))
            yield partial(_write_part, part, header_of(by))
            first = list(islice(rows, 1))
            if not first:
                return


def _write_part(rows: Iterator[list[object]], columns: tuple[str, ...], file: BinaryIO) -> None:
    text = TextIOWrapper(file, "utf-8", newline="", write_through=False)
    write_csv(text, batched(rows), columns)
    text.flush()
    text.detach()
