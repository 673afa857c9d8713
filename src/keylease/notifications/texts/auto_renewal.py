"""An automatic renewal that was not covered."""

from collections.abc import Mapping

from keylease.notifications.texts.twins import Message, Twins, twins

MESSAGES: Mapping[str, Message] = {
    "auto_renewal_failed": Message(
        twins(
            """
            Automatic renewal of your {product:noun} {instance_id} failed: {missing:money}
            missing
            """,
            "您的 {product:noun} {instance_id} 自动续费失败：尚缺 {missing:money}",
        ),
        twins(
            """
            We could not renew your {product:noun} {instance_id}{instance_name:aside} automatically:
            your vouchers and your balance do not cover the price. Nothing has been charged.

            - Price for {months:months}: {price:money}
            - {voucher:means}
            - Missing: {missing:money}
            - Edition: {edition}
            - Region: {region:region}

            {overdue:standing}

            {next_attempt:outlook}
            """,
            """
            您的 {product:noun} {instance_id}{instance_name:aside} 自动续费失败：
            代金券和账户余额不足以支付续费金额。本次未扣除任何费用。

            - 续费{months:months}的金额：{price:money}
            - {voucher:means}
            - 尚缺：{missing:money}
            - 版本：{edition}
            - 地域：{region:region}

            {overdue:standing}

            {next_attempt:outlook}
            """,
        ),
    ),
}

VARIANTS: Mapping[str, Mapping[str, Twins]] = {
    "standing": {
        "yes": twins(
            """
            It expired at {end:time}, and {product:idle}. It is kept until {end:release} and works
            again as soon as it is renewed. {product:gone}
            """,
            """
            已于 {end:time}到期，{product:idle}。
            将为您保留至 {end:release}，在此期间续费即可恢复使用。{product:gone}
            """,
        ),
        "no": twins(
            """
            It works until {end:time}. If it is not renewed by then, {product:stops}; it is kept
            until {end:release}. {product:gone}
            """,
            """
            可正常使用至 {end:time}。届时如仍未续费，{product:stops}；
            将为您保留至 {end:release}。{product:gone}
            """,
        ),
    },
    "means": {
        "yes": twins(
            """
            A voucher pays: {voucher:money}
            - Balance now: {balance:money}
            """,
            """
            代金券可抵扣：{voucher:money}
            - 当前余额：{balance:money}
            """,
        ),
        "no": twins("Balance now: {balance:money}", "当前余额：{balance:money}"),
    },
    "outlook": {
        "yes": twins(
            """
            What to do next: add at least {missing:money} to your balance. We try again at
            {next_attempt:time}; you can also renew it yourself in the console at once.
            """,
            """
            下一步：请至少充值 {missing:money}。系统将于 {next_attempt:time}再次尝试自动续费，
            您也可以充值后立即前往控制台手动续费。
            """,
        ),
        "no": twins(
            """
            This was the last attempt. What to do next: add at least {missing:money} to your
            balance and then renew it yourself in the console.
            """,
            """
            这是最后一次自动续费尝试，系统不会再次尝试。
            下一步：请至少充值 {missing:money}，然后前往控制台手动续费。
            """,
        ),
    },
}
