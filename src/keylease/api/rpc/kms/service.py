"""DescribeRegions, DescribeAccountKmsStatus, OpenKmsService."""

from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.core.errors import Code, Refusal
from keylease.core.regions import REGIONS


def describe_regions(_call: Call, _work: ApiWork) -> tuple[Answer, str]:
    """Every region that is offered."""
    return {"Regions": {"Region": [{"RegionId": one} for one in REGIONS]}}, ""


def describe_account_kms_status(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Whether the account has opened the service, and whether it is in debt."""
    account = work.accounts.find(call.account_id)
    if account is not None and account.debt_since is not None:
        return {"AccountStatus": "InDebt"}, ""
    is_open = account is not None and account.kms_opened_at is not None
    return {"AccountStatus": "Enabled" if is_open else "NotEnabled"}, ""


def get_challenge(_call: Call, _work: ApiWork) -> tuple[Answer, str]:
    """GetChallenge begins the attestation of an enclave, which is not offered."""
    raise Refusal(
        Code.UNSUPPORTED, "This action is not supported: attested enclaves are not offered."
    )


def open_kms_service(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Open the service; 400 Forbidden.Opened when it is open, as accounts made here are."""
    account = work.accounts.lock(call.account_id)
    if account.kms_opened_at is not None:
        raise Refusal(Code.SERVICE_ALREADY_OPEN, "Your kms service has been opened.")
    work.accounts.open_kms(account.id, work.now)
    return {}, ""
