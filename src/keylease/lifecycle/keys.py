"""What time does to keys: rotation, deletion, the expiry of imported material. rules.md 2.

A deletion that its owner scheduled is carried out on its day also while the instance is expired.
Rotation waits while the key, or the instance that it is in, cannot be used.
"""

from collections.abc import Sequence
from dataclasses import replace

from keylease.core.agenda import Appointment
from keylease.core.errors import Refusal
from keylease.custody.erasing import ERASE
from keylease.custody.keys import lookup, rotation
from keylease.custody.keys.creation import require_default_rotation, require_quota
from keylease.custody.keys.importing import without_material
from keylease.custody.keys.material import NotPrepared, Prepared
from keylease.custody.keys.model import Key
from keylease.custody.keys.removal import destroy
from keylease.custody.keys.states import KEY_LIFE, KeyEvent, KeyState
from keylease.lifecycle.work import Work


def rotate_due(work: Work, due: Sequence[Appointment]) -> None:
    """Rotate the keys whose time has come; one that cannot now is planned by who enables it."""
    for key in _found(work, due):
        if key.rotate_at is None or key.rotate_at > work.now:
            continue
        try:
            _require_rotation(work, key)
            _rotate(work, key)
        except Refusal:
            _try_again(work, key)


def delete_due(work: Work, due: Sequence[Appointment]) -> None:
    """Destroy the keys whose deletion is due."""
    gone = [key for key in _found(work, due) if key.is_gone(work.now)]
    destroy(work, gone)
    if gone:
        work.agenda.add([Appointment(ERASE, gone[0].id, work.now)])


def expire_material_due(work: Work, due: Sequence[Appointment]) -> None:
    """Destroy imported material that expired; the key waits for it again."""
    for key in _found(work, due):
        expires = key.material_expires_at
        if expires is not None and expires <= work.now:
            without_material(work, replace(key, state=key.state_at(work.now)))


def _require_rotation(work: Work, key: Key) -> None:
    KEY_LIFE.after(key.state_at(work.now), KeyEvent.ROTATE, key.id)
    lookup.require_usable_place(work, key)
    if key.is_default:
        require_default_rotation(work, key)
        return
    instance = work.instances.find(key.instance_id, lock=True)
    if instance is not None:
        require_quota(work, instance)


def _rotate(work: Work, key: Key) -> None:
    """Symmetric keys take milliseconds to make, in a token too: nobody has to wait for them.

    A token that is lost refuses before anything is written.
    """
    try:
        rotation.rotate(work, key)
    except NotPrepared as first:
        made = first.prepare()
        rotation.rotate(work, key, made if isinstance(made, Prepared) else None)


def _try_again(work: Work, key: Key) -> None:
    """An enabled key that cannot rotate now is tried a day later: no quota, instance expired, ….

    One that is not enabled is planned anew when its owner enables it.
    """
    if key.state_at(work.now) is KeyState.ENABLED:
        later = work.now + rotation.RETRY
        work.agenda.add([Appointment(rotation.ROTATE_KEY, key.id, later)])
        work.keys.update(replace(key, rotate_at=later))


def _found(work: Work, due: Sequence[Appointment]) -> list[Key]:
    found = work.keys.find_many({one.subject for one in due}, lock=True)
    return [found[one.subject] for one in due if one.subject in found]
