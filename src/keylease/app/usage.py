"""Reading usage records page by page, however many there are."""

from collections.abc import Iterator
from dataclasses import replace

from keylease.app.accounts import find_account
from keylease.app.deployment import Deployment
from keylease.billing.usage.model import By, UsageQuestion, first_period
from keylease.billing.usage.records import as_texts

_PAGE = 1_000


def records(
    deployment: Deployment, account: str, by: By, since: int, until: int
) -> Iterator[dict[str, str]]:
    """An account's records of the periods in ``[since, until)``; Misuse for an unknown account."""
    with deployment.database.read() as work:
        account_id = find_account(work, account).id
    asked = UsageQuestion(account_id, by, first_period(by, since), first_period(by, until))
    return _all(deployment, asked)


def _all(deployment: Deployment, asked: UsageQuestion) -> Iterator[dict[str, str]]:
    while True:
        with deployment.database.read() as work:
            rows = work.usage.page(asked, _PAGE)
        for row in rows:
            yield as_texts(row, asked.account_id)
        if len(rows) < _PAGE:
            return
        asked = replace(asked, after=(rows[-1].start, rows[-1].instance_id))
