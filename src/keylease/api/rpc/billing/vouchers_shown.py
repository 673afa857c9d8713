"""A voucher as QueryCashCoupons shows it, in the account's language. facts/bss-operations.txt."""

from typing import Any

from keylease.api.rpc.billing.envelope import amount_text
from keylease.billing.bills.names import product_name
from keylease.billing.wallet.vouchers import Voucher, VoucherScope
from keylease.core.clock import iso
from keylease.core.money import amount_for_people

_SCENARIOS = {
    VoucherScope.ALL: {
        "en": "Subscription orders and pay-as-you-go bills",
        "zh": "预付费订单和按量付费账单",
    },
    VoucherScope.SUBSCRIPTION: {"en": "Subscription orders", "zh": "预付费订单"},
    VoucherScope.PAY_AS_YOU_GO: {"en": "Pay-as-you-go bills", "zh": "按量付费账单"},
}

_FROM = {"en": "{what} of at least {least}", "zh": "{what}，金额不低于 {least}"}


def voucher_shown(voucher: Voucher, left: int, language: str, now: int) -> dict[str, Any]:
    """One element of ``CashCoupon``; what has ended has nothing left."""
    chosen = "zh" if language == "zh" else "en"
    return {
        "CashCouponId": voucher.id,
        "CashCouponNo": voucher.number,
        "NominalValue": amount_text(voucher.nominal),
        "Balance": amount_text(voucher.spendable(left, now)),
        "Status": voucher.status(now).value,
        "GrantedTime": iso(voucher.granted_at),
        "EffectiveTime": iso(voucher.effective_at),
        "ExpiryTime": iso(voucher.expires_at),
        "ApplicableProducts": product_name(chosen),
        "ApplicableScenarios": _scenarios(voucher, chosen),
        "Description": voucher.description,
    }


def _scenarios(voucher: Voucher, language: str) -> str:
    what = _SCENARIOS[voucher.scope][language]
    if not voucher.threshold:
        return what
    least = amount_for_people(voucher.threshold, voucher.currency)
    return _FROM[language].format(what=what, least=least)
