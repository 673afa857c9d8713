"""Usage records as the API and the CSV file show them: texts under fixed names."""

from keylease.billing.usage.model import UsageRow, peak_qps
from keylease.core.clock import iso

#: The columns, in order. ProviderId is the account.
COLUMNS = (
    "StartTime",
    "EndTime",
    "Region",
    "InstanceId",
    "ProviderId",
    "Requests",
    "PeakQps",
    "KeyVersions",
    "Secrets",
)


def as_texts(row: UsageRow, account_id: str) -> dict[str, str]:
    """One record; what is not known of a period is an empty text."""
    values = (
        iso(row.start),
        iso(row.end),
        row.region,
        row.instance_id,
        account_id,
        str(row.requests),
        str(peak_qps(row.busiest_minute)),
        "" if row.key_versions is None else str(row.key_versions),
        "" if row.secrets is None else str(row.secrets),
    )
    return dict(zip(COLUMNS, values, strict=True))
