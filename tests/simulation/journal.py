"""The books as another program reads them: hledger adds up what we export."""

from decimal import Decimal
from io import StringIO

from comparison.in_storage import StorageMarket
from comparison.shop import decimal
from keylease.app.journal import select_entries, write_journal
from keylease.storage.unit_of_work import UnitOfWork
from unit.billing.test_journals import by_hledger


def balances_by_hledger(market: StorageMarket) -> dict[str, Decimal]:
    """What each customer has, by account id; a customer without money is left out."""

    def export(work: UnitOfWork) -> str:
        out = StringIO()
        write_journal(work, "hledger", select_entries(work, None, None, None), out)
        return out.getvalue()

    found = {}
    for (name, _), amount in by_hledger(market.look(export)).items():
        family, _, owner = name.partition(":Customers:")
        if owner and family == "Liabilities":
            found[owner.removesuffix(":Cash")] = decimal(-amount)
    return found
