"""Bills as rows of CSV files: the documented columns, in their order. Pure.

A row is made for each line as it is stored, quickly: a month can have a million of them. What
customers named cannot become a formula when a spreadsheet opens the file.
Source: facts/billing.md 6 ("Instance billing cycle details").
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from keylease.billing.bills import names
from keylease.billing.bills.model import LineItem, read_items
from keylease.billing.bills.parts import Amounts, Group, split
from keylease.billing.catalog import PRODUCT_CODE
from keylease.core.clock import local_text
from keylease.core.money import amount_text

_OF_LINES = (
    *("BillingCycle", "CostUnit", "AccountID", "AccountName", "OwnerID", "OwnerAccountName"),
    *("SubscriptionType", "ProductCode", "ProductName", "ProductType", "ProductDetail"),
    *("PaymentTime", "UsageStartTime", "UsageEndTime", "ServicePeriod", "RecordID"),
    *("RelatedRecordID", "Item", "BillingType", "InstanceID", "NickName", "ResourceGroup", "Tag"),
    *("InstanceConfig", "InstanceSpec", "InternetIP", "IntranetIP", "Region", "Zone"),
    *("PretaxGrossAmount", "InvoiceDiscount", "DeductedByCoupons", "PretaxAmount"),
    *("DeductedByCashCoupons", "DeductedByPrepaidCard", "PaymentAmount", "OutstandingAmount"),
    "Currency",
)
_OF_ITEMS = (
    *("BillingItem", "ListPrice", "ListPriceUnit", "Usage", "UsageUnit"),
    "DeductedByResourcePackage",
)
_OF_SPLITS = ("SplitItemID", "SplitItemName", "SplitBillingDate")

#: What a row is made from, of a stored line.
STORED = (
    *("month", "subscription", "product_type", "at", "usage_start", "usage_end", "record_id"),
    *("related_record_id", "item", "instance_id", "instance_name", "edition", "region"),
    *("gross", "discount", "pretax", "voucher", "cash", "outstanding", "currency"),
)
#: The same for rows of billable items.
STORED_WITH_ITEMS = (*STORED, "items", "day")

#: What makes a spreadsheet read a text as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_ZERO = amount_text(0)


@dataclass(frozen=True)
class Sheet:
    """How an account's lines are written: whose they are, and in which words."""

    account_id: str
    account_name: str
    language: str

    def line(self, stored: Sequence[Any]) -> list[Any]:
        """The row of a line, from its columns `STORED`."""
        month, subscription, product_type, at, start, end, record, related = stored[:8]
        item, instance, name, edition, region = stored[8:13]
        gross, discount, pretax, voucher, cash, owed, currency = stored[13:20]
        return [
            *(month, self._unit, self.account_id, self._name, self.account_id, self._name),
            *(subscription, PRODUCT_CODE, self._product, product_type, self._details[subscription]),
            *(_moment(at), _moment(start), _moment(end), end - start, record),
            *(related, item, self._other, instance, harmless(name), self._group, ""),
            *("", edition, "", "", names.region_name(region, self.language), ""),
            *(_amount(gross), _amount(discount), _ZERO, _amount(pretax)),
            *(_amount(voucher), _ZERO, _amount(cash), _amount(owed), currency),
        ]

    def items(self, stored: Sequence[Any]) -> Iterator[list[Any]]:
        """The rows of a line's billable items, from its columns `STORED_WITH_ITEMS`."""
        whole, currency = Amounts(*stored[13:19]), stored[19]
        for item, amounts in split(whole, read_items(stored[20])):
            row = self.line((*stored[:13], *_figures(amounts), currency))
            yield row + self._item(item, currency)

    def split_items(self, stored: Sequence[Any]) -> Iterator[list[Any]]:
        """The same with what is split: instances are not shared, so each is its own."""
        instance, name, day = stored[9], stored[10], stored[21]
        for row in self.items(stored):
            yield [*row, instance, harmless(name), day]

    def group(self, group: Group, month: str, *, by_item: bool) -> list[Any]:
        """The row of what an instance's lines of one kind add up to."""
        line = group.last
        stored = (
            *(month, line.subscription, line.product_type, line.at, group.usage_start),
            *(group.usage_end, "", "", line.item.value, line.instance_id, line.instance_name),
            *(line.edition, line.region, *_figures(group.amounts), line.currency),
        )
        row = self.line(stored)
        row[_OF_LINES.index("PaymentTime")] = ""  # each of the lines has its own
        if not by_item:
            return row
        item = LineItem(group.code, group.usage, group.unit, group.price, group.amounts.gross)
        return row + self._item(item if group.code else None, line.currency)

    def _item(self, item: LineItem | None, currency: str) -> list[Any]:
        if item is None:
            return [names.item_name("", self.language), "", "", "", "", "0"]
        name = names.item_name(item.code, self.language)
        unit = names.usage_unit(item.code, item.unit)
        return [name, item.price, f"{currency}/{item.unit}", item.usage, unit, "0"]

    @cached_property
    def _name(self) -> str:
        return harmless(self.account_name)

    @cached_property
    def _product(self) -> str:
        return names.product_name(self.language)

    @cached_property
    def _details(self) -> Mapping[str, str]:
        methods = ("Subscription", "PayAsYouGo")
        return {one: names.product_detail(one, self.language) for one in methods}

    @cached_property
    def _unit(self) -> str:
        return names.text("Not allocated", self.language)

    @cached_property
    def _other(self) -> str:
        return names.text("Other", self.language)

    @cached_property
    def _group(self) -> str:
        return names.text("Default resource group", self.language)


def header(*, items: bool = False, splits: bool = False) -> tuple[str, ...]:
    """The names of the columns."""
    return _OF_LINES + (_OF_ITEMS if items else ()) + (_OF_SPLITS if splits else ())


def harmless(text: str) -> str:
    """A customer's text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


_amount = lru_cache(maxsize=4_096)(amount_text)


_moment = lru_cache(maxsize=4_096)(local_text)


def _figures(amounts: Amounts) -> tuple[int, ...]:
    return (
        amounts.gross,
        amounts.discount,
        amounts.pretax,
        amounts.voucher,
        amounts.cash,
        amounts.outstanding,
    )
