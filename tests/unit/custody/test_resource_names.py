"""How keys and secrets are called by their resource names; what is none, or nobody's, is not there.

Source: facts/kms-api.md A.2.
"""

from collections.abc import Callable
from typing import Any

import pytest

from keylease.core.errors import Code, Refusal
from keylease.custody.keys import lookup as keys
from keylease.custody.resource_names import ResourceName, resource_name
from keylease.custody.secrets import lookup as secrets

ADA, BOB = "1000000000000001", "2000000000000002"
HERE, THERE = "cn-hangzhou", "cn-shanghai"
PLACE = f"acs:kms:{THERE}:{ADA}"


def test_a_resource_name_has_a_region_an_account_a_kind_and_a_name() -> None:
    assert resource_name(f"{PLACE}:secret/a/b:c") == ResourceName(THERE, ADA, "secret", "a/b:c")
    assert resource_name(f"acs:kms:{THERE}::key") == ResourceName(THERE, "", "key", "")


WRONG = [
    "key-1",
    "",
    "acs:kms",
    f"acs:kms:{THERE}:{ADA}",
    f"acs:ram:{THERE}:{ADA}:key/a",
    f"acs:kms:nowhere:{ADA}:key/a",
    f"arn:kms:{THERE}:{ADA}:key/a",
]


@pytest.mark.parametrize("text", WRONG)
def test_another_text_is_none(text: str) -> None:
    assert resource_name(text) is None
    assert keys.foreign_key(text, BOB) is None
    assert secrets.foreign_secret(text, BOB) is None


def test_a_name_says_the_region_itself() -> None:
    assert keys.named("key-1", ADA, HERE) == ("key-1", HERE)
    assert keys.named(f"{PLACE}:key/key-1", ADA, HERE) == ("key-1", THERE)
    assert keys.named(f"{PLACE}:alias/a/b", ADA, HERE) == ("alias/a/b", THERE)
    assert secrets.named("db", ADA, HERE) == ("db", HERE)
    assert secrets.named(f"{PLACE}:secret/a/b", ADA, HERE) == ("a/b", THERE)


NAMED: list[tuple[Callable[..., Any], Code, str]] = [
    (keys.named, Code.KEY_NOT_FOUND, "secret/db"),
    (secrets.named, Code.RESOURCE_NOT_FOUND, "key/key-1"),
]


@pytest.mark.parametrize(("named", "code", "other"), NAMED, ids=["key", "secret"])
def test_somebody_elses_another_kind_and_no_name_are_not_found(
    named: Callable[..., Any], code: Code, other: str
) -> None:
    theirs = f"acs:kms:{THERE}:{BOB}:key/a", f"acs:kms:{THERE}:{BOB}:secret/a"
    for text in (f"{PLACE}:{other}", *theirs, *(one for one in WRONG if one.startswith("acs:"))):
        with pytest.raises(Refusal) as caught:
            named(text, ADA, HERE)
        assert caught.value.code is code


def test_only_another_accounts_key_or_secret_is_foreign() -> None:
    assert keys.foreign_key(f"{PLACE}:key/key-1", BOB) == ("key-1", ADA)
    assert secrets.foreign_secret(f"{PLACE}:secret/a/b", BOB) == (ADA, THERE, "a/b")
    for text in (f"{PLACE}:key/key-1", f"{PLACE}:secret/a", f"acs:kms:{THERE}::key/key-1"):
        assert keys.foreign_key(text, ADA) is None
        assert secrets.foreign_secret(text, ADA) is None
    assert keys.foreign_key(f"{PLACE}:secret/a", BOB) is None
    assert keys.foreign_key(f"{PLACE}:alias/a", BOB) is None
    assert keys.foreign_key(f"{PLACE}:key/", BOB) is None
    assert keys.foreign_key(f"{PLACE}:key/{'k' * 65}", BOB) is None
    assert secrets.foreign_secret(f"{PLACE}:key/a", BOB) is None
