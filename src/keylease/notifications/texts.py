"""What the letters say: every kind in English and Chinese, side by side.

A field names a fact and how it is shown: ``{end:time}``. The facts that a kind needs are exactly
those that its texts name, so this table is also their list; `keylease.notifications.letters`
explains the facts and knows the ways of showing them. A way listed in `VARIANTS` puts in another
text, chosen by the fact's value. Both languages of a text use the same fields.

In the source a line break inside a paragraph is only layout; blank lines and lines that start
with ``- `` stay.
"""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Twins:
    """One text in both languages."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        """The text in ``language``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Message:
    """The subject and the body of a kind of letter."""

    subject: Twins
    body: Twins


def _twins(en: str, zh: str) -> Twins:
    return Twins(_flowed(en, " "), _flowed(zh, ""))


def _flowed(source: str, joint: str) -> str:
    """The paragraphs of ``source`` without the line breaks of its layout."""
    return re.sub(r"(?<!\n)\n(?!\n|- )", joint, textwrap.dedent(source).strip())


#: What surrounds the body of every letter.
FRAME = Twins(
    en=(
        "Hello {recipient},\n\n{body:text}\n\n"
        "Keylease\n"
        "This message was sent automatically for the account {recipient} ({account_id}).\n"
    ),
    zh=(
        "{recipient}，您好：\n\n{body:text}\n\n"
        "Keylease\n"
        "本邮件由系统自动发送，所属账号：{recipient}（{account_id}）。\n"
    ),
)

#: The same for letters to the operator, who has no account.
OPERATOR_FRAME = Twins(
    en=(
        "Hello {recipient},\n\n{body:text}\n\n"
        "Keylease\n"
        "This message was sent automatically to the operator of this deployment.\n"
    ),
    zh=("{recipient}，您好：\n\n{body:text}\n\nKeylease\n本邮件由系统自动发送给本部署的运营者。\n"),
)

