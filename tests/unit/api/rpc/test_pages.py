"""Page tokens: what was made up goes on in a list of one's own, or is refused."""

import base64

import pytest

from keylease.access.accounts import Principal
from keylease.api.rpc.arguments import Arguments
from keylease.api.rpc.billing.pages import TokenPage
from keylease.api.rpc.call import Call, Family
from keylease.api.rpc.operations import OPERATIONS
from keylease.core.errors import Code, Refusal


def page(token: str = "", key_type: object = int) -> TokenPage:
    call = Call(
        request_id="R",
        operation=OPERATIONS[Family.BILLING.value, "QuerySettleBill"],
        principal=Principal("1000000000000001"),
        access_key_id="LTAI1",
        region="cn-hangzhou",
        peer="127.0.0.1",
        nonce="n",
        timestamp=0.0,
        arguments=Arguments({"NextToken": token} if token else {}),
    )
    return TokenPage(call, "2026-01", key_type)


def made_up(body: bytes) -> str:
    """As anybody can who reads how the check is made."""
    return base64.urlsafe_b64encode(page()._check(body) + body).decode()


def test_a_token_goes_on_where_the_page_ended() -> None:
    token = page().data(3, 7, more=True)["NextToken"]
    assert (page(token).total, page(token).key) == (3, 7)


@pytest.mark.parametrize(
    ("body", "key_type"),
    [
        (b"[1,9223372036854775808]", int),
        (b"[9223372036854775808,1]", int),
        (b"[1,-9223372036854775809]", int),
        (b'[1,["a","\\u0000"]]', tuple[str, str]),
        (b'[1,["a","\xff"]]', tuple[str, str]),
        (b"[" * 9_000, int),
        (b"[1]", int),
    ],
)
def test_a_made_up_token_that_no_engine_can_look_for_is_refused(
    body: bytes, key_type: object
) -> None:
    with pytest.raises(Refusal) as refused:
        page(made_up(body), key_type)
    assert refused.value.code is Code.INVALID_PARAMETER
