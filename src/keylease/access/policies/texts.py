"""From the text of a policy to one that decides, and back.

What was compiled is kept: many users share a policy, and a key's is asked for at every call.
"""

import json
from functools import lru_cache
from typing import Any

from keylease.access.policies.compiled import CompiledPolicy, compile_policy
from keylease.access.policies.document import (
    PolicyDocument,
    Selection,
    Statement,
    parse_identity_policy,
    parse_resource_policy,
    parse_trust_policy,
)

#: Half a megabyte of statements at most for each of the longest policies that can be written.
_KEPT_MAX = 512


@lru_cache(maxsize=_KEPT_MAX)
def identity_policy(text: str) -> CompiledPolicy:
    """What a user, group or role may do; Refusal InvalidParameter."""
    return compile_policy(parse_identity_policy(text))


@lru_cache(maxsize=_KEPT_MAX)
def resource_policy(text: str) -> CompiledPolicy | None:
    """Who may do what with a key or secret; None for the default one, whose text is empty."""
    return compile_policy(parse_resource_policy(text)) if text else None


@lru_cache(maxsize=_KEPT_MAX)
def trust_policy(text: str) -> CompiledPolicy:
    """Who may assume a role; Refusal InvalidParameter."""
    return compile_policy(parse_trust_policy(text))


def document_text(document: PolicyDocument) -> str:
    """The text of an identity policy without conditions, like those of the system."""
    statements = [_statement(one) for one in document.statements]
    return json.dumps({"Version": "1", "Statement": statements}, indent=2)


def default_policy_text(account_id: str) -> str:
    """The policy of a key or secret that was given none: its owner's account may do everything."""
    statement = {
        "Sid": "kms default key policy",
        "Effect": "Allow",
        "Principal": {"RAM": [f"acs:ram::{account_id}:*"]},
        "Action": ["kms:*"],
        "Resource": ["*"],
    }
    return json.dumps({"Version": "1", "Statement": [statement]})


def _statement(one: Statement) -> dict[str, Any]:
    return {
        "Effect": one.effect.value,
        **_selection("Action", one.actions),
        **_selection("Resource", one.resources),
    }


def _selection(name: str, chosen: Selection) -> dict[str, list[str]]:
    return {f"Not{name}" if chosen.inverted else name: list(chosen.patterns)}
