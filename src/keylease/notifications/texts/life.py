"""The life of an instance: that it ends, and what becomes of it then."""

from collections.abc import Mapping

from keylease.notifications.texts.twins import Message, Twins, twins

MESSAGES: Mapping[str, Message] = {
    "reminder": Message(
        twins(
            "Your KMS instance {instance_id} expires in {days:days}",
            "您的 KMS 实例 {instance_id} 将于{days:days}后到期",
        ),
        twins(
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
        twins(
            "Your KMS instance {instance_id} has expired",
            "您的 KMS 实例 {instance_id} 已到期",
        ),
        twins(
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
        twins(
            "Your KMS instance {instance_id} is about to be released",
            "您的 KMS 实例 {instance_id} 即将释放",
        ),
        twins(
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
        twins(
            "Your KMS instance {instance_id} has been released",
            "您的 KMS 实例 {instance_id} 已释放",
        ),
        twins(
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
}

VARIANTS: Mapping[str, Mapping[str, Twins]] = {
    "renewal": {
        "AutoRenewal": twins(
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
        "ManualRenewal": twins(
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
        "NotRenewal": twins(
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
    "ended": {
        "subscription": twins(
            "expired at {end:time} and has not been renewed.", "已于 {end:time}到期，至今尚未续费。"
        ),
        "daily": twins(
            "stopped at {end:time}, and the debt of your account has not been paid.",
            "已于 {end:time}因欠费停止服务，至今尚未结清欠费。",
        ),
    },
    "rescue": {
        "subscription": twins("renew it in the console", "前往控制台续费"),
        "daily": twins("pay the debt of your account", "结清账户欠费"),
    },
    "final": {
        "subscription": twins(
            "This is final: the instance can no longer be renewed.", "该实例也无法再续费。"
        ),
        "daily": twins(
            "This is final. The bill of its last day is made on the day after.",
            "其最后一日的账单将于次日出具。",
        ),
    },
    "remaining": {
        "yes": twins(
            """
            These backups of it remain until {backups_until:time}, or until you delete them:

            {backups:list}
            """,
            """
            以下备份将继续保留至 {backups_until:time}，或直至您主动删除：

            {backups:list}
            """,
        ),
        "no": twins("There is no backup of it.", "该实例没有备份。"),
    },
}
