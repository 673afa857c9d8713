"""That a client key of an application ends soon."""

from collections.abc import Mapping

from keylease.notifications.texts.twins import Message, twins

MESSAGES: Mapping[str, Message] = {
    "client_key_expiring": Message(
        twins(
            "A client key of {access_point} ends in {days:days}",
            "应用接入点 {access_point} 的 ClientKey 将于{days:days}后失效",
        ),
        twins(
            """
            The client key {client_key_id} of the application access point {access_point} ends in
            {days:days}. From {end:time} on, everything that the application signs with it is
            refused.

            - Client key: {client_key_id}
            - Application access point: {access_point}
            - Region: {region:region}
            - Ends: {end:time}

            Make a new client key for this access point, give it to the application, and delete the
            old one once it is no longer in use. Both work side by side until then.
            """,
            """
            应用接入点 {access_point} 的 ClientKey {client_key_id} 将于{days:days}后失效。
            自 {end:time}起，应用使用该 ClientKey 签名的请求将全部被拒绝。

            - ClientKey：{client_key_id}
            - 应用接入点：{access_point}
            - 地域：{region:region}
            - 失效时间：{end:time}

            请为该应用接入点创建新的 ClientKey 并更新到应用中，
            确认旧的 ClientKey 不再使用后将其删除。在此之前，新旧 ClientKey 均可使用。
            """,
        ),
    ),
}
