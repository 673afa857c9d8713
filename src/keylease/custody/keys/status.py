"""Enabling, disabling and describing keys; scheduling and cancelling their deletion.

Source: facts/kms-api.md D.2 and A.2 (Deletion), facts/kms.md 4.2 and 4.3.
"""

from collections.abc import Callable
from dataclasses import replace

from keylease.core.agenda import Appointment
from keylease.core.clock import DAY
from keylease.core.errors import Code, Parameter, Refusal
from keylease.custody.keys import lookup
from keylease.custody.keys.model import Key, check_description
from keylease.custody.keys.rotation import ROTATE_KEY, plan_rotation
from keylease.custody.keys.states import KEY_LIFE, KeyEvent, KeyState
from keylease.custody.work import CustodyWork

DELETION_DAYS_MIN, DELETION_DAYS_MAX = 7, 366

#: The appointment to delete a key for good.
DELETE_KEY = "key_deletion"


def change(
    work: CustodyWork, account_id: str, region: str, name: str, change: Callable[[Key], Key]
) -> Key:
    """Change what is written of a key; Refusals as its life and its instance say."""
    key = lookup.changeable(work, account_id, region, name)
    changed = change(key)
    if changed != key:
        work.keys.update(changed)
        work.changed("key", key.id)
    return changed


def enable(work: CustodyWork, account_id: str, region: str, name: str) -> Key:
    """EnableKey; a rotation that became due meanwhile is made up for."""

    def enabled(key: Key) -> Key:
        state = _after(work, key, KeyEvent.ENABLE)
        changed = replace(key, state=state)
        return changed if state is key.state else plan_rotation(work, changed)

    return change(work, account_id, region, name, enabled)


def disable(work: CustodyWork, account_id: str, region: str, name: str) -> Key:
    """DisableKey; automatic rotation is suspended."""
    return change(
        work,
        account_id,
        region,
        name,
        lambda key: replace(key, state=_after(work, key, KeyEvent.DISABLE)),
    )


def describe(work: CustodyWork, account_id: str, region: str, name: str, text: str) -> Key:
    """UpdateKeyDescription."""

    def described(key: Key) -> Key:
        _after(work, key, KeyEvent.CHANGE_METADATA)
        return replace(key, description=check_description(text))

    return change(work, account_id, region, name, described)


def schedule_deletion(work: CustodyWork, account_id: str, region: str, name: str, days: int) -> Key:
    """ScheduleKeyDeletion, so many days of 24 hours from now; Refusals."""
    if not DELETION_DAYS_MIN <= days <= DELETION_DAYS_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes {least} to {most}.",
            name=Parameter("PendingWindowInDays"),
            least=DELETION_DAYS_MIN,
            most=DELETION_DAYS_MAX,
        )

    def scheduled(key: Key) -> Key:
        state = _after(work, key, KeyEvent.SCHEDULE_DELETION)
        if key.deletion_protection:
            raise Refusal(
                Code.REJECTED_UNSUPPORTED,
                "The key {key} is protected from deletion: switch that off first "
                "(SetDeletionProtection).",
                key=key.id,
            )
        due = work.now + days * DAY
        work.agenda.void(key.id, (ROTATE_KEY,))
        work.agenda.add([Appointment(DELETE_KEY, key.id, due)])
        return replace(key, state=state, delete_at=due)

    return change(work, account_id, region, name, scheduled)


def cancel_deletion(work: CustodyWork, account_id: str, region: str, name: str) -> Key:
    """CancelKeyDeletion, also while the instance is expired; the key is enabled afterwards.

    One without material waits for it again.
    """
    key = lookup.owned(work, account_id, region, name, lock=True)
    state = _after(work, key, KeyEvent.CANCEL_DELETION)
    work.agenda.void(key.id, (DELETE_KEY,))
    if not has_material(work, key):
        state = KeyState.PENDING_IMPORT
    key = plan_rotation(work, replace(key, state=state, delete_at=None))
    work.keys.update(key)
    work.changed("key", key.id)
    return key


def protect(
    work: CustodyWork, account_id: str, region: str, name: str, description: str, *, on: bool
) -> Key:
    """SetDeletionProtection of a key; not while its deletion is scheduled."""

    def protected(key: Key) -> Key:
        _after(work, key, KeyEvent.CHANGE_METADATA)
        text = check_description(description) if on else ""
        return replace(key, deletion_protection=on, deletion_protection_description=text)

    return change(work, account_id, region, name, protected)


def has_material(work: CustodyWork, key: Key) -> bool:
    """Whether the key's primary version has material that has not expired."""
    version = work.keys.version(key.id, key.primary_version)
    expires = key.material_expires_at
    return bool(version and version.wrapped) and (expires is None or work.now < expires)


def _after(work: CustodyWork, key: Key, event: KeyEvent) -> KeyState:
    return KEY_LIFE.after(key.state_at(work.now), event, key.id)
