"""QueryUserOmsData: what was used, by the minute, hour, day or month.

Rows are texts: StartTime, EndTime, Region, InstanceId, ProviderId, Requests and PeakQps (the
busiest minute's average of requests a second, rounded up), and, of whole days of pay-as-you-go
instances, KeyVersions and Secrets. Shape: facts/bss-operations.txt, facts/billing.md 6.
"""

import re

from keylease.api.rpc.arguments import Arguments, invalid, missing
from keylease.api.rpc.billing.envelope import PRODUCT_CODE
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.billing.usage.model import By, UsageQuestion, UsageRow, first_period
from keylease.billing.usage.records import as_texts

_PAGE_SIZE_MAX = 200

#: The end of the year 8999: calendars end soon after.
_LAST = 221_845_392_000
_MARKER = re.compile(r"(-?\d{1,12}):([A-Za-z0-9-]{1,64})")


def query_user_oms_data(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """A page of the periods in ``[StartTime, EndTime)``; the Marker on the last one is empty."""
    arguments = call.arguments
    table, asked = arguments.required("Table"), _asked(call)
    size = arguments.number_between("PageSize", 1, _PAGE_SIZE_MAX, 100)
    rows = work.usage.page(asked, size + 1) if table == PRODUCT_CODE else []
    shown = list(rows[:size])
    data = {
        "HostId": call.region,
        "Marker": _marker(shown[-1]) if len(rows) > size else "",
        "OmsData": [as_texts(row, call.account_id) for row in shown],
    }
    return {"Data": data}, ""


def _asked(call: Call) -> UsageQuestion:
    arguments = call.arguments
    kind = arguments.required("DataType")
    if kind not in set(By):
        raise invalid("DataType", "takes {allowed}", allowed=", ".join(By))
    by = By(kind)
    since, until = _instant(arguments, "StartTime"), _instant(arguments, "EndTime")
    return UsageQuestion(
        call.account_id,
        by,
        first_period(by, since),
        first_period(by, until),
        _after(arguments),
    )


def _instant(arguments: Arguments, name: str) -> int:
    instant = arguments.instant(name)
    if instant is None:
        raise missing(name)
    if not 0 <= instant < _LAST:
        raise invalid(name, "takes a time of the years 1970 to 9000")
    return instant


def _after(arguments: Arguments) -> tuple[int, str] | None:
    marker = arguments.optional("Marker")
    if marker is None:
        return None
    match = _MARKER.fullmatch(marker)
    if match is None or not 0 <= int(match[1]) < _LAST:
        raise invalid("Marker", "takes what the page before answered")
    return int(match[1]), match[2]


def _marker(row: UsageRow) -> str:
    return f"{row.start}:{row.instance_id}"
