"""The original's request quotas, for the setting ``quotas = documented``, on one page.

They hold for each account, region and group of operations, beside what instances have bought.
Source: facts/kms.md 8; secrets, aliases and tags as listed there.
"""

from dataclasses import dataclass

from keylease.core.clock import HOUR, MachineClock
from keylease.runtime.rates import RateLimiter
from keylease.runtime.sharing import FairRates, FairShares


@dataclass(frozen=True, slots=True)
class Group:
    """Operations that share a quota of ``requests`` in ``seconds``."""

    name: str
    requests: int
    operations: frozenset[str]
    seconds: int = 1


def _group(name: str, requests: int, operations: str, seconds: int = 1) -> Group:
    return Group(name, requests, frozenset(operations.split()), seconds)


GROUPS = (
    _group("activation", 1, "OpenKmsService DescribeAccountKmsStatus"),
    _group("instance write", 10, "ConnectKmsInstance UpdateKmsInstanceBindVpc ReleaseKmsInstance"),
    _group(
        "instance read",
        50,
        "GetKmsInstance ListKmsInstances GetDefaultKmsInstance GetKmsInstanceQuotaInfos",
    ),
    _group(
        "key read",
        50,
        "GetParametersForImport DescribeKey ListKeys DescribeKeyVersion ListKeyVersions "
        "GetPublicKey ListAliases ListAliasesByKeyId ListTagResources DescribeRegions",
    ),
    _group("tag query", 300, "ListResourceTags"),
    _group("create key", 10, "CreateKey"),
    _group(
        "key write",
        30,
        "CreateAlias UpdateAlias DeleteAlias TagResource UntagResource TagResources "
        "UntagResources UpdateKeyDescription EnableKey DisableKey ScheduleKeyDeletion "
        "CancelKeyDeletion SetDeletionProtection CreateKeyVersion UpdateRotationPolicy "
        "ImportKeyMaterial DeleteKeyMaterial",
    ),
    _group(
        "symmetric",
        1_000,
        "Encrypt Decrypt GenerateDataKey GenerateDataKeyWithoutPlaintext "
        "GenerateAndExportDataKey ExportDataKey",
    ),
    _group("re-encrypt", 750, "ReEncrypt"),
    _group(
        "asymmetric", 200, "AsymmetricEncrypt AsymmetricDecrypt AsymmetricSign AsymmetricVerify"
    ),
    _group("secret create and delete", 10, "CreateSecret DeleteSecret"),
    _group("secret value", 450, "GetSecretValue"),
    _group("secret metadata", 40, "ListSecrets DescribeSecret ListSecretVersionIds"),
    _group("secret rotation", 50, "RotateSecret", HOUR),
)

#: The group of each operation that has one.
GROUP_OF = {operation: group for group in GROUPS for operation in group.operations}


class AccountQuotas:
    """Limits accounts like the original. What is counted by the hour, each process counts alone."""

    def __init__(self, machine: MachineClock, shares: FairShares) -> None:
        self._by_second = FairRates(RateLimiter(machine), shares)
        self._by_hour = RateLimiter(machine, burst=HOUR)

    def admit(self, account_id: str, region: str, operation: str) -> None:
        """Count one; Refusal Rejected.Throttling (429) beyond the quota of its group."""
        group = GROUP_OF.get(operation)
        if group is None:
            return
        limiter = self._by_second if group.seconds == 1 else self._by_hour
        subject = f"{account_id}:{region}:{group.name}"
        limiter.admit(subject, group.requests / group.seconds)
