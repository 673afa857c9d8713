"""QueryInstanceBill, DescribeInstanceBill, QuerySplitItemBill and DescribeSplitItemBill.

Each row is what an instance's lines of one kind add up to in a month or a day, or a billable item
of them. Instances are not shared, so the rows of a split bill are the billable items.
Shapes: facts/bss-operations.txt; which values: facts/billing.md 6, rules.md 9.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile, islice
from typing import Any

from keylease.api.rpc.billing.bill_view import View, day_of, figures, product, view_of
from keylease.api.rpc.billing.envelope import amount_number
from keylease.api.rpc.billing.pages import TokenPage, page_of
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.billing.bills import names
from keylease.billing.bills.model import BillLine
from keylease.billing.bills.parts import Group, GroupKey, grouped
from keylease.billing.bills.ports import LineFilter
from keylease.billing.catalog import PRODUCT_VERSIONS, SERVICE_VALUES, SERVICE_VERSION

#: The billable items that are the instance with all that it includes.
_INSTANCE_ITSELF = ("ProductVersion", "Instance")

#: Lists by page number end here; those by token do not. facts/billing.md 6.
ROWS_BY_NUMBER_MAX = 50_000


@dataclass(frozen=True, slots=True)
class Details:
    """A view by instance, of a month or of ``day``, by billable item or not, split or not."""

    view: View
    day: str | None
    by_item: bool
    split: bool

    @property
    def chosen(self) -> LineFilter | None:
        """The lines that it is about."""
        chosen = self.view.chosen
        return None if chosen is None else chosen.of_day(self.day)

    @property
    def when(self) -> str:
        """The day or the month."""
        return self.day or self.view.month

    def count(self, work: ApiWork) -> int:
        """How many rows there are."""
        if self.chosen is None:
            return 0
        return work.bill_views.count_groups(self.chosen, by_item=self.by_item)

    def groups(self, work: ApiWork, after: GroupKey | None, size: int) -> Iterator[Group]:
        """The rows after a key, in order of their keys."""
        if self.chosen is None:
            return iter(())
        first = "" if after is None else after[0]
        lines = work.bill_views.by_instance(self.chosen, first, chunk=max(100, 2 * size))
        found = grouped(lines, by_item=self.by_item, hide_zero=self.chosen.hide_zero)
        return found if after is None else dropwhile(lambda one: one.key <= after, found)


def query_instance_bill(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """A month by instance, the first 50,000 rows."""
    return _by_number(call, work, _details(call, work))


def describe_instance_bill(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """A month or a day by instance, as many rows as there are."""
    return _by_token(call, work, _details(call, work))


def query_split_item_bill(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """A month by billable item, the first 50,000 rows."""
    return _by_number(call, work, Details(view_of(call, work), None, by_item=True, split=True))


def describe_split_item_bill(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """A month or a day by billable item; instances have no tags, so a filter by tag finds none."""
    view = view_of(call, work)
    details = Details(view, day_of(call, view.month), by_item=True, split=True)
    item = call.arguments.optional("SplitItemID")
    chosen = details.view.chosen
    if call.arguments.objects("TagFilter"):
        details = _of_instance(details, None)
    elif item is not None and chosen is not None:
        details = _of_instance(details, item if chosen.instance_id in {None, item} else None)
    return _by_token(call, work, details)


def _of_instance(details: Details, instance_id: str | None) -> Details:
    """The same of one instance; of none for None."""
    view, chosen = details.view, details.view.chosen
    if chosen is not None:
        chosen = chosen.of_instance(instance_id) if instance_id else None
    return Details(
        View(view.account, view.month, chosen), details.day, details.by_item, details.split
    )


def _details(call: Call, work: ApiWork) -> Details:
    view = view_of(call, work)
    by_item = call.arguments.boolean("IsBillingItem")
    return Details(view, day_of(call, view.month), by_item, split=False)


def _by_number(call: Call, work: ApiWork, details: Details) -> tuple[Answer, str]:
    page, size = page_of(call)
    first = (page - 1) * size
    last = min(first + size, ROWS_BY_NUMBER_MAX)
    groups = islice(details.groups(work, None, size), first, last) if first < last else ()
    data = details.view.data() | {
        "Items": {"Item": [_row(details, one) for one in groups]},
        "PageNum": page,
        "PageSize": size,
        "TotalCount": details.count(work),
    }
    return {"Data": data}, ""


def _by_token(call: Call, work: ApiWork, details: Details) -> tuple[Answer, str]:
    page = TokenPage(call, [details.chosen, details.by_item], GroupKey)
    found = list(islice(details.groups(work, page.key, page.size), page.size + 1))
    shown = found[: page.size]
    total = details.count(work) if page.total is None else page.total
    last = shown[-1].key if shown else ("",) * 5
    data = details.view.data() | page.data(total, last, more=len(found) > page.size)
    rows = [_row(details, one) | _described(details, one) for one in shown]
    return {"Data": data | {"Items": rows}}, ""


def _row(details: Details, group: Group) -> dict[str, Any]:
    view, line = details.view, group.last
    language = view.language
    row = {
        **product(line.subscription, line.product_type, language),
        **figures(group.amounts),
        "BillingDate": details.when,
        "BillingItem": names.item_name(group.code, language) if details.by_item else "",
        "BillingType": names.text("Other", language),
        "CostUnit": names.text("Not allocated", language),
        "Currency": line.currency,
        "DeductedByResourcePackage": "0",
        "InstanceConfig": _config(line),
        "InstanceID": line.instance_id,
        "InstanceSpec": line.edition,
        "InternetIP": "",
        "IntranetIP": "",
        "Item": line.item.value,
        "ListPrice": group.price,
        "ListPriceUnit": f"{line.currency}/{group.unit}" if group.unit else "",
        "NickName": line.instance_name,
        "OwnerID": view.account.id,
        "Region": names.region_name(line.region, language),
        "ResourceGroup": names.text("Default resource group", language),
        "ServicePeriod": str(group.usage_end - group.usage_start),
        "ServicePeriodUnit": "Second",
        "Tag": "",
        "Usage": group.usage,
        "UsageUnit": names.usage_unit(group.code, group.unit),
        "Zone": "",
    }
    return row | _split(details, group) if details.split else row


def _config(line: BillLine) -> str:
    """``ProductVersion:3;KeyNum:2000``: the edition, and what was paid for besides it."""
    if line.edition in SERVICE_VALUES:
        return f"ProductVersion:{SERVICE_VERSION};ValueAddedService:{SERVICE_VALUES[line.edition]}"
    version = PRODUCT_VERSIONS.get(line.edition, (line.edition,))[0]
    more = [f"{one.code}:{one.usage}" for one in line.items if one.code not in _INSTANCE_ITSELF]
    return ";".join([f"ProductVersion:{version}", *more])


def _described(details: Details, group: Group) -> dict[str, Any]:
    """What the views by token say besides."""
    row = details.view.payer() | {
        "AfterDiscountAmount": amount_number(group.amounts.pretax),
        "BillingItemCode": group.code,
        "ItemName": group.last.instance_name,
    }
    return row | ({"SplitBillingDate": details.day or ""} if details.split else {})


def _split(details: Details, group: Group) -> dict[str, Any]:
    view, line = details.view, group.last
    return {
        "SplitAccountID": view.account.id,
        "SplitAccountName": view.account.name,
        "SplitBillingCycle": view.month,
        "SplitCommodityCode": line.product_type,
        "SplitItemID": line.instance_id,
        "SplitItemName": line.instance_name,
        "SplitProductDetail": names.product_detail(line.subscription, view.language),
    }
