"""What all views of bills have in common: whose, of which month, in which words, which figures."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from keylease.access.accounts import Account
from keylease.api.rpc.arguments import invalid, missing
from keylease.api.rpc.billing.envelope import amount_number
from keylease.api.rpc.billing.shopper import account_of
from keylease.api.rpc.call import ApiWork, Call
from keylease.billing.bills import names
from keylease.billing.bills.months import is_month
from keylease.billing.bills.parts import Amounts
from keylease.billing.bills.ports import LineFilter
from keylease.billing.catalog import PRODUCT_CODE

ZERO = amount_number(0)


@dataclass(frozen=True, slots=True)
class View:
    """An account's bill of a month. ``chosen`` is None where the filters can fit nothing here."""

    account: Account
    month: str
    chosen: LineFilter | None

    @property
    def language(self) -> str:
        """The account's."""
        return self.account.language

    def data(self) -> dict[str, Any]:
        """What every answer begins with."""
        return {
            "AccountID": self.account.id,
            "AccountName": self.account.name,
            "BillingCycle": self.month,
        }

    def payer(self) -> dict[str, Any]:
        """Who pays: accounts pay for themselves."""
        return {
            "BillAccountID": self.account.id,
            "BillAccountName": self.account.name,
            "BizType": "",
        }


def view_of(call: Call, work: ApiWork) -> View:
    """The month and the filters that every view of bills takes. Unknown values find nothing.

    Refusals: MissingParameter, InvalidParameter for a BillingCycle that is no month.
    """
    arguments = call.arguments
    month = arguments.required("BillingCycle")
    if not is_month(month):
        raise invalid("BillingCycle", "takes a month like 2026-01")
    account = account_of(call, work)
    owners = {arguments.optional("BillOwnerId"), arguments.optional("OwnerID")}
    products = {arguments.optional("ProductCode"), arguments.optional("PipCode")}
    chosen = LineFilter(
        account.id,
        month,
        item=arguments.optional("Type"),
        product_type=arguments.optional("ProductType"),
        subscription=arguments.optional("SubscriptionType"),
        record_id=arguments.optional("RecordID"),
        instance_id=arguments.optional("InstanceID"),
        hide_zero=arguments.boolean("IsHideZeroCharge"),
    )
    ours = owners <= {None, account.id} and products <= {None, PRODUCT_CODE}
    return View(account, month, chosen if ours else None)


def day_of(call: Call, month: str) -> str | None:
    """The day that a daily view is of; None for the whole month, also if it is of another month.

    Refusals: MissingParameter for a daily view without ``BillingDate``, InvalidParameter.
    """
    granularity = (call.arguments.optional("Granularity") or "MONTHLY").upper()
    if granularity not in {"MONTHLY", "DAILY"}:
        raise invalid("Granularity", "takes MONTHLY or DAILY")
    if granularity == "MONTHLY":
        return None
    given = call.arguments.optional("BillingDate")
    if given is None:
        raise missing("BillingDate")
    try:
        day = date.fromisoformat(given).isoformat()
    except ValueError:
        raise invalid("BillingDate", "takes a day like 2026-01-31") from None
    return day if day.startswith(month) else None


def figures(amounts: Amounts) -> dict[str, Any]:
    """The figures that every view shows. There are no discount coupons and no prepaid cards."""
    paid = amount_number(amounts.cash)
    return {
        "PretaxGrossAmount": amount_number(amounts.gross),
        "InvoiceDiscount": amount_number(amounts.discount),
        "DeductedByCoupons": ZERO,
        "PretaxAmount": amount_number(amounts.pretax),
        "DeductedByCashCoupons": amount_number(amounts.voucher),
        "DeductedByPrepaidCard": ZERO,
        "PaymentAmount": paid,
        "CashAmount": paid,
        "AdjustAmount": ZERO,
        "OutstandingAmount": amount_number(amounts.outstanding),
    }


def taxed(amounts: Amounts, currency: str) -> dict[str, Any]:
    """The figures in local currency, with tax, which is not charged."""
    pretax = amount_number(amounts.pretax)
    return {
        "Currency": currency,
        "PaymentCurrency": currency,
        "PretaxAmountLocal": pretax,
        "Tax": ZERO,
        "AfterTaxAmount": pretax,
        "RoundDownDiscount": "0",
    }


def product(subscription: str, product_type: str, language: str) -> dict[str, Any]:
    """What was sold."""
    return {
        "ProductCode": PRODUCT_CODE,
        "PipCode": PRODUCT_CODE,
        "ProductType": product_type,
        "CommodityCode": product_type,
        "ProductName": names.product_name(language),
        "ProductDetail": names.product_detail(subscription, language),
        "SubscriptionType": subscription,
    }
