"""Temporary credentials need their token, and end. Source: the documented codes of STS."""

import hashlib

import pytest

from keylease.access.accounts import Credential, Principal, require_token
from keylease.core.errors import Code, Refusal

TOKEN = "CAIS0123456789"
SESSION = Principal("1000000000000001", role="keeper", session="night")
TEMPORARY = Credential(
    "STS.1",
    "secret",
    SESSION,
    active=True,
    token_digest=hashlib.sha256(TOKEN.encode()).digest(),
    expires=1_000.0,
)
LASTING = Credential("LTAI1", "secret", Principal("1000000000000001"), active=True)


def test_the_right_token_holds_until_the_end() -> None:
    require_token(TEMPORARY, TOKEN, 999.9)
    require_token(LASTING, "", 1e12)


@pytest.mark.parametrize(
    ("credential", "token", "machine", "code"),
    [
        (TEMPORARY, "", 0.0, Code.TOKEN_MISSING),
        (TEMPORARY, TOKEN + "0", 0.0, Code.TOKEN_WRONG),
        (TEMPORARY, TOKEN.lower(), 0.0, Code.TOKEN_WRONG),
        (TEMPORARY, "\u00fc", 0.0, Code.TOKEN_WRONG),
        (TEMPORARY, TOKEN, 1_000.0, Code.TOKEN_EXPIRED),
        (TEMPORARY, "wrong", 1_000.0, Code.TOKEN_WRONG),
        (LASTING, TOKEN, 0.0, Code.TOKEN_WRONG),
    ],
)
def test_anything_else_is_refused_with_its_code(
    credential: Credential, token: str, machine: float, code: Code
) -> None:
    with pytest.raises(Refusal) as refused:
        require_token(credential, token, machine)
    assert refused.value.code is code
    assert not token or token not in refused.value.message


def test_each_principal_has_its_resource_name() -> None:
    account = "1000000000000001"
    assert Principal(account).arn == f"acs:ram::{account}:root"
    assert Principal(account, user="ann").arn == f"acs:ram::{account}:user/ann"
    assert Principal(account, "storage").arn == f"acs:ram::{account}:service/storage"
    assert SESSION.arn == f"acs:ram::{account}:assumed-role/keeper/night"
    application = Principal(account, access_point="acs:kms:cn-hangzhou:1:applicationaccesspoint/a")
    others = SESSION, application, Principal(account, "storage"), Principal(account, user="ann")
    assert Principal(account).is_root
    assert not any(one.is_root for one in others)
