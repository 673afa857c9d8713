"""The life of an instance: that it ends, and what becomes of it then."""

from collections.abc import Mapping

from keylease.notifications.texts.twins import Message, Twins, twins

MESSAGES: Mapping[str, Message] = {
    "reminder": Message(
        twins(
            "Your {product:noun} {instance_id} expires in {days:days}",
            "您的 {product:noun} {instance_id} 将于{days:days}后到期",
        ),
        twins(
            """
            Your {product:noun} {instance_id}{instance_name:aside} expires in {days:days}. Its last
            day is {end:last_day}. At {end:time} {product:stops}.

            - {product:label}: {instance_id}{instance_name:aside}
            - Edition: {edition}
            - Region: {region:region}
            - Expires: {end:time}

            {mode:renewal}

            Once expired it is kept until {end:release}; renewing it in that time restores it in
            full. {product:gone}
            """,
            """
            您的 {product:noun} {instance_id}{instance_name:aside} 将于{days:days}后到期，
            最后有效日为 {end:last_day}。自 {end:time}起，{product:stops}。

            - {product:label}：{instance_id}{instance_name:aside}
            - 版本：{edition}
            - 地域：{region:region}
            - 到期时间：{end:time}

            {mode:renewal}

            到期后将为您保留至 {end:release}，在此期间续费即可完全恢复使用。{product:gone}
            """,
        ),
    ),
    "expired": Message(
        twins(
            "Your {product:noun} {instance_id} has expired",
            "您的 {product:noun} {instance_id} 已到期",
        ),
        twins(
            """
            Your {product:noun} {instance_id}{instance_name:aside} expired at {end:time}.

            - Edition: {edition}
            - Region: {region:region}
            - Kept until: {end:release}

            {product:halted}

            Nothing is lost so far. Renew it in the console before {end:release} and it works again
            as before. {product:gone}
            """,
            """
            您的 {product:noun} {instance_id}{instance_name:aside} 已于 {end:time}到期。

            - 版本：{edition}
            - 地域：{region:region}
            - 保留至：{end:release}

            {product:halted}

            目前一切均完好保留。请在 {end:release}之前前往控制台续费，续费后即可恢复使用，内容不变。
            {product:gone}
            """,
        ),
    ),
    "release_soon": Message(
        twins(
            "Your {product:noun} {instance_id} is about to be released",
            "您的 {product:noun} {instance_id} 即将释放",
        ),
        twins(
            """
            Your {product:noun} {instance_id}{instance_name:aside} {method:ended} It will be
            released at {end:release}.

            - Edition: {edition}
            - Region: {region:region}

            {product:warning}

            To keep it, {method:rescue} before {end:release}. It then works again as before. If you
            no longer need it, there is nothing to do.
            """,
            """
            您的 {product:noun} {instance_id}{instance_name:aside} {method:ended}
            它将于 {end:release}释放。

            - 版本：{edition}
            - 地域：{region:region}

            {product:warning}

            如需保留，请在 {end:release}之前{method:rescue}，之后即可恢复使用。
            如不再需要，则无需任何操作。
            """,
        ),
    ),
    "released": Message(
        twins(
            "Your {product:noun} {instance_id} has been released",
            "您的 {product:noun} {instance_id} 已释放",
        ),
        twins(
            """
            Your {product:noun} {instance_id}{instance_name:aside} was released at {released:time}.

            - Edition: {edition}
            - Region: {region:region}

            {product:lost}
            """,
            """
            您的 {product:noun} {instance_id}{instance_name:aside} 已于 {released:time}释放。

            - 版本：{edition}
            - 地域：{region:region}

            {product:lost}
            """,
        ),
    ),
}

VARIANTS: Mapping[str, Mapping[str, Twins]] = {
    "renewal": {
        "AutoRenewal": twins(
            """
            Automatic renewal is on: before the expiration we renew it for {months:months},
            which costs {price:money} at today's prices. Vouchers pay first, then your balance,
            which is {balance:money} now. Please make sure that they cover it.
            """,
            """
            自动续费已开启：系统将在到期前为其续费{months:months}，
            按当前价格需 {price:money}，优先使用代金券抵扣，其余从账户余额支付。
            您的当前余额为 {balance:money}，请确保届时足以支付。
            """,
        ),
        "ManualRenewal": twins(
            """
            Automatic renewal is off. To keep using it, renew it in the console before
            it expires. Renewing it for {months:months} costs {price:money} at today's prices; your
            balance is {balance:money} now.
            """,
            """
            自动续费未开启。如需继续使用，请在到期前前往控制台续费：
            续费{months:months}按当前价格需 {price:money}，您的当前余额为 {balance:money}。
            """,
        ),
        "NotRenewal": twins(
            """
            It is set not to be renewed. If that is what you want, there is nothing to
            do. To keep it after all, renew it in the console before it expires. Renewing it for
            {months:months} costs {price:money} at today's prices; your balance is {balance:money}
            now.
            """,
            """
            已设置为到期不续费。如确定不再使用，则无需任何操作。
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
            "This is final: it can no longer be renewed.", "此操作不可撤销，也无法再续费。"
        ),
        "daily": twins(
            "This is final. The bill of its last day is made on the day after.",
            "此操作不可撤销，其最后一日的账单将于次日出具。",
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
