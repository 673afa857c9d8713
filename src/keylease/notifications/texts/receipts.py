"""Receipts: what an order, a refund or a top-up moved."""

from collections.abc import Mapping

from keylease.notifications.texts.twins import Message, Twins, twins

MESSAGES: Mapping[str, Message] = {
    "purchase": Message(
        twins(
            "Your purchase of the {product:noun} {instance_id}",
            "{product:noun} {instance_id} 购买成功",
        ),
        twins(
            """
            Thank you for your purchase. The {product:noun} {instance_id}{instance_name:aside} is
            {method:yours}

            - Order: {order_id}
            - Amount: {amount:money}
            - Edition: {edition}
            - Region: {region:region}
            - {method:term}
            - Balance now: {balance:money}

            {product:start}
            """,
            """
            感谢您的购买。{product:noun} {instance_id}{instance_name:aside} 已开通，
            {method:yours}

            - 订单号：{order_id}
            - 订单金额：{amount:money}
            - 版本：{edition}
            - 地域：{region:region}
            - {method:term}
            - 当前余额：{balance:money}

            {product:start}
            """,
        ),
    ),
    "upgrade": Message(
        twins(
            "Your {product:noun} {instance_id} has been upgraded",
            "您的 {product:noun} {instance_id} 升配成功",
        ),
        twins(
            """
            Your {product:noun} {instance_id}{instance_name:aside} has been upgraded. The new
            configuration is in force now:

            {changes:list}

            - Order: {order_id}
            - Amount: {amount:money}
            - Edition: {edition}
            - Region: {region:region}
            - Paid for: {start:time} to {end:time}
            - Balance now: {balance:money}

            Its expiration has not changed. There is nothing more to do.
            """,
            """
            您的 {product:noun} {instance_id}{instance_name:aside} 已升配，新配置现已生效：

            {changes:list}

            - 订单号：{order_id}
            - 订单金额：{amount:money}
            - 版本：{edition}
            - 地域：{region:region}
            - 计费时段：{start:time}至 {end:time}
            - 当前余额：{balance:money}

            到期时间不变，您无需进行其他操作。
            """,
        ),
    ),
    "renewal": Message(
        twins(
            """
            Your {product:noun} {instance_id} has been renewed for
            {months:months}{rest_days:more}
            """,
            "您的 {product:noun} {instance_id} 已续费{months:months}{rest_days:more}",
        ),
        twins(
            """
            Your {product:noun} {instance_id}{instance_name:aside} {automatic:renewed} for
            {months:months}{rest_days:more}. It now expires at {end:time}.

            - Order: {order_id}
            - Amount: {amount:money}
            - Edition: {edition}
            - Region: {region:region}
            - New term: {start:time} to {end:time}
            - Balance now: {balance:money}

            It can be used for the whole new term. There is nothing more to do.
            """,
            """
            您的 {product:noun} {instance_id}{instance_name:aside}
            {automatic:renewed}{months:months}{rest_days:more}，新的到期时间为 {end:time}。

            - 订单号：{order_id}
            - 订单金额：{amount:money}
            - 版本：{edition}
            - 地域：{region:region}
            - 新增服务期限：{start:time}至 {end:time}
            - 当前余额：{balance:money}

            在此期间均可正常使用，您无需进行其他操作。
            """,
        ),
    ),
    "refund": Message(
        twins(
            "Your refund of {amount:money}",
            "退款到账通知：{amount:money}",
        ),
        twins(
            """
            We have returned {amount:money} to your balance for the {product:noun}
            {instance_id}{instance_name:aside}.

            - Refund order: {order_id}
            - Amount: {amount:money}
            - Balance now: {balance:money}

            You can use the amount at once. How it was worked out, order by order, is shown with
            the refund order in the console.
            """,
            """
            {product:noun} {instance_id}{instance_name:aside}
            的退款 {amount:money} 已退回您的账户余额。

            - 退款订单号：{order_id}
            - 退款金额：{amount:money}
            - 当前余额：{balance:money}

            该款项可立即使用。各原订单的退款计算明细，请在控制台的退款订单中查看。
            """,
        ),
    ),
    "top_up": Message(
        twins(
            "{amount:money} has been added to your balance",
            "充值到账通知：{amount:money}",
        ),
        twins(
            """
            {amount:money} has been added to your balance.

            - Reference: {reference}
            - Amount: {amount:money}
            - Balance now: {balance:money}

            You can use the amount at once.
            """,
            """
            您的账户已充值 {amount:money}。

            - 流水号：{reference}
            - 充值金额：{amount:money}
            - 当前余额：{balance:money}

            该款项可立即使用。
            """,
        ),
    ),
}

VARIANTS: Mapping[str, Mapping[str, Twins]] = {
    "yours": {
        "subscription": twins("yours until {end:time}.", "有效期至 {end:time}。"),
        "daily": twins(
            """
            yours until you release it, and is paid for as it is used: each day at 10:00 (UTC+8) a
            bill is made of the day before.
            """,
            "可使用至您主动释放为止。按量付费：每天 10:00（UTC+8）出具前一日的账单。",
        ),
        "trial": twins(
            """
            free of charge until {trial_until:time}. After that it goes on as pay-as-you-go by
            itself, with a bill each day, until you release it.
            """,
            "免费试用至 {trial_until:time}。试用结束后自动转为按量付费，每日出账，直至您主动释放。",
        ),
    },
    "term": {
        "subscription": twins(
            "Term: {start:time} to {end:time}", "服务期限：{start:time}至 {end:time}"
        ),
        "daily": twins("Billed from: {start:time}", "计费起始时间：{start:time}"),
        "trial": twins(
            "Free of charge: {start:time} to {trial_until:time}",
            "免费试用：{start:time}至 {trial_until:time}",
        ),
    },
    "renewed": {
        "yes": Twins("was renewed automatically", "已自动续费"),
        "no": Twins("was renewed", "已续费"),
    },
}
