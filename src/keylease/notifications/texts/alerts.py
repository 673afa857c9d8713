"""What somebody wants to be told of: a low balance, books that do not add up."""

from collections.abc import Mapping

from keylease.notifications.texts.twins import Message, twins

MESSAGES: Mapping[str, Message] = {
    "low_balance": Message(
        twins(
            "Your balance is below {threshold:money}",
            "您的账户余额低于 {threshold:money}",
        ),
        twins(
            """
            Your balance has fallen below the amount at which you wanted to be told.

            - Balance now: {balance:money}
            - Alert below: {threshold:money}
            - Reference: {reference}

            Purchases, renewals and upgrades need a balance that covers them. Please top up in time
            for what is to be renewed.
            """,
            """
            您的账户余额已低于您设置的提醒金额。

            - 当前余额：{balance:money}
            - 提醒金额：{threshold:money}
            - 流水号：{reference}

            购买、续费和升配均需余额足以支付。请在续费之前及时充值。
            """,
        ),
    ),
    "books_alert": Message(
        twins(
            "The daily check of the books found {findings:findings}",
            "每日账目检查发现{findings:findings}",
        ),
        twins(
            """
            The daily check of the books at {due_at:time} found {findings:findings}:

            {found:list}

            Each line names the rule that is broken and what breaks it. Nothing was changed. What to
            do next: run `keylease books check`, which lists everything, find the cause, and correct
            it by a reversal.
            """,
            """
            {due_at:time}进行的每日账目检查发现{findings:findings}：

            {found:list}

            每行列出所违反的规则及相关对象。系统未作任何改动。
            下一步：请运行 `keylease books check` 查看全部问题，查明原因，并以冲正方式更正。
            """,
        ),
    ),
}