#: By letter kind (`keylease.notifications.letters.Kind`).
MESSAGES: Mapping[str, Message] = {
    "reminder": Message(
        _twins(
            "Your KMS instance {instance_id} expires in {days:days}",
            "您的 KMS 实例 {instance_id} 将于{days:days}后到期",
        ),
        _twins(
            """
            Your KMS instance {instance_id}{instance_name:aside} expires in {days:days}. Its last
            day is {end:last_day}. At {end:time} its keys and secrets stop working.

            - Instance: {instance_id}{instance_name:aside}
            - Edition: {edition}
            - Region: {region:region}
            - Expires: {end:time}

            {mode:renewal}

            An expired instance is kept until {end:release}; renewing it in that time restores it
            in full. Then it is released: its keys and secrets are destroyed and cannot be brought
            back, except from a backup.
            """,
            """
            您的 KMS 实例 {instance_id}{instance_name:aside} 将于{days:days}后到期，
            最后有效日为 {end:last_day}。自 {end:time}起，其中的密钥和凭据将无法使用。

            - 实例：{instance_id}{instance_name:aside}
            - 版本：{edition}
            - 地域：{region:region}
            - 到期时间：{end:time}

            {mode:renewal}

            到期后，实例将为您保留至 {end:release}，在此期间续费即可完全恢复使用。
            逾期未续费，实例将被释放，其中的密钥和凭据会被销毁；除已有备份外，无法恢复。
            """,
        ),
    ),
    "expired": Message(
        _twins(
            "Your KMS instance {instance_id} has expired",
            "您的 KMS 实例 {instance_id} 已到期",
        ),
        _twins(
            """
            Your KMS instance {instance_id}{instance_name:aside} expired at {end:time}.

            - Edition: {edition}
            - Region: {region:region}
            - Kept until: {end:release}

            What has stopped: encrypting and decrypting, signing and verifying, reading public keys
            and secret values, and creating or changing anything in the instance.

            What still works: looking at the information about the instance, its keys and its
            secrets, reading backups, cancelling the deletion of a key and restoring a secret.
            Deletions that are already scheduled are carried out on their day.

            Nothing is lost so far. Renew the instance in the console before {end:release} and all
            its keys and secrets work again, unchanged. After that it is released: its keys and
            secrets are destroyed and cannot be brought back, except from a backup.
            """,
            """
            您的 KMS 实例 {instance_id}{instance_name:aside} 已于 {end:time}到期。

            - 版本：{edition}
            - 地域：{region:region}
            - 保留至：{end:release}

            已停止的功能：加密与解密、签名与验签、获取公钥和凭据值，以及在实例中新建或修改任何内容。

            仍可使用的功能：查看实例、密钥和凭据的信息，读取备份，取消密钥删除计划，恢复已删除的凭据。
            已设定的删除计划仍会按期执行。

            目前数据均完好保留。请在 {end:release}之前前往控制台续费，
            续费后所有密钥和凭据即可恢复使用，内容不变。
            逾期未续费，实例将被释放，其中的密钥和凭据会被销毁；除已有备份外，无法恢复。
            """,
        ),
    ),
    "release_soon": Message(
        _twins(
            "Your KMS instance {instance_id} is about to be released",
            "您的 KMS 实例 {instance_id} 即将释放",
        ),
        _twins(
            """
            Your KMS instance {instance_id}{instance_name:aside} {method:ended} It will be released
            at {end:release}.

            - Edition: {edition}
            - Region: {region:region}

            At its release all keys and secrets in it are destroyed. Whatever was encrypted with
            them can then no longer be decrypted, and nobody, including us, can bring them back,
            except from a backup. Backups that you have made remain for 90 days after the release,
            or until you delete them.

            To keep the instance, {method:rescue} before {end:release}. Everything in it then works
            again. If you no longer need it, there is nothing to do.
            """,
            """
            您的 KMS 实例 {instance_id}{instance_name:aside} {method:ended}
            实例将于 {end:release}释放。

            - 版本：{edition}
            - 地域：{region:region}

            实例释放时，其中的所有密钥和凭据都会被销毁，使用这些密钥加密的数据将无法解密，
            除已有备份外，任何人（包括我们）都无法恢复。
            您已创建的备份将在实例释放后继续保留 90 天，或直至您主动删除。

            如需保留该实例，请在 {end:release}之前{method:rescue}，之后即可恢复使用。
            如不再需要，则无需任何操作。
            """,
        ),
    ),
    "released": Message(
        _twins(
            "Your KMS instance {instance_id} has been released",
            "您的 KMS 实例 {instance_id} 已释放",
        ),
        _twins(
            """
            Your KMS instance {instance_id}{instance_name:aside} was released at {released:time}.

            - Edition: {edition}
            - Region: {region:region}

            All keys and secrets in it have been destroyed. {method:final}

            {backups:remaining}
            """,
            """
            您的 KMS 实例 {instance_id}{instance_name:aside} 已于 {released:time}释放。

            - 版本：{edition}
            - 地域：{region:region}

            实例中的所有密钥和凭据均已销毁，此操作不可撤销，{method:final}

            {backups:remaining}
            """,
        ),
    ),
    "purchase": Message(
        _twins(
            "Your purchase of the KMS instance {instance_id}",
            "KMS 实例 {instance_id} 购买成功",
        ),
        _twins(
            """
            Thank you for your purchase. The KMS instance {instance_id}{instance_name:aside} is
            {method:yours}

            - Order: {order_id}
            - Amount: {amount:money}
            - Edition: {edition}
            - Region: {region:region}
            - {method:term}
            - Balance now: {balance:money}

            What to do next: enable the instance in the console. Until then no keys or secrets can
            be created in it.
            """,
            """
            感谢您的购买。KMS 实例 {instance_id}{instance_name:aside} 已开通，
            {method:yours}

            - 订单号：{order_id}
            - 订单金额：{amount:money}
            - 版本：{edition}
            - 地域：{region:region}
            - {method:term}
            - 当前余额：{balance:money}

            下一步：请前往控制台启用该实例。启用之前，无法在其中创建密钥和凭据。
            """,
        ),
    ),
    "upgrade": Message(
        _twins(
            "Your KMS instance {instance_id} has been upgraded",
            "您的 KMS 实例 {instance_id} 升配成功",
        ),
        _twins(
            """
            Your KMS instance {instance_id}{instance_name:aside} has been upgraded. The new
            configuration is in force now:

            {changes:list}

            - Order: {order_id}
            - Amount: {amount:money}
            - Edition: {edition}
            - Region: {region:region}
            - Paid for: {start:time} to {end:time}
            - Balance now: {balance:money}

            The expiration of the instance has not changed. There is nothing more to do.
            """,
            """
            您的 KMS 实例 {instance_id}{instance_name:aside} 已升配，新配置现已生效：

            {changes:list}

            - 订单号：{order_id}
            - 订单金额：{amount:money}
            - 版本：{edition}
            - 地域：{region:region}
            - 计费时段：{start:time}至 {end:time}
            - 当前余额：{balance:money}

            实例的到期时间不变，您无需进行其他操作。
            """,
        ),
    ),
    "renewal": Message(
        _twins(
            "Your KMS instance {instance_id} has been renewed for {months:months}{rest_days:more}",
            "您的 KMS 实例 {instance_id} 已续费{months:months}{rest_days:more}",
        ),
        _twins(
            """
            Your KMS instance {instance_id}{instance_name:aside} {automatic:renewed} for
            {months:months}{rest_days:more}. It now expires at {end:time}.

            - Order: {order_id}
            - Amount: {amount:money}
            - Edition: {edition}
            - Region: {region:region}
            - New term: {start:time} to {end:time}
            - Balance now: {balance:money}

            All its keys and secrets are available for the whole new term. There is nothing more
            to do.
            """,
            """
            您的 KMS 实例 {instance_id}{instance_name:aside}
            {automatic:renewed}{months:months}{rest_days:more}，新的到期时间为 {end:time}。

            - 订单号：{order_id}
            - 订单金额：{amount:money}
            - 版本：{edition}
            - 地域：{region:region}
            - 新增服务期限：{start:time}至 {end:time}
            - 当前余额：{balance:money}

            在此期间，实例中的密钥和凭据均可正常使用，您无需进行其他操作。
            """,
        ),
    ),
    "refund": Message(
        _twins(
            "Your refund of {amount:money}",
            "退款到账通知：{amount:money}",
        ),
        _twins(
            """
            We have returned {amount:money} to your balance for the KMS instance
            {instance_id}{instance_name:aside}.

            - Refund order: {order_id}
            - Amount: {amount:money}
            - Balance now: {balance:money}

            You can use the amount at once. How it was worked out, order by order, is shown with
            the refund order in the console.
            """,
            """
            KMS 实例 {instance_id}{instance_name:aside} 的退款 {amount:money} 已退回您的账户余额。

            - 退款订单号：{order_id}
            - 退款金额：{amount:money}
            - 当前余额：{balance:money}

            该款项可立即使用。各原订单的退款计算明细，请在控制台的退款订单中查看。
            """,
        ),
    ),
    "top_up": Message(
        _twins(
            "{amount:money} has been added to your balance",
            "充值到账通知：{amount:money}",
        ),
        _twins(
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
    "low_balance": Message(
        _twins(
            "Your balance is below {threshold:money}",
            "您的账户余额低于 {threshold:money}",
        ),
        _twins(
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
        _twins(
            "The daily check of the books found {findings:findings}",
            "每日账目检查发现{findings:findings}",
        ),
        _twins(
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
    "in_debt": Message(
        _twins(
            "Your account is in debt: {missing:money} missing",
            "您的账户已欠费：尚缺 {missing:money}",
        ),
        _twins(
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
        _twins(
            "Your KMS instance {instance_id} has stopped: your account is in debt",
            "您的 KMS 实例 {instance_id} 因账户欠费已停止服务",
        ),
        _twins(
            """
            Your pay-as-you-go KMS instance {instance_id}{instance_name:aside} stopped at
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
            由于您的账户欠费已满 7 天，按量付费 KMS 实例 {instance_id}{instance_name:aside}
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
        _twins(
            "Your debt is paid",
            "您的欠费已结清",
        ),
        _twins(
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
    "ticket": Message(
        _twins(
            "Your ticket {ticket_id} {decision:decided}", "您的工单 {ticket_id} {decision:decided}"
        ),
        _twins(
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
    "auto_renewal_failed": Message(
        _twins(
            "Automatic renewal of your KMS instance {instance_id} failed: {missing:money} missing",
            "您的 KMS 实例 {instance_id} 自动续费失败：尚缺 {missing:money}",
        ),
        _twins(
            """
            We could not renew your KMS instance {instance_id}{instance_name:aside} automatically:
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
            您的 KMS 实例 {instance_id}{instance_name:aside} 自动续费失败：
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

#: Texts chosen by a fact's value: a word is its own choice, anything else is ``yes`` or ``no``.
VARIANTS: Mapping[str, Mapping[str, Twins]] = {
    "renewal": {
        "AutoRenewal": _twins(
            """
            Automatic renewal is on: before the expiration we renew the instance for
            {months:months}, which costs {price:money} at today's prices. Vouchers pay first, then
            your balance, which is {balance:money} now. Please make sure that they cover it.
            """,
            """
            该实例已开启自动续费：系统将在到期前为其续费{months:months}，
            按当前价格需 {price:money}，优先使用代金券抵扣，其余从账户余额支付。
            您的当前余额为 {balance:money}，请确保届时足以支付。
            """,
        ),
        "ManualRenewal": _twins(
            """
            Automatic renewal is off. To keep using the instance, renew it in the console before
            it expires. Renewing it for {months:months} costs {price:money} at today's prices; your
            balance is {balance:money} now.
            """,
            """
            该实例未开启自动续费。如需继续使用，请在到期前前往控制台续费：
            续费{months:months}按当前价格需 {price:money}，您的当前余额为 {balance:money}。
            """,
        ),
        "NotRenewal": _twins(
            """
            The instance is set not to be renewed. If that is what you want, there is nothing to
            do. To keep it after all, renew it in the console before it expires. Renewing it for
            {months:months} costs {price:money} at today's prices; your balance is {balance:money}
            now.
            """,
            """
            该实例已设置为到期不续费。如确定不再使用，则无需任何操作。
            如需继续使用，请在到期前前往控制台续费：
            续费{months:months}按当前价格需 {price:money}，您的当前余额为 {balance:money}。
            """,
        ),
    },
    "renewed": {
        "yes": Twins("was renewed automatically", "已自动续费"),
        "no": Twins("was renewed", "已续费"),
    },
    "yours": {
        "subscription": _twins("yours until {end:time}.", "有效期至 {end:time}。"),
        "daily": _twins(
            """
            yours until you release it, and is paid for as it is used: each day at 10:00 (UTC+8) a
            bill is made of the day before.
            """,
            "可使用至您主动释放为止。按量付费：每天 10:00（UTC+8）出具前一日的账单。",
        ),
        "trial": _twins(
            """
            free of charge until {trial_until:time}. After that it goes on as pay-as-you-go by
            itself, with a bill each day, until you release it.
            """,
            "免费试用至 {trial_until:time}。试用结束后自动转为按量付费，每日出账，直至您主动释放。",
        ),
    },
    "term": {
        "subscription": _twins(
            "Term: {start:time} to {end:time}", "服务期限：{start:time}至 {end:time}"
        ),
        "daily": _twins("Billed from: {start:time}", "计费起始时间：{start:time}"),
        "trial": _twins(
            "Free of charge: {start:time} to {trial_until:time}",
            "免费试用：{start:time}至 {trial_until:time}",
        ),
    },
    "ended": {
        "subscription": _twins(
            "expired at {end:time} and has not been renewed.", "已于 {end:time}到期，至今尚未续费。"
        ),
        "daily": _twins(
            "stopped at {end:time}, and the debt of your account has not been paid.",
            "已于 {end:time}因欠费停止服务，至今尚未结清欠费。",
        ),
    },
    "rescue": {
        "subscription": _twins("renew it in the console", "前往控制台续费"),
        "daily": _twins("pay the debt of your account", "结清账户欠费"),
    },
    "final": {
        "subscription": _twins(
            "This is final: the instance can no longer be renewed.", "该实例也无法再续费。"
        ),
        "daily": _twins(
            "This is final. The bill of its last day is made on the day after.",
            "其最后一日的账单将于次日出具。",
        ),
    },
    "remaining": {
        "yes": _twins(
            """
            These backups of it remain until {backups_until:time}, or until you delete them:

            {backups:list}
            """,
            """
            以下备份将继续保留至 {backups_until:time}，或直至您主动删除：

            {backups:list}
            """,
        ),
        "no": _twins("There is no backup of it.", "该实例没有备份。"),
    },
    "standing": {
        "yes": _twins(
            """
            The instance expired at {end:time}; its keys and secrets do not work at present. It is
            kept until {end:release} and works again as soon as it is renewed. Then it is released,
            and its keys and secrets are destroyed.
            """,
            """
            该实例已于 {end:time}到期，其中的密钥和凭据目前无法使用。
            实例将为您保留至 {end:release}，在此期间续费即可恢复使用；逾期将被释放，
            其中的密钥和凭据会被销毁。
            """,
        ),
        "no": _twins(
            """
            The instance works until {end:time}. If it is not renewed by then, its keys and secrets
            stop working; it is kept until {end:release} and then released, and its keys and
            secrets are destroyed.
            """,
            """
            该实例可正常使用至 {end:time}。届时如仍未续费，其中的密钥和凭据将无法使用；
            实例将为您保留至 {end:release}，逾期将被释放，其中的密钥和凭据会被销毁。
            """,
        ),
    },
    "decided": {
        "answered": Twins("was answered", "已回复"),
        "approved": Twins("was approved", "已通过"),
        "refused": Twins("was refused", "未通过"),
    },
    "quoting": {
        "yes": _twins("We wrote:\n\n{answer:quoted}", "我们的回复：\n\n{answer:quoted}"),
        "no": _twins("We wrote nothing further.", "没有其他说明。"),
    },
    "follows": {
        "answered": _twins(
            "You can reply to it in the console, or close it.",
            "您可以在控制台回复或关闭该工单。",
        ),
        "approved": _twins(
            """
            What was approved has been carried out. Money that comes back is in your balance by
            now, and a letter of its own tells how much it is.
            """,
            """
            审批结果已执行。如有退款，款项已退回您的账户余额，具体金额请见另一封邮件。
            """,
        ),
        "refused": _twins(
            "The decision is final. If something has changed, open another ticket.",
            "该工单已办结。如情况有变，请提交新的工单。",
        ),
    },
    "means": {
        "yes": _twins(
            """
            A voucher pays: {voucher:money}
            - Balance now: {balance:money}
            """,
            """
            代金券可抵扣：{voucher:money}
            - 当前余额：{balance:money}
            """,
        ),
        "no": _twins("Balance now: {balance:money}", "当前余额：{balance:money}"),
    },
    "outlook": {
        "yes": _twins(
            """
            What to do next: add at least {missing:money} to your balance. We try again at
            {next_attempt:time}; you can also renew the instance yourself in the console at once.
            """,
            """
            下一步：请至少充值 {missing:money}。系统将于 {next_attempt:time}再次尝试自动续费，
            您也可以充值后立即前往控制台手动续费。
            """,
        ),
        "no": _twins(
            """
            This was the last attempt. What to do next: add at least {missing:money} to your
            balance and then renew the instance yourself in the console.
            """,
            """
            这是最后一次自动续费尝试，系统不会再次尝试。
            下一步：请至少充值 {missing:money}，然后前往控制台手动续费。
            """,
        ),
    },
}
