"""Writing an entry into the ledger: now, in one currency, under a fresh id."""

from collections.abc import Sequence

from keylease.billing.ledger.model import Posting, Transaction, TransactionKind
from keylease.billing.work import BillingWork
from keylease.core import ids


def post(
    work: BillingWork,
    kind: TransactionKind,
    currency: str,
    postings: Sequence[Posting],
    *,
    reference: str = "",
    note: str = "",
) -> None:
    """Write an entry, which has to balance; ``reference`` is what it belongs to."""
    work.ledger.post(
        Transaction(
            id=ids.uuid(work.entropy),
            at=work.now,
            kind=kind,
            currency=currency,
            reference=reference,
            note=note,
            postings=tuple(postings),
        )
    )
