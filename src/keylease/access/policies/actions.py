"""Which permission an operation needs, and on what. Source: facts/kms.md 6.2, 6.4.

In general ``kms:<operation>`` on what the call names; this table has the rest.
"""

from dataclasses import dataclass
from enum import StrEnum


class Target(StrEnum):
    """What a permission must be given on."""

    SUBJECT = "what the call names, or the container that it makes or lists things in"
    SOURCE_KEY = "the key that the ciphertext was made with"
    DESTINATION_KEY = "the key that the new ciphertext is made with"
    PROTECTING_KEY = "the key that protects the secret"


@dataclass(frozen=True, slots=True)
class Need:
    """A permission that a call needs."""

    action: str
    target: Target


_READ_SECRET = (
    Need("kms:GetSecretValue", Target.SUBJECT),
    Need("kms:Decrypt", Target.PROTECTING_KEY),
)


def _write_secret(operation: str) -> tuple[Need, ...]:
    return (
        Need(f"kms:{operation}", Target.SUBJECT),
        Need("kms:GenerateDataKey", Target.PROTECTING_KEY),
    )


#: What is not ``kms:<operation>`` on its subject. Each secret of a batch needs the same alone.
NEEDS: dict[str, tuple[Need, ...]] = {
    "DescribeRegions": (),
    "GetCallerIdentity": (),
    "ReEncrypt": (
        Need("kms:ReEncryptFrom", Target.SOURCE_KEY),
        Need("kms:ReEncryptTo", Target.DESTINATION_KEY),
    ),
    "GetSecretValue": _READ_SECRET,
    "BatchGetSecretValue": _READ_SECRET,
    "CreateSecret": _write_secret("CreateSecret"),
    "PutSecretValue": _write_secret("PutSecretValue"),
}


def needs(operation: str, *, shared_gateway_session: bool = False) -> tuple[Need, ...]:
    """The permissions that a call of this operation needs, all of them.

    ``shared_gateway_session``: the caller is a role's session and came through the shared
    gateway; reading a secret then needs no permission on its key.
    """
    found = NEEDS.get(operation)
    if found is None:
        return (Need(f"kms:{operation}", Target.SUBJECT),)
    return found[:1] if shared_gateway_session and found is _READ_SECRET else found
