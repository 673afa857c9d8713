"""Rotating the access key of a user of our own: made, tried, and the one before the last gone."""

import json
from dataclasses import replace

import pytest

from conftest import MakeDeployment
from keylease.app.accounts import create_account, credit
from keylease.app.deployment import Deployment
from keylease.app.rotation import StoredAccessKeys, outside_step
from keylease.core.agenda import Appointment
from keylease.custody.instances.states import InstanceState
from keylease.custody.secrets import rotation, stages
from keylease.custody.secrets.creation import NewSecret, create_secret
from keylease.custody.secrets.model import Rotation, SecretType
from keylease.custody.secrets.protection import revealed
from keylease.custody.secrets.rotation import ROTATE_OUTSIDE, step_subject
from keylease.lifecycle import purchase
from keylease.lifecycle.purchase import Purchase
from keylease.storage.source import SqlSource

REGION, NAME = "cn-hangzhou", "acs/ram/user/deploy"
CONFIG = json.dumps({"SecretSubType": "RamUserAccessKey", "UserName": "deploy"})
FIRST = {"AccessKeyId": "LTAIfirst", "AccessKeySecret": "first-secret"}


class Kept:
    """An account, a user's access key in it, and that in a secret."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.account_id = create_account(deployment, "ada").account.id
        credit(deployment, "ada", "1000.00")
        self.keys = StoredAccessKeys(deployment.database)
        self.keys.add(self.account_id, "deploy", *FIRST.values())
        bought = Purchase("kms_ddi_public_intl", 1, {}, "ManualRenewal")
        with deployment.database.begin() as work:
            instance_id = purchase.buy(work, self.account_id, REGION, bought).instance_id
            instance = work.instances.find(instance_id)
            assert instance is not None
            work.instances.update(replace(instance, state=InstanceState.CONNECTED))
            data = json.dumps({"AccessKeys": [FIRST]})
            asked = NewSecret(
                instance_id, "$Auto", "v1", data, type=SecretType.RAM, extended_config=CONFIG
            )
            made = create_secret(work, self.account_id, REGION, self.account_id, asked)
        assert made.name == NAME
        self.secret_id = made.id

    def begin(self, version_id: str) -> None:
        with self.deployment.database.begin() as work:
            secret = work.secrets.find(self.secret_id, lock=True)
            assert secret is not None
            rotation.begin(work, secret, version_id)

    def carry_out(self, version_id: str, attempt: int = 0) -> None:
        subject = step_subject(self.secret_id, version_id)
        step = Appointment(ROTATE_OUTSIDE, subject, 0, {"attempt": attempt})
        outside_step(self.deployment).carry_out(step)

    def value(self, stage: str) -> dict[str, str]:
        with self.deployment.database.read() as work:
            secret = work.secrets.find(self.secret_id)
            version = stages.holder(work.secrets.versions(self.secret_id), stage)
            assert secret is not None
            assert version is not None
            found: dict[str, str] = json.loads(revealed(work, secret, version))
            return found

    def signs_with(self, value: dict[str, str]) -> bool:
        """Whether the door would verify signatures with this access key."""
        held = SqlSource(self.deployment.database).credential(value["AccessKeyId"])
        return held is not None and held.secret == value["AccessKeySecret"]

    def state(self) -> Rotation:
        with self.deployment.database.read() as work:
            secret = work.secrets.find(self.secret_id)
            assert secret is not None
            return secret.rotation


@pytest.fixture
def kept(make_deployment: MakeDeployment) -> Kept:
    return Kept(make_deployment())


def test_a_new_key_is_current_and_the_one_before_goes_on_until_the_next(kept: Kept) -> None:
    kept.begin("v2")
    assert not kept.signs_with(kept.value(stages.PENDING)), "it is kept before it is told"
    kept.carry_out("v2")
    second = kept.value(stages.CURRENT)
    assert second["GenerateTimestamp"]
    assert kept.signs_with(second)
    assert kept.signs_with(FIRST)
    kept.begin("v3")
    kept.carry_out("v3")
    third = kept.value(stages.CURRENT)
    assert [kept.signs_with(one) for one in (FIRST, second, third)] == [False, True, True]
    assert kept.keys.owner(third["AccessKeyId"]) == (kept.account_id, "deploy")


def test_a_step_that_is_done_again_changes_nothing(kept: Kept) -> None:
    kept.begin("v2")
    kept.begin("v2")
    pending = kept.value(stages.PENDING)
    kept.keys.add(kept.account_id, "deploy", *list(pending.values())[:2])  # and then it was killed
    kept.carry_out("v2")
    kept.carry_out("v2")
    assert kept.value(stages.CURRENT) == pending
    assert kept.value(stages.PREVIOUS)["AccessKeyId"] == "LTAIfirst"


def test_a_key_that_is_not_the_users_is_left_alone(kept: Kept) -> None:
    kept.keys.remove("LTAIfirst")
    kept.keys.add(kept.account_id, "somebody", *FIRST.values())
    kept.begin("v2")
    for attempt in range(len(rotation.RETRIES)):
        kept.carry_out("v2", attempt)
        assert kept.state() is Rotation.DISABLED
    kept.carry_out("v2", len(rotation.RETRIES))
    assert kept.state() is Rotation.INVALID
    assert kept.signs_with(FIRST)
    assert not kept.signs_with(kept.value(stages.PENDING))
