"""The ledger of a deployment, exported on both engines and read back by hledger and Beancount."""

from collections import Counter
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest

from keylease.app import clock
from keylease.app.accounts import create_account, credit
from keylease.app.deployment import Deployment
from keylease.app.journal import select_entries, whole_file, write_journal
from keylease.billing.ledger.journals import account_name
from keylease.billing.ledger.model import Posting, Transaction, TransactionKind, voucher
from keylease.core.clock import local_date
from keylease.core.errors import Misuse
from keylease.lifecycle import purchase, refund, renewal
from keylease.lifecycle.purchase import Purchase
from keylease.storage import schema
from unit.billing.test_journals import Balances, by_beancount, by_hledger

_P = schema.ledger_postings


@pytest.fixture
def traded(deployment: Deployment) -> Deployment:
    """Two customers in two currencies who bought, renewed and gave back over two months."""
    for name, currency in (("ada", "USD"), ("li", "CNY")):
        account = create_account(deployment, name, currency=currency).account.id
        credit(
            deployment, name, "90000.07", "invoice 17\n2026-01-01 * theft\n  Assets:Funds  1 USD"
        )
        with deployment.database.begin() as work:
            asked = Purchase("kms_ddi_public_intl", 3, {}, "ManualRenewal", None)
            one = purchase.buy(work, account, "cn-hangzhou", asked).instance_id
        clock.advance(deployment, 40 * 86_400, lambda _: None)
        with deployment.database.begin() as work:
            renewal.renew(work, account, one, 1)
            promise(work, 7 if currency == "USD" else 17, account, currency)
        with deployment.database.begin() as work:
            refund.unsubscribe(work, account, one)
    return deployment


def promise(work, number: int, account: str, currency: str) -> None:
    """A voucher, granted with its entry."""
    legs = (Posting(voucher(number), 1_234), Posting("promotions", -1_234))
    granted = Transaction(
        f"grant-{number}", work.now, TransactionKind.VOUCHER_GRANT, currency, str(number), "", legs
    )
    work.ledger.post(granted)
    row = dict.fromkeys(("nominal", "threshold", "granted_at", "effective_at", "expires_at"), 0)
    row |= {"id": number, "number": str(number), "account_id": account, "currency": currency}
    work.connection.execute(schema.vouchers.insert(), row | {"scope": "all", "description": ""})


def stored(deployment: Deployment) -> Balances:
    """What the ledger adds up to, with the sign of the journals."""
    added: Counter[tuple[str, str]] = Counter()
    with deployment.store.reading() as connection:
        for row in connection.execute(_P.select()):
            added[account_name(row.account), row.currency] -= row.amount
    return {key: amount for key, amount in added.items() if amount}


def journal(deployment: Deployment, form: str, *selected: object) -> str:
    out = StringIO()
    with deployment.database.read() as work:
        write_journal(work, form, select_entries(work, *(selected or (None, None, None))), out)
    return out.getvalue()


def test_both_programs_have_the_balances_of_the_whole_ledger(traded: Deployment) -> None:
    ours = stored(traded)
    assert {currency for _, currency in ours} == {"USD", "CNY"}
    assert {"Assets:Funds", "Income:Sales", "Income:Refunds", "Equity:Promotions"} <= {
        name for name, _ in ours
    }
    assert by_hledger(journal(traded, "hledger")) == ours
    assert by_beancount(journal(traded, "beancount")) == ours


def test_a_customers_journal_has_all_of_the_customer_and_nothing_of_others(
    traded: Deployment,
) -> None:
    with traded.database.read() as work:
        ada, li = work.accounts.by_name("ada"), work.accounts.by_name("li")
    assert ada is not None
    assert li is not None
    ours = {key: amount for key, amount in stored(traded).items() if key[1] == "USD"}
    text = journal(traded, "hledger", "ada", None, None)
    assert (
        by_hledger(text) == by_beancount(journal(traded, "beancount", ada.id, None, None)) == ours
    )
    assert li.id not in text


def test_days_are_those_of_utc8_and_parts_add_up_to_the_whole(traded: Deployment) -> None:
    with traded.store.reading() as connection:
        moments = connection.execute(schema.ledger_transactions.select()).all()
    days = sorted({local_date(one.at) for one in moments})
    whole = Counter(stored(traded))
    for form, read in (("hledger", by_hledger), ("beancount", by_beancount)):
        added: Counter[tuple[str, str]] = Counter()
        for day in days:
            text = journal(traded, form, None, day, day)
            assert text.count(f"\n{day} * ") == sum(local_date(o.at) == day for o in moments)
            added.update(read(text))
        assert {key: amount for key, amount in added.items() if amount} == whole


def test_days_the_wrong_way_round_and_unknown_accounts_are_refused(deployment: Deployment) -> None:
    day = local_date(0)
    later = local_date(86_400)
    with deployment.database.read() as work:
        with pytest.raises(Misuse, match="--to is before --from"):
            select_entries(work, None, later, day)
        with pytest.raises(Misuse, match="no account 'nobody'"):
            select_entries(work, "nobody", None, None)


def test_a_file_is_there_when_it_is_whole_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "books.journal"
    with suppress(ZeroDivisionError), whole_file(path) as out:
        out.write("half")
        out.write(str(1 // 0))
    assert list(tmp_path.iterdir()) == []
    with whole_file(path) as out:
        out.write("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [path]
