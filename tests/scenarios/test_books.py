"""The books at the command line: exported while the product serves, and checked every day."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

from scenarios.town import Town, in_utc8, open_town, utc
from unit.billing.test_journals import by_beancount, by_hledger
from waiting import until


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


def test_a_served_product_checks_its_books_every_day(tmp_path: Path) -> None:
    with open_town(tmp_path / "data", "2026-01-31 10:00:00") as town:
        assert town.cli("books", "status") == {"checked_at": None, "findings": None}
        (planned,) = [one for one in town.cli("agenda", "list") if one["kind"] == "books_check"]
        assert in_utc8(planned["due_at"]) == "2026-02-01 06:00:00"
        town.customer("ada", "5000.00").buy()
        town.at("2026-02-03 12:00:00")
        checked = {"checked_at": utc("2026-02-03 12:00:00"), "findings": 0}
        assert town.cli("books", "status") == checked
        until(lambda: gauge(town) == "0.0")
        with sqlite3.connect(tmp_path / "data" / "keylease.sqlite3") as raw:
            raw.execute("update ledger_postings set amount = amount + 1 where account = 'funds'")
        raw.close()
        town.at("2026-02-04 06:00:00")
        assert town.cli("books", "status")["findings"] == 1
        assert [one["kind"] for one in town.letters() if not one["to"]] == ["books_alert"]
        until(lambda: gauge(town) == "1.0")


def gauge(town: Town) -> str:
    """What Prometheus would read."""
    with urlopen(f"{town.url}/metrics", timeout=10) as page:
        lines = page.read().decode().splitlines()
    (line,) = [one for one in lines if one.startswith("keylease_books_findings ")]
    return str(line.split()[1])
