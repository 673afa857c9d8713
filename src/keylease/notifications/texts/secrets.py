"""What the owner of a secret is told of: a rotation that failed."""

from collections.abc import Mapping

from keylease.notifications.texts.twins import Message, twins

MESSAGES: Mapping[str, Message] = {
    "rotation_failed": Message(
        twins(
            "The secret {secret} could not be rotated",
            "凭据 {secret} 轮转失败",
        ),
        twins(
            """
            The secret {secret} could not be rotated, and is not rotated automatically until you
            act.

            - Instance: {instance_id}
            - Region: {region:region}
            - Given up at: {due_at:time}

            Its current value stays as it is. The value that was to replace it is kept under the
            stage ACSPending, in case it reached the other system. What to do next: see whether that
            system can be reached and still has the account, then call RotateSecret, or switch
            automatic rotation on again with UpdateSecretRotationPolicy.
            """,
            """
            凭据 {secret} 轮转失败，在您处理之前不再自动轮转。

            - 实例：{instance_id}
            - 地域：{region:region}
            - 放弃时间：{due_at:time}

            当前值保持不变。原拟替换的新值保留在 ACSPending 状态下，以备其已写入对端系统。
            下一步：请确认对端系统可以访问且账号仍然存在，然后调用 RotateSecret，
            或通过 UpdateSecretRotationPolicy 重新开启自动轮转。
            """,
        ),
    ),
}
