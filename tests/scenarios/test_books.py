"""The books at the command line: exported while the product serves, and checked every day."""

import subprocess
import sys
from pathlib import Path

from scenarios.town import open_town
from unit.billing.test_journals import by_beancount, by_hledger


def test_the_served_books_are_exported_and_read_back(tmp_path: Path) -> None:
    with open_town(tmp_path / "data", "2026-01-31 10:00:00") as town:
        ada = town.customer("ada", "5000.00")
        town.cli("account", "credit", "ada", "1.50", "--note", 'it\'s "17"; for\nMay')
        ada.buy()
        printed = town.run("books", "export")
        assert printed.returncode == 0, printed.stderr
        balances = by_hledger(printed.stdout)
        assert balances["Assets:Funds", "USD"] == 500_150
        customer = balances[f"Liabilities:Customers:{ada.account_id}:Cash", "USD"]
        assert (
            f"{-customer // 100}.{-customer % 100:02}"
            == (town.cli("account", "show", "ada")["balance"])
        )
        file = tmp_path / "books.beancount"
        told = town.cli("books", "export", "--format", "beancount", "--out", str(file))
        assert told == {"file": str(file), "format": "beancount"}
        assert by_beancount(file.read_text("utf-8")) == balances
        checked = subprocess.run(
            [Path(sys.executable).with_name("bean-check"), file], capture_output=True, check=False
        )
        assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
        assert by_hledger(town.run("books", "export", "--to", "2026-01-30").stdout) == {}
        for wrong, text in (
            (("--json",), "not JSON"),
            (("--from", "2026-02-01", "--to", "2026-01-01"), "--to is before --from"),
            (("--account", "nobody"), "no account 'nobody'"),
        ):
            refused = town.run("books", "export", *wrong)
            assert (refused.returncode, refused.stdout) == (1, "")
            assert text in refused.stderr
