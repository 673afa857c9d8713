"""The one point that every operation passes before it touches anything: may this caller do it?

So far an account may do everything to what it owns, and a service may encrypt and decrypt with
the default keys of the account that it acts for. Policies will be decided here. The existence of
what is asked for is decided before, with the same answer for "not yours" and "not there".
Source: rules.md 2 (order of checks), mission M1 and K7.
"""

from dataclasses import dataclass

from keylease.access.accounts import Principal
from keylease.core.errors import Code, Refusal

#: The service whose default key every service may use.
SHARED_SERVICE = "kms"

#: What a service may do, and only with a default key.
SERVICE_OPERATIONS = frozenset(
    {
        "Encrypt",
        "Decrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "DescribeKey",
        "GetCallerIdentity",
    }
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, for which region, from which address."""

    principal: Principal
    region: str
    peer: str = ""


def admit(principal: Principal, operation: str) -> None:
    """Refuse with Forbidden.NoPermission (403) what this caller may never do."""
    if principal.service and operation not in SERVICE_OPERATIONS:
        raise Refusal(
            Code.NO_PERMISSION,
            f"{operation} is refused to the service {principal.service}: it may only encrypt and "
            "decrypt with default keys.",
        )


def admit_key_use(principal: Principal, *, is_default: bool, service: str = "") -> None:
    """Refuse client-side use of a default key, and a service's use of any but its own.

    ``service`` names the service whose key it is. A service uses its own key, the one of ``kms``,
    which all share, and the default master key of the account.
    """
    if is_default and not principal.service:
        raise Refusal(
            Code.NO_PERMISSION,
            "A default key serves server-side encryption by services only: buy an instance and "
            "create a key in it to encrypt on your own.",
        )
    if principal.service and not (
        is_default and service in {"", SHARED_SERVICE, principal.service}
    ):
        raise Refusal(
            Code.NO_PERMISSION,
            f"The service {principal.service} may only use its own default keys.",
        )


def admit_secret_use(principal: Principal, action: str, arn: str) -> None:
    """Refuse with Forbidden.NoPermission (403) what this caller may not do to a secret of his.

    So far an account may do everything; services never get here (`admit`). Policies decide here,
    about ``kms:<action>`` on the resource ``arn``.
    """
    del principal, action, arn
