"""Rows of CSV files: the documented columns, and nothing that a spreadsheet would carry out."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.bill_samples import bill_line, day_line
from keylease.billing.bills.model import BillLine
from keylease.billing.bills.parts import grouped
from keylease.billing.bills.sheet import STORED, STORED_WITH_ITEMS, Sheet, harmless, header
from keylease.storage.bills import _row

SHEET = Sheet("1000000000000001", "ada", "en")

#: Source: facts/billing.md 6, "Instance billing cycle details", in order.
DOCUMENTED = """
BillingCycle CostUnit AccountID AccountName OwnerID OwnerAccountName SubscriptionType ProductCode
ProductName ProductType ProductDetail PaymentTime UsageStartTime UsageEndTime ServicePeriod RecordID
RelatedRecordID Item BillingType InstanceID NickName ResourceGroup Tag InstanceConfig InstanceSpec
InternetIP IntranetIP Region Zone PretaxGrossAmount InvoiceDiscount DeductedByCoupons PretaxAmount
DeductedByCashCoupons DeductedByPrepaidCard PaymentAmount OutstandingAmount
"""


def stored(line: BillLine, *, items: bool = False) -> list[object]:
    return [_row(line)[name] for name in (STORED_WITH_ITEMS if items else STORED)]


def named(row: list[object], **kind: bool) -> dict[str, object]:
    return dict(zip(header(**kind), row, strict=True))


def test_the_documented_columns_come_first_and_in_order() -> None:
    assert " ".join(header()) == f"{' '.join(DOCUMENTED.split())} Currency"
    assert header(items=True)[: len(header())] == header()


def test_a_line_has_what_was_stored() -> None:
    line = day_line(3, usage_start=1_767_196_800, usage_end=1_767_283_200)
    row = named(SHEET.line(stored(line)))
    assert (row["PretaxAmount"], row["PaymentAmount"], row["OutstandingAmount"]) == (
        "2.03",
        "0.00",
        "2.03",
    )
    assert (row["UsageStartTime"], row["ServicePeriod"]) == ("2026-01-01 00:00:00", 86_400)
    assert (row["RecordID"], row["Item"], row["Region"]) == (
        line.record_id,
        "PayAsYouGoBill",
        "China (Hangzhou)",
    )


def test_items_and_groups_fill_the_further_columns() -> None:
    line = bill_line(2)
    rows = [named(row, items=True) for row in SHEET.items(stored(line, items=True))]
    assert [(row["BillingItem"], row["Usage"], row["ListPriceUnit"]) for row in rows] == [
        ("Instance", "1", "USD/Month"),
        ("Keys", "2000", "USD/Month"),
    ]
    split = [
        named(row, items=True, splits=True) for row in SHEET.split_items(stored(line, items=True))
    ]
    assert {row["SplitBillingDate"] for row in split} == {line.day}
    (group,) = grouped([line], by_item=False)
    row = named(SHEET.group(group, "2026-01", by_item=False))
    assert (row["PaymentTime"], row["RecordID"], row["PretaxAmount"]) == ("", "", "590.02")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_customers_name_is_no_formula(text: str) -> None:
    row = named(SHEET.line(stored(bill_line(1, instance_name=text))))
    assert row["NickName"] == f"'{text}"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
def test_every_name_comes_back_from_the_file_as_text(name: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow([harmless(name), "end"])
    (row,) = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert row == [harmless(name), "end"]
    assert harmless(name) in {name, f"'{name}"}
    assert not harmless(name).startswith(("=", "+", "-", "@"))
