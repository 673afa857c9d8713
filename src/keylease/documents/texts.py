"""What documents say, in English and Chinese, side by side. A field in braces names a fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["en", "zh"]

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Twins:
    """One text in both languages."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        """The text in ``language``."""
        return self.zh if language == "zh" else self.en


def month_name(day: date) -> Twins:
    """The month that a day is in: ``March 2026``."""
    return Twins(f"{_MONTHS[day.month - 1]} {day.year}", f"{day.year} 年 {day.month} 月")


#: The names of `keylease.documents.statement.LineKind`.
KINDS: Mapping[str, Twins] = {
    "purchase": Twins("Purchase", "新购"),
    "renewal": Twins("Renewal", "续费"),
    "upgrade": Twins("Upgrade", "升级"),
    "pay_as_you_go": Twins("Pay-as-you-go", "按量付费"),
    "refund": Twins("Refund", "退款"),
    "adjustment": Twins("Adjustment", "调账"),
}

STATEMENT: Mapping[str, Twins] = {
    "title": Twins("Statement", "账单"),
    "service": Twins("Key Management Service", "密钥管理服务"),
    # Who, when
    "account": Twins("Account", "账号"),
    "period": Twins("Period", "账期"),
    "range": Twins("{start} to {end}", "{start} 至 {end}"),
    "issued": Twins("Issued", "出具时间"),
    "issuer": Twins("Issued by", "出具方"),
    "utc8": Twins("All dates and times are in UTC+8", "所有日期和时间均为 UTC+8"),
    "closed": Twins("Final", "正式账单"),
    "provisional": Twins("Provisional", "临时账单"),
    "may_change": Twins(
        "Provisional: the month is not closed, figures may still change.",
        "临时账单：本月尚未结账，金额可能变动。",
    ),
    # Summary
    "opening": Twins("Opening balance", "期初余额"),
    "top_ups": Twins("Money added", "充值"),
    "charges": Twins("Charges", "消费"),
    "refunds": Twins("Refunds", "退款"),
    "adjustments": Twins("Adjustments", "调账"),
    "closing": Twins("Closing balance", "期末余额"),
    "vouchers": Twins(
        "Vouchers used: {amount}. They pay before the balance and are not part of it.",
        "代金券抵扣：{amount}。代金券先于余额支付，不计入余额。",
    ),
    # Lines
    "amounts_in": Twins("Amounts in {currency}", "金额单位：{currency}"),
    "date": Twins("Date", "日期"),
    "item": Twins("Description", "明细"),
    "listed": Twins("List price", "原价"),
    "discount": Twins("Discount", "优惠"),
    "voucher": Twins("Vouchers", "代金券"),
    "charged": Twins("Charged", "实付"),
    "named": Twins("{kind}: {name}", "{kind}：{name}"),
    "counted": Twins("{kind} ({count})", "{kind}（{count}）"),
    "refund_of": Twins("Refund of order {order_id}", "退款所属订单：{order_id}"),
    "total": Twins("Total ({currency})", "合计（{currency}）"),
    "nothing": Twins(
        "Nothing was bought, renewed or refunded in this month.",
        "本月没有新购、续费或退款。",
    ),
    # Foot of each page
    "rounding": Twins(
        "Each order is rounded once, half up, to 0.01 when it is made; "
        "subtotals and totals are sums of the rounded amounts.",
        "每笔订单的金额在下单时四舍五入到 0.01，且仅舍入一次；小计与合计为舍入后金额之和。",
    ),
    "refund_rules": Twins("Rules for refunds: {place}", "退款规则：{place}"),
    "page": Twins("Page {page} of {pages}", "第 {page} 页，共 {pages} 页"),
}
