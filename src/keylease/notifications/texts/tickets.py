"""What the operator wrote or decided on a ticket."""

from collections.abc import Mapping

from keylease.notifications.texts.twins import Message, Twins, twins

MESSAGES: Mapping[str, Message] = {
    "ticket": Message(
        twins(
            "Your ticket {ticket_id} {decision:decided}", "您的工单 {ticket_id} {decision:decided}"
        ),
        twins(
            """
            Your ticket {ticket_id} {decision:decided}.

            - Ticket: {ticket_id}
            - Reference: {reference}

            {said:quoting}

            {decision:follows}
            """,
            """
            您的工单 {ticket_id} {decision:decided}。

            - 工单：{ticket_id}
            - 编号：{reference}

            {said:quoting}

            {decision:follows}
            """,
        ),
    ),
}

VARIANTS: Mapping[str, Mapping[str, Twins]] = {
    "decided": {
        "answered": Twins("was answered", "已回复"),
        "approved": Twins("was approved", "已通过"),
        "refused": Twins("was refused", "未通过"),
    },
    "quoting": {
        "yes": twins("We wrote:\n\n{answer:quoted}", "我们的回复：\n\n{answer:quoted}"),
        "no": twins("We wrote nothing further.", "没有其他说明。"),
    },
    "follows": {
        "answered": twins(
            "You can reply to it in the console, or close it.",
            "您可以在控制台回复或关闭该工单。",
        ),
        "approved": twins(
            """
            What was approved has been carried out. Money that comes back is in your balance by
            now, and a letter of its own tells how much it is.
            """,
            """
            审批结果已执行。如有退款，款项已退回您的账户余额，具体金额请见另一封邮件。
            """,
        ),
        "refused": twins(
            "The decision is final. If something has changed, open another ticket.",
            "该工单已办结。如情况有变，请提交新的工单。",
        ),
    },
}
