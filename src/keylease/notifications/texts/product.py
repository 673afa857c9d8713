"""What differs between an instance and a value-added service, in which nothing is kept."""

from collections.abc import Mapping

from keylease.notifications.texts.twins import Twins, twins

VARIANTS: Mapping[str, Mapping[str, Twins]] = {
    "noun": {
        "instance": Twins("KMS instance", "KMS 实例"),
        "service": Twins("value-added service", "KMS 增值服务"),
    },
    "label": {
        "instance": Twins("Instance", "实例"),
        "service": Twins("Service", "服务"),
    },
    "start": {
        "instance": twins(
            """
            What to do next: enable the instance in the console. Until then no keys or secrets can
            be created in it.
            """,
            "下一步：请前往控制台启用该实例。启用之前，无法在其中创建密钥和凭据。",
        ),
        "service": twins(
            "It is in effect from now on. There is nothing more to do.",
            "该服务即刻生效，您无需进行其他操作。",
        ),
    },
    "stops": {
        "instance": Twins("its keys and secrets stop working", "其中的密钥和凭据将无法使用"),
        "service": Twins("it is no longer in effect", "该服务将停止生效"),
    },
    "idle": {
        "instance": Twins(
            "its keys and secrets do not work at present", "其中的密钥和凭据目前无法使用"
        ),
        "service": Twins("it is not in effect at present", "该服务目前未生效"),
    },
    "gone": {
        "instance": twins(
            """
            After that it is released: its keys and secrets are destroyed and cannot be brought
            back, except from a backup.
            """,
            "逾期未续费，实例将被释放，其中的密钥和凭据会被销毁；除已有备份外，无法恢复。",
        ),
        "service": twins(
            "After that it is released, and can only be bought anew.",
            "逾期未续费，该服务将被释放，如需使用只能重新购买。",
        ),
    },
    "halted": {
        "instance": twins(
            """
            What has stopped: encrypting and decrypting, signing and verifying, reading public keys
            and secret values, and creating or changing anything in the instance.

            What still works: looking at the information about the instance, its keys and its
            secrets, reading backups, cancelling the deletion of a key and restoring a secret.
            Deletions that are already scheduled are carried out on their day.
            """,
            """
            已停止的功能：加密与解密、签名与验签、获取公钥和凭据值，以及在实例中新建或修改任何内容。

            仍可使用的功能：查看实例、密钥和凭据的信息，读取备份，取消密钥删除计划，恢复已删除的凭据。
            已设定的删除计划仍会按期执行。
            """,
        ),
        "service": twins(
            "It is not in effect any more. Your instances, keys and secrets go on as before.",
            "该服务已停止生效。您的实例、密钥和凭据不受影响。",
        ),
    },
    "warning": {
        "instance": twins(
            """
            At its release all keys and secrets in it are destroyed. Whatever was encrypted with
            them can then no longer be decrypted, and nobody, including us, can bring them back,
            except from a backup. Backups that you have made remain for 90 days after the release,
            or until you delete them.
            """,
            """
            实例释放时，其中的所有密钥和凭据都会被销毁，使用这些密钥加密的数据将无法解密，
            除已有备份外，任何人（包括我们）都无法恢复。
            您已创建的备份将在实例释放后继续保留 90 天，或直至您主动删除。
            """,
        ),
        "service": twins(
            "After its release it can no longer be renewed, only bought anew.",
            "释放后无法再续费，只能重新购买。",
        ),
    },
    "lost": {
        "instance": twins(
            """
            All keys and secrets in it have been destroyed. {method:final}

            {backups:remaining}
            """,
            """
            实例中的所有密钥和凭据均已销毁。{method:final}

            {backups:remaining}
            """,
        ),
        "service": twins(
            "This is final: it can no longer be renewed, only bought anew.",
            "此操作不可撤销：无法再续费，只能重新购买。",
        ),
    },
}
