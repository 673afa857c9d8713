"""The storage of log analysis: nearly full, and full."""

from collections.abc import Mapping

from keylease.notifications.texts.twins import Message, Twins, twins

MESSAGES: Mapping[str, Message] = {
    "log_storage": Message(
        twins(
            "The log storage of your {product:noun} {instance_id} is {level:filled}",
            "您的 {product:noun} {instance_id} 的日志存储{level:filled}",
        ),
        twins(
            """
            The log storage of your {product:noun} {instance_id}{instance_name:aside} is
            {level:filled}.

            - Edition: {edition}
            - Region: {region:region}
            - Log storage: {log_capacity} GB

            {level:logging} Entries are kept for 180 days. Keys and secrets work as before. What to
            do: upgrade the instance to more log storage; new entries are written at once.
            """,
            """
            您的 {product:noun} {instance_id}{instance_name:aside} 的日志存储{level:filled}。

            - 版本：{edition}
            - 地域：{region:region}
            - 日志存储容量：{log_capacity} GB

            {level:logging}日志保留 180 天。密钥和凭据的使用不受影响。
            建议：升级实例以增加日志存储容量，升级后立即恢复写入。
            """,
        ),
    ),
}

VARIANTS: Mapping[str, Mapping[str, Twins]] = {
    "filled": {
        "nearly": Twins("90% full", "已使用 90%"),
        "full": Twins("full", "已满"),
    },
    "logging": {
        "nearly": twins(
            "Once it is full, no new entries are written.", "存储写满后，将不再写入新的日志。"
        ),
        "full": twins(
            """
            No new entries are written until old ones reach their age or there is more storage.
            """,
            "在旧日志到期或扩容之前，不会写入新的日志。",
        ),
    },
}
