"""SubscribeBillToOSS, UnsubscribeBillToOSS and QueryBillToOSSSubscription.

A bucket is a folder of the account below the directory that the setting ``export_dir`` names.
Shapes: facts/bss-operations.txt; rules: facts/billing.md 6.
"""

from keylease.api.rpc.arguments import invalid
from keylease.api.rpc.billing.shopper import account_of
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.billing.bills.model import month_of
from keylease.billing.bills.months import is_month, next_export
from keylease.billing.bills.subscriptions import (
    BILL_EXPORT,
    ROWS_DEFAULT,
    ROWS_MAX,
    ROWS_MIN,
    BillSubscription,
    ExportType,
    check_bucket,
    check_path,
)
from keylease.core.agenda import Appointment
from keylease.core.clock import local_text
from keylease.core.errors import Code, Refusal
from keylease.lifecycle.renewal import not_exists


def subscribe_bill_to_oss(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Have a type of bill file written from now on; again to change where to."""
    _require_place(work)
    arguments = call.arguments
    bucket = check_bucket(arguments.required("SubscribeBucket"))
    if arguments.optional("BucketOwnerId") not in {None, call.account_id}:
        raise invalid("BucketOwnerId", "takes your own account")
    month = arguments.optional("BeginBillingCycle") or month_of(work.now)
    if not is_month(month):
        raise invalid("BeginBillingCycle", "takes a month like 2026-01")
    rows = arguments.number_between("RowLimitPerFile", ROWS_MIN, ROWS_MAX, ROWS_DEFAULT)
    subscription = BillSubscription(
        call.account_id,
        _type(arguments.optional("SubscribeType") or ExportType.ITEMS),
        bucket,
        check_path(arguments.text("BucketPath")),
        rows,
        month,
        work.now,
    )
    work.accounts.lock(call.account_id)
    work.bill_subscriptions.put(subscription)
    work.agenda.add([Appointment(BILL_EXPORT, "bills", next_export(work.now))])
    return {}, bucket


def unsubscribe_bill_to_oss(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Have no more files of a type written; those that are there stay."""
    _require_place(work)
    chosen = _type(call.arguments.required("SubscribeType"))
    work.accounts.lock(call.account_id)
    if not work.bill_subscriptions.remove(call.account_id, chosen):
        raise not_exists()
    return {}, ""


def query_bill_to_oss_subscription(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """What an account subscribed to."""
    account = account_of(call, work)
    rows = [
        {
            "BucketOwnerId": int(one.account_id),
            "BucketPath": one.path,
            "RowLimitPerFile": one.rows_per_file,
            "SubscribeBucket": one.bucket,
            "SubscribeLanguage": account.language,
            "SubscribeTime": local_text(one.subscribed_at),
            "SubscribeType": one.type.value,
        }
        for one in work.bill_subscriptions.of_account(call.account_id)
    ]
    data = {
        "AccountID": call.account_id,
        "AccountName": account.name,
        "Items": {"Item": rows},
    }
    return {"Data": data}, ""


def _require_place(work: ApiWork) -> None:
    if not work.exports_bills:
        raise Refusal(
            Code.NOT_APPLICABLE,
            "Bills are not exported here: the operator has to set export_dir first.",
        )


def _type(given: str) -> ExportType:
    if given not in set(ExportType):
        raise invalid("SubscribeType", "takes {allowed}", allowed=", ".join(ExportType))
    return ExportType(given)
