"""The system policies: what everybody can attach without writing it.

Their content is what the original documents on each policy's own page, without the statements
about other services. Where it writes ``key*`` they say ``key`` and ``key/*``, because that would
also fit an instance, ``keystore/<id>``; and so for aliases and secrets.
"""

from collections.abc import Iterable

from keylease.access.policies.document import Effect, PolicyDocument, Selection, Statement

_CRYPTO = (
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:AsymmetricDecrypt",
    "kms:AsymmetricEncrypt",
    "kms:AsymmetricSign",
    "kms:AsymmetricVerify",
    "kms:GetPublicKey",
    "kms:GenerateMac",
    "kms:VerifyMac",
)
_READ = (
    "kms:List*",
    "kms:Describe*",
    "kms:GetPublicKey",
    "kms:GetUploadBackupDataInfo",
    "kms:GetKmsInstanceSharedAccounts",
    "kms:GetKmsInstanceQuotaInfos",
    "kms:GetCheckAssociateResourceTaskResults",
    "kms:GetKeyPolicy",
    "kms:GetKeyDefaultPolicy",
    "kms:GetSecretPolicy",
    "kms:GetSecretDefaultPolicy",
    "kms:GetKmsInstance",
    "kms:GetDefaultKmsInstance",
)
_KEYS = ("acs:kms:*:*:key", "acs:kms:*:*:key/*")
_ALIASES = ("acs:kms:*:*:alias", "acs:kms:*:*:alias/*")
_SECRETS = ("acs:kms:*:*:secret", "acs:kms:*:*:secret/*")


def _allow(actions: Iterable[str], *resources: str) -> Statement:
    return Statement(
        sid="",
        effect=Effect.ALLOW,
        actions=Selection(tuple(actions), inverted=False),
        resources=Selection(resources or ("*",), inverted=False),
        principals=None,
        conditions=(),
    )


def _policy(*statements: Statement) -> PolicyDocument:
    return PolicyDocument(statements, of_resource=False)


SYSTEM_POLICIES = {
    "AliyunKMSFullAccess": _policy(_allow(["kms:*"])),
    "AliyunKMSReadOnlyAccess": _policy(_allow(_READ)),
    "AliyunKMSCryptoAdminAccess": _policy(_allow(["kms:*"], *_KEYS, *_ALIASES)),
    "AliyunKMSCryptoUserAccess": _policy(_allow(_CRYPTO)),
    "AliyunKMSSecretAdminAccess": _policy(
        _allow(["kms:*"], *_SECRETS), _allow(["kms:GetRandomPassword"])
    ),
    "AliyunKMSSecretUserAccess": _policy(
        _allow(["kms:GetSecretValue", "kms:DescribeSecret", "kms:ListSecretVersionIds"])
    ),
}
