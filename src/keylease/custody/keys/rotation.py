"""Rotating keys: a new primary version, by a period or on demand. Source: facts/kms.md 4.4.

Old versions stay and decrypt what they encrypted. Automatic rotation is for symmetric keys that the
service made; it is *suspended* while the key is not enabled: what became due meanwhile is made up
for when the key is enabled again. A period counts from the last rotation.
"""

from dataclasses import replace

from keylease.core.agenda import Appointment
from keylease.core.clock import DAY
from keylease.core.errors import Code, Parameter, Refusal
from keylease.crypto.algorithms import ProtectionLevel
from keylease.crypto.providers import Storage
from keylease.custody.keys.material import Prepared, new_material, wrapped_version
from keylease.custody.keys.model import Key, KeyVersion
from keylease.custody.keys.states import KEY_LIFE, KeyEvent, KeyState
from keylease.custody.work import CustodyWork

INTERVAL_MIN, INTERVAL_MAX = 7 * DAY, 730 * DAY

#: Of an asymmetric key. facts/kms-api.md A.2 (Rotation and versions).
VERSIONS_MAX = 50

#: When a rotation that was not possible is tried again.
RETRY = DAY

#: The appointment to rotate a key.
ROTATE_KEY = "key_rotation"


def check_interval(seconds: int) -> int:
    """The period, if it is 7 to 730 days; Refusal InvalidParameter."""
    if not INTERVAL_MIN <= seconds <= INTERVAL_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The specified parameter {name} is not valid: it takes 7d to 730d.",
            name=Parameter("RotationInterval"),
        )
    return seconds


def require_rotatable(key: Key) -> None:
    """Refuse automatic rotation of keys that have none: Rejected.UnsupportedOperation."""
    if not key.key_spec.is_symmetric:
        raise Refusal(
            Code.REJECTED_UNSUPPORTED,
            "Unsupported operation: a {spec} key does not rotate by itself.",
            spec=key.spec,
        )
    if key.is_external:
        raise Refusal(Code.REJECTED_UNSUPPORTED, "Unsupported operation: its material is imported.")
    if key.is_service_managed:
        raise Refusal(
            Code.REJECTED_UNSUPPORTED,
            "Unsupported operation: the service {service} manages it.",
            service=key.service,
        )
    if key.protection is ProtectionLevel.HSM and key.storage != Storage.HSM_DATABASE:
        raise Refusal(
            Code.REJECTED_UNSUPPORTED,
            "Unsupported operation: only keys with KeyStorageMechanism {storage} rotate in "
            "hardware.",
            storage=Storage.HSM_DATABASE,
        )


def plan_rotation(work: CustodyWork, key: Key) -> Key:
    """The key with its next rotation on the agenda, or without any if it has no period.

    One that is overdue is due in a second: what was due now may have been done, without effect.
    """
    work.agenda.void(key.id, (ROTATE_KEY,))
    if key.rotation_interval is None:
        return replace(key, rotate_at=None)
    due = max(work.now + 1, key.rotated_at + key.rotation_interval)
    work.agenda.add([Appointment(ROTATE_KEY, key.id, due)])
    return replace(key, rotate_at=due)


def rotate(work: CustodyWork, key: Key, prepared: Prepared | None = None) -> tuple[Key, KeyVersion]:
    """Give an enabled key a new primary version, and plan the next one."""
    made = new_material(work, key.key_spec, key.protection, Storage(key.storage), prepared)
    version = wrapped_version(work, key, made, first=False)
    work.keys.add_version(version)
    key = plan_rotation(work, replace(key, primary_version=version.id, rotated_at=work.now))
    work.keys.update(key)
    work.changed("key", key.id)
    return key, version


def require_manual_rotation(work: CustodyWork, key: Key) -> None:
    """Refuse CreateKeyVersion where it is not offered; Refusals as documented, state included."""
    KEY_LIFE.after(key.state_at(work.now), KeyEvent.ROTATE, key.id)
    if key.is_external or key.is_service_managed:
        raise Refusal(
            Code.REJECTED_UNSUPPORTED,
            "Unsupported operation: a key whose material is imported, or that a service manages, "
            "gets no further version.",
        )
    if key.key_spec.is_symmetric:
        require_rotatable(key)
        return
    _, count = work.keys.versions(key.id, 0, 1)
    if count >= VERSIONS_MAX:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            "The key {key} has {most} versions, all it can have.",
            key=key.id,
            most=VERSIONS_MAX,
        )
    if work.now < key.rotated_at + work.key_version_pause:
        raise Refusal(
            Code.REJECTED_UNSUPPORTED,
            "Unsupported operation: the next version of this key can be made {days} days after the "
            "last one.",
            days=work.key_version_pause // DAY,
        )


def is_suspended(key: Key, now: int) -> bool:
    """Whether automatic rotation waits for the key to be enabled again."""
    return key.rotation_interval is not None and key.state_at(now) is not KeyState.ENABLED
