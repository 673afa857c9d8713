"""The documented quotas are one table. Source: facts/kms.md 8."""

from contextlib import suppress

import pytest

from keylease.core.clock import HOUR
from keylease.core.errors import Refusal
from keylease.runtime.quotas import GROUP_OF, GROUPS, AccountQuotas
from keylease.runtime.sharing import FairShares
from machine import HeldMachine

ADA, REGION = "1000000000000001", "cn-hangzhou"


def admitted(quotas: AccountQuotas, operation: str, times: int, region: str = REGION) -> int:
    done = 0
    for _ in range(times):
        with suppress(Refusal):
            quotas.admit(ADA, region, operation)
            done += 1
    return done


def test_no_operation_is_in_two_groups() -> None:
    assert len(GROUP_OF) == sum(len(group.operations) for group in GROUPS)


@pytest.mark.parametrize(
    ("operation", "requests"),
    [
        ("OpenKmsService", 1),
        ("ConnectKmsInstance", 10),
        ("GetKmsInstance", 50),
        ("GetPublicKey", 50),
        ("ListResourceTags", 300),
        ("CreateKey", 10),
        ("CreateAlias", 30),
        ("Encrypt", 1_000),
        ("ReEncrypt", 750),
        ("AsymmetricSign", 200),
        ("CreateSecret", 10),
        ("GetSecretValue", 450),
        ("ListSecrets", 40),
        ("RotateSecret", 50),
    ],
)
def test_a_group_takes_what_is_documented(operation: str, requests: int) -> None:
    assert admitted(AccountQuotas(HeldMachine(), FairShares()), operation, 2_000) == requests


def test_operations_of_a_group_share_its_quota_and_regions_do_not() -> None:
    quotas = AccountQuotas(HeldMachine(), FairShares())
    assert admitted(quotas, "GetKmsInstance", 30) == 30
    assert admitted(quotas, "ListKmsInstances", 30) == 20
    assert admitted(quotas, "ListKmsInstances", 30, "cn-beijing") == 30


def test_rotations_are_counted_by_the_hour() -> None:
    machine = HeldMachine()
    quotas = AccountQuotas(machine, FairShares())
    assert admitted(quotas, "RotateSecret", 60) == 50
    machine.advance(HOUR / 2)
    assert admitted(quotas, "RotateSecret", 60) == 25


def test_what_no_text_limits_is_not_limited() -> None:
    assert admitted(AccountQuotas(HeldMachine(), FairShares()), "GenerateMac", 5_000) == 5_000
