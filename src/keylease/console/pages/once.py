"""Idempotency of forms: a form does what it does once, so that two clicks are one order.

Each time it is shown, a form holds a new token. When it is sent again, it gets its first answer.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from keylease.billing.orders import idempotency
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Permissions, Visit
from keylease.core.errors import Code, Refusal

#: The field that holds the token.
FIELD = "ClientToken"

#: Fields that do not say what is asked for.
_ASIDE = {FIELD, "form_token"}

Answer = Mapping[str, Any]


class _AlreadyDone(Exception):
    """The form was sent before: the transaction is rolled back, and nothing goes on record."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def require_first(visit: Visit, work: ConsoleWork) -> None:
    """Refuse a form that was sent before, where what it makes is shown once and cannot be again."""
    if visit.given(FIELD) and work.client_tokens.find(visit.account_id, visit.given(FIELD)):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "This form was sent before. What it makes is shown only once: if you did not keep it, "
            "make another.",
        )


def remember(visit: Visit, work: ConsoleWork) -> None:
    """That the form was sent, so that `require_first` refuses it from now on."""
    token = visit.given(FIELD)
    idempotency.once(work.client_tokens, visit.account_id, token, "ShowOnce", "", dict)


def change_once(
    visit: Visit,
    operation: str,
    account_id: str,
    resource: str | Callable[[Answer], str],
    do: Callable[[ConsoleWork], Answer],
    permissions: Permissions = None,
) -> Answer:
    """As `Visit.change` for an account, which is locked; ``do`` returns what JSON can hold."""

    def act(work: ConsoleWork) -> Answer:
        work.accounts.lock(account_id)
        done: list[Answer] = []

        def first() -> Answer:
            done.append(do(work))
            return done[0]

        token = visit.given(FIELD)
        answer = idempotency.once(
            work.client_tokens, account_id, token, operation, _fingerprint(visit), first
        )
        if not done:
            raise _AlreadyDone(answer)
        return answer

    concerns = account_id if visit.visitor.account is None else ""
    try:
        return visit.change(operation, resource, act, concerns, permissions)
    except _AlreadyDone as again:
        return again.answer
    except Refusal as refusal:
        if refusal.code is not Code.TOKEN_MISMATCH:
            raise
        raise Refusal(
            Code.INVALID_PARAMETER,
            "This form was sent before, with something else in it. Look, and try again.",
        ) from None


def _fingerprint(visit: Visit) -> str:
    """What was asked for, wherever it stands in the form."""
    asked = {name: value for name, value in visit.form.items() if name not in _ASIDE}
    return hashlib.sha256(json.dumps([visit.path, asked], sort_keys=True).encode()).hexdigest()
