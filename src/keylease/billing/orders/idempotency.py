"""The same token and the same parameters give the first answer, for ever after. rules.md 4."""

from collections.abc import Callable, Mapping
from typing import Any

from keylease.billing.orders.ports import ClientTokens, FirstAnswer
from keylease.core.errors import Code, Refusal

TOKEN_CHARACTERS_MAX = 64


def once(
    tokens: ClientTokens,
    account_id: str,
    token: str,
    operation: str,
    fingerprint: str,
    act: Callable[[], Mapping[str, Any]],
) -> Mapping[str, Any]:
    """What ``act`` answers, or answered when this token was first used with success.

    An empty token promises nothing. Refusals: InvalidParameter for a token that is not ASCII or
    too long, IdempotentParameterMismatch when it was used for something else.
    """
    if not token:
        return act()
    if len(token) > TOKEN_CHARACTERS_MAX or not token.isascii():
        raise Refusal(
            Code.INVALID_PARAMETER,
            "ClientToken takes at most {most} ASCII characters.",
            most=TOKEN_CHARACTERS_MAX,
        )
    first = tokens.find(account_id, token)
    if first is None:
        answer = act()
        tokens.add(account_id, token, FirstAnswer(operation, fingerprint, answer))
        return answer
    if first.operation != operation:
        raise Refusal(
            Code.TOKEN_MISMATCH,
            "This ClientToken was used with {operation}: use a new one.",
            operation=first.operation,
        )
    if first.fingerprint != fingerprint:
        raise Refusal(
            Code.TOKEN_MISMATCH,
            "This ClientToken was used with other parameters: use a new one, or send the same.",
        )
    return first.answer
