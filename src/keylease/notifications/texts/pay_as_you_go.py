"""A debt of pay-as-you-go bills, and what it stops."""

from collections.abc import Mapping

from keylease.notifications.texts.twins import Message, twins

MESSAGES: Mapping[str, Message] = {
    "in_debt": Message(
        twins(
            "Your account is in debt: {missing:money} missing",
            "您的账户已欠费：尚缺 {missing:money}",
        ),
        twins(
            """
            Your vouchers and your balance do not cover the pay-as-you-go bill of a day. Your
            account is in debt from now on.

            - Bill: {reference}
            - Amount: {amount:money}
            - Balance now: {balance:money}
            - Missing: {missing:money}

            Your pay-as-you-go instances go on working until {end:time}. If the debt is not paid by
            then, they stop: their keys and secrets can no longer be used. They are kept until
            {end:release} and then released, and their keys and secrets are destroyed. Until then
            they are billed as before. Subscriptions are not concerned.

            What to do next: add at least {missing:money} to your balance.
            """,
            """
            您的代金券和余额不足以支付按量付费的日账单，账户自即刻起处于欠费状态。

            - 账单号：{reference}
            - 账单金额：{amount:money}
            - 当前余额：{balance:money}
            - 尚缺金额：{missing:money}

            您的按量付费实例可继续使用至 {end:time}。届时如仍未结清欠费，实例将停止服务，
            其中的密钥和凭据将无法使用；实例将为您保留至 {end:release}，逾期将被释放，
            其中的密钥和凭据会被销毁。在此之前，实例仍会照常计费。包年包月实例不受影响。

            下一步：请至少充值 {missing:money}。
            """,
        ),
    ),
    "stopped": Message(
        twins(
            "Your {product:noun} {instance_id} has stopped: your account is in debt",
            "您的 {product:noun} {instance_id} 因账户欠费已停止服务",
        ),
        twins(
            """
            Your pay-as-you-go {product:noun} {instance_id}{instance_name:aside} stopped at
            {end:time}, because your account has been in debt for 7 days.

            - Edition: {edition}
            - Region: {region:region}
            - Kept until: {end:release}

            Its keys and secrets can no longer be used. Nothing is lost so far: pay the debt before
            {end:release} and all of them work again, unchanged. After that the instance is
            released: its keys and secrets are destroyed and cannot be brought back, except from a
            backup.
            """,
            """
            由于您的账户欠费已满 7 天，按量付费 {product:noun} {instance_id}{instance_name:aside}
            已于 {end:time}停止服务。

            - 版本：{edition}
            - 地域：{region:region}
            - 保留至：{end:release}

            其中的密钥和凭据目前无法使用，但尚未丢失：请在 {end:release}之前结清欠费，
            即可完全恢复使用。逾期实例将被释放，其中的密钥和凭据会被销毁；
            除已有备份外，无法恢复。
            """,
        ),
    ),
    "debt_paid": Message(
        twins(
            "Your debt is paid",
            "您的欠费已结清",
        ),
        twins(
            """
            Your account is no longer in debt. All its pay-as-you-go instances work, and what was
            planned for them because of the debt is cancelled.

            - Balance now: {balance:money}
            - Reference: {reference}

            There is nothing more to do. Keep enough in your balance for the bills to come: there
            is one each day.
            """,
            """
            您的账户欠费已结清，所有按量付费实例均可正常使用，因欠费而计划的停止和释放均已取消。

            - 当前余额：{balance:money}
            - 流水号：{reference}

            您无需进行其他操作。按量付费每天出账，请保持余额充足。
            """,
        ),
    ),
}
