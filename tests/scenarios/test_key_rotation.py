"""Rotation schedules, held equal to a naive simulation that looks at every day. kms.md 4.4."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import MakeDeployment
from keylease.app import clock
from keylease.app.deployment import Deployment
from keylease.core.clock import DAY
from keylease.core.errors import Refusal
from keylease.custody.instances.model import InstanceState
from keylease.custody.keys import rotation, status
from keylease.custody.keys.creation import NewKey, create_key
from keylease.storage.unit_of_work import UnitOfWork
from unit.lifecycle.tenant import Tenant

REGION = "cn-hangzhou"
DAYS = 60
KEYS = 6

#: What an owner does on a day: a verb, and the period of days for a rotation policy.
Act = tuple[int, str, int]

_ACTS = st.lists(
    st.tuples(
        st.integers(0, DAYS - 1),
        st.sampled_from(["policy", "off", "rotate", "disable", "enable", "delete", "cancel"]),
        st.integers(7, 25),
    ),
    max_size=8,
).map(lambda acts: sorted(acts, key=lambda act: act[0]))


@dataclass
class Naive:
    """A key as somebody with a calendar follows it; moments are seconds since it was made."""

    made: list[int]
    state: str = "Enabled"
    period: int | None = None

    def look(self, now: int) -> None:
        """Rotate if it is time for that."""
        if self.state == "Enabled" and self.period and now >= self.made[-1] + self.period:
            self.made.append(now)

    def act(self, now: int, verb: str, days: int) -> None:
        """What the owner does; what is not allowed in this state changes nothing."""
        match verb, self.state:
            case "policy", "Enabled":
                self.period = days * DAY
            case "off", "Enabled":
                self.period = None
            case "rotate", "Enabled":
                self.made.append(now)
            case "disable", "Enabled":
                self.state = "Disabled"
            case "enable", "Disabled":
                self.state = "Enabled"
            case "delete", "Enabled" | "Disabled":
                self.state = "PendingDeletion"
            case "cancel", "PendingDeletion":
                self.state = "Enabled"


def naive(acts: list[Act]) -> list[int]:
    """When versions are made; what is overdue when it is planned comes a second later."""
    key = Naive([0])
    for day in range(DAYS + 1):
        key.look(day * DAY)
        for _, verb, days in [act for act in acts if act[0] == day]:
            key.act(day * DAY, verb, days)
        key.look(day * DAY + 1)
    return key.made


def act(work: UnitOfWork, account: str, key_id: str, verb: str, days: int) -> None:
    """The same with the product."""
    place = work, account, REGION, key_id
    try:
        match verb:
            case "policy":
                _policy(work, key_id, days * DAY)
            case "off":
                _policy(work, key_id, None)
            case "rotate":
                key = work.keys.find(key_id)
                assert key is not None
                rotation.require_manual_rotation(work, key)
                rotation.rotate(work, key)
            case "disable":
                status.disable(*place)
            case "enable":
                status.enable(*place)
            case "delete":
                status.schedule_deletion(*place, 366)
            case "cancel":
                status.cancel_deletion(*place)
    except Refusal:
        pass  # not in this state


def _policy(work: UnitOfWork, key_id: str, interval: int | None) -> None:
    key = work.keys.find(key_id)
    assert key is not None
    if key.state == "Enabled":
        changed = replace(key, rotation_interval=interval)
        work.keys.update(rotation.plan_rotation(work, changed))


def test_versions_are_made_when_a_naive_calendar_says(make_deployment: MakeDeployment) -> None:
    deployment = make_deployment()
    account, instance = _instance(deployment)

    @settings(max_examples=8)
    @given(st.lists(_ACTS, min_size=KEYS, max_size=KEYS))
    def equal(lives: list[list[Act]]) -> None:
        start, _ = clock.show(deployment)
        keys = _in_one(deployment, lambda work: [_key(work, account, instance) for _ in lives])
        for day in sorted({one[0] for acts in lives for one in acts}):
            _move(deployment, start + day * DAY)
            for key, acts in zip(keys, lives, strict=True):
                for _, verb, days in [one for one in acts if one[0] == day]:
                    _in_one(deployment, lambda work: act(work, account, key, verb, days))  # noqa: B023 - called at once
            _move(deployment, start + day * DAY + 1)
        _move(deployment, start + DAYS * DAY + 1)
        with deployment.database.read() as work:
            for key, acts in zip(keys, lives, strict=True):
                versions, _ = work.keys.versions(key, 0, 1_000)
                made = sorted(one.created_at - start for one in versions)
                assert made == naive(acts)
        _in_one(deployment, lambda work: [_stop(work, key) for key in keys])

    equal()


def _instance(deployment: Deployment) -> tuple[str, str]:
    tenant = Tenant.arrive(deployment)
    instance_id = tenant.buy(12)
    for _ in range(5):
        tenant.renew(instance_id, 12)
    with deployment.database.begin() as work:
        found = work.instances.find(instance_id)
        assert found is not None
        work.instances.update(replace(found, state=InstanceState.CONNECTED))
    return tenant.account_id, instance_id


def _key(work: UnitOfWork, account: str, instance: str) -> str:
    return create_key(work, account, account, NewKey(instance)).id


def _stop(work: UnitOfWork, key_id: str) -> None:
    """No later life has to carry this one's rotations."""
    work.agenda.void(key_id, (rotation.ROTATE_KEY,))


def _in_one(deployment: Deployment, do: Callable[[UnitOfWork], object]) -> list[str]:
    with deployment.database.begin() as work:
        found = do(work)
    return found if isinstance(found, list) else []


def _move(deployment: Deployment, target: int) -> None:
    now, _ = clock.show(deployment)
    if target > now:
        clock.move(deployment, target, lambda _: None)
