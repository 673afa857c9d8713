"""Rotations of secrets that get in each other's way, on both engines. facts/kms.md 5."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from contracts import samples
from contracts.keeper import Keeper
from contracts.samples import AT
from keylease.app.deployment import Deployment
from keylease.core.agenda import Appointment
from keylease.custody.secrets import rotation
from keylease.custody.secrets.creation import NewSecret, create_secret
from keylease.custody.secrets.model import Rotation, Secret, SecretType
from keylease.custody.secrets.rotation import RETRIES, ROTATE_OUTSIDE, ROTATE_SECRET
from keylease.custody.secrets.rotators import Change, RotationFailed
from keylease.lifecycle.secret_rotation import OutsideStep
from keylease.storage.unit_of_work import UnitOfWork

HOUR = 3_600
CONFIG = json.dumps({"SecretSubType": "RamUserAccessKey", "UserName": "app"})
ACCESS_KEY = json.dumps({"AccessKeys": [{"AccessKeyId": "LTAI1", "AccessKeySecret": "first"}]})


def test_a_rotation_planned_again_in_the_second_of_the_last_one_happens(work: UnitOfWork) -> None:
    secret = samples.secret(
        rotation=Rotation.ENABLED, rotation_interval=HOUR, rotated_at=AT - HOUR, delete_at=None
    )
    work.secrets.add(secret, [])
    work.agenda.add([Appointment(ROTATE_SECRET, secret.id, work.now)])
    (held,) = work.agenda.pending_of([secret.id], ROTATE_SECRET, work.now)
    work.agenda.finish([held.id])
    planned = rotation.plan(work, secret)
    (again,) = work.agenda.pending_of([secret.id], ROTATE_SECRET, work.now + 1)
    assert planned.rotate_at == again.appointment.due == work.now + 1


def test_a_rotation_is_planned_a_period_after_the_last_one(work: UnitOfWork) -> None:
    secret = samples.secret(
        rotation=Rotation.ENABLED, rotation_interval=HOUR, rotated_at=work.now - 60, delete_at=None
    )
    work.secrets.add(secret, [])
    assert rotation.plan(work, secret).rotate_at == work.now + HOUR - 60


@dataclass
class Rotating:
    """A secret of an access key with a rotation that has begun: its new version is v2."""

    deployment: Deployment
    account_id: str
    id: str

    @classmethod
    def begun(cls, deployment: Deployment) -> "Rotating":
        keeper = Keeper.arrive(deployment)
        instance_id = keeper.instance()
        asked = NewSecret(
            instance_id, "$Auto", "v1", ACCESS_KEY, type=SecretType.RAM, extended_config=CONFIG,
            rotation_interval=24 * HOUR,
        )  # fmt: skip
        account_id = keeper.account_id
        with deployment.database.begin() as work:
            secret = create_secret(work, account_id, "cn-hangzhou", account_id, asked)
            rotation.begin(work, secret, "v2")
        return cls(deployment, account_id, secret.id)

    def last_attempt(self, meanwhile: Callable[[], None]) -> None:
        """The last attempt to tell the outside fails, and that while something else happens."""
        step = Appointment(ROTATE_OUTSIDE, f"{self.id} v2", 0, {"attempt": len(RETRIES)})
        rotator = _Failing(meanwhile)
        OutsideStep(self.deployment.database, {SecretType.RAM: rotator}).carry_out(step)

    def finish(self) -> None:
        """What a node does whose attempt is successful."""
        with self.deployment.database.begin() as work:
            secret = work.secrets.find(self.id, lock=True)
            assert secret is not None
            rotation.finish(work, secret, work.secrets.versions(self.id), "v2")

    def destroy(self) -> None:
        with self.deployment.database.begin() as work:
            work.secrets.remove([self.id])

    def found(self) -> Secret | None:
        with self.deployment.database.read() as work:
            return work.secrets.find(self.id)

    def letters(self) -> list[str]:
        with self.deployment.database.read() as work:
            found, _ = work.letters.page(self.account_id, 0, 100)
        return [one.letter.kind.value for one in found if one.letter.kind == "rotation_failed"]


@dataclass
class _Failing:
    """Fits `keylease.custody.secrets.rotators.Rotator`; never successful."""

    meanwhile: Callable[[], None]

    def apply(self, change: Change) -> None:  # noqa: ARG002 - a port
        self.meanwhile()
        raise RotationFailed("the lease ended")

    def verify(self, change: Change) -> None:  # noqa: ARG002 - a port
        raise AssertionError("nothing was applied")


def test_an_attempt_that_fails_after_another_node_finished_changes_nothing(
    shared: Deployment,
) -> None:
    rotating = Rotating.begun(shared)
    rotating.last_attempt(rotating.finish)
    secret = rotating.found()
    assert secret is not None
    assert secret.rotation is Rotation.ENABLED
    assert secret.rotate_at == secret.updated_at + 24 * HOUR
    assert rotating.letters() == []


def test_the_last_attempt_that_fails_ends_the_rotation_and_is_told(shared: Deployment) -> None:
    rotating = Rotating.begun(shared)
    rotating.last_attempt(lambda: None)
    secret = rotating.found()
    assert secret is not None
    assert (secret.rotation, secret.rotate_at) == (Rotation.INVALID, None)
    assert rotating.letters() == ["rotation_failed"]


def test_a_rotation_that_was_given_up_is_begun_again_in_the_same_second(
    shared: Deployment,
) -> None:
    rotating = Rotating.begun(shared)
    rotating.last_attempt(lambda: None)
    subject = rotation.step_subject(rotating.id, "v2")
    with shared.database.begin() as work:
        done = work.agenda.pending_of([subject], ROTATE_OUTSIDE, work.now)
        work.agenda.finish([one.id for one in done])
        secret = work.secrets.find(rotating.id, lock=True)
        assert secret is not None
        rotation.begin(work, secret, "v2")
        (again,) = work.agenda.pending_of([subject], ROTATE_OUTSIDE, work.now + 1)
    assert len(done) == 1
    assert again.appointment.due == done[0].appointment.due + 1


def test_two_accounts_are_told_whose_secrets_of_one_name_fail_in_the_same_second(
    shared: Deployment,
) -> None:
    both = [Rotating.begun(shared) for _ in range(2)]
    for rotating in both:
        rotating.last_attempt(lambda: None)
    assert [rotating.letters() for rotating in both] == [["rotation_failed"]] * 2


def test_an_attempt_that_fails_for_a_secret_that_is_deleted_meanwhile_is_no_failure(
    shared: Deployment,
) -> None:
    rotating = Rotating.begun(shared)
    rotating.last_attempt(rotating.destroy)
    assert rotating.found() is None
    assert rotating.letters() == []
