"""Statements to look at and to test with. The amounts follow the vectors of rules.md 4, 6 and 7."""

from dataclasses import replace
from typing import Any

from keylease.core.clock import DAY, parse_iso
from keylease.documents.statement import Amounts, Line, LineKind, Statement
from keylease.documents.texts import Language

CONFIGURATION = {
    "en": ("Software", "1,000 requests/s", "1,000 keys", "100 secrets", "1 access unit"),
    "zh": ("软件密钥管理", "计算性能 1,000 QPS", "密钥 1,000 个", "凭据 100 个", "访问管理 1 个"),
}
NAMES = {
    "en": "payments-production-eu-central-master-keys-for-card-tokens",
    "zh": "支付平台生产环境主密钥（卡号令牌化与对账文件加密）",
}


def at(text: str) -> int:
    return parse_iso(f"{text}+08:00")


def line(language: Language = "en", **changed: Any) -> Line:
    """A purchase of a month at 500.00; keywords change it."""
    whole = Line(
        at=at("2026-03-10 15:04:05"),
        kind=LineKind.PURCHASE,
        record_id="212345678901234",
        amounts=Amounts(50_000, 0, 0, 50_000),
        instance_id="kst-hzz0123456789abcdefgh",
        instance_name="payments",
        region="cn-hangzhou",
        configuration=CONFIGURATION[language],
        term=(at("2026-03-10 15:04:05"), at("2026-04-11 00:00:00")),
    )
    return replace(whole, **changed)


def statement(*lines: Line, language: Language = "en", **changed: Any) -> Statement:
    """March 2026 with these lines; the closing balance is what they leave."""
    opening, top_ups = changed.pop("opening_balance", 250_000), changed.pop("top_ups", 1_000_000)
    charged = sum(one.amounts.charged for one in lines)
    whole = Statement(
        language=language,
        issuer={"en": "Example Cloud Ltd.", "zh": "示例云计算有限公司"}[language],
        account_id="1234567890123456",
        account_name={"en": "Alice Lidell", "zh": "李雷"}[language],
        currency={"en": "USD", "zh": "CNY"}[language],
        month="2026-03",
        issued_at=at("2026-04-03 12:00:00"),
        closed=True,
        opening_balance=opening,
        top_ups=top_ups,
        closing_balance=opening + top_ups - charged,
        lines=lines,
        refund_rules="https://kms.example.com/rules#refunds",
    )
    return replace(whole, **changed)


def busy_month(language: Language) -> Statement:
    """A purchase, a renewal, an upgrade and their refunds, with long and Chinese names."""
    software = line(language, instance_name=NAMES[language])
    renewal = line(
        language,
        at=at("2026-03-12 08:00:00"),
        kind=LineKind.RENEWAL,
        record_id="212345678905678",
        amounts=Amounts(600_000, 90_000, 10_000, 500_000),
        instance_id="kst-sgg3f81c09be27d4a6c5",
        instance_name="订单服务 orders",
        region="ap-southeast-1",
        term=(at("2026-03-16 00:00:00"), at("2027-03-16 00:00:00")),
    )
    upgrade = line(
        language,
        at=at("2026-03-18 11:22:33"),
        kind=LineKind.UPGRADE,
        record_id="212345678907777",
        amounts=Amounts(110_400, 16_560, 0, 93_840),
        instance_id="kst-frr77aa10c4de93b5f21",
        instance_name="archive",
        region="eu-central-1",
        term=(at("2026-03-18 11:22:33"), at("2026-09-18 11:22:33")),
    )
    refund = line(
        language,
        at=at("2026-03-11 15:04:06"),
        kind=LineKind.REFUND,
        record_id="212345678909999",
        amounts=Amounts(-46_774, 0, 0, -46_774),
        instance_name=NAMES[language],
        configuration=(),
        term=None,
        related_id="212345678901234",
    )
    return statement(software, refund, renewal, upgrade, language=language)


def long_month(language: Language, count: int = 120) -> Statement:
    """A purchase every few hours."""
    first = at("2026-03-01 09:00:00")
    lines = []
    for number in range(count):
        paid = first + number * 20_000
        lines.append(
            line(
                language,
                at=paid,
                record_id=f"2123456789{number:05}",
                amounts=Amounts(50_000 + number, number, 0, 50_000),
                instance_name=f"{number:03} {NAMES[language] if number % 7 == 0 else 'node'}",
                term=(paid, paid + 30 * DAY),
            )
        )
    return statement(*lines, language=language, top_ups=count * 50_000)
