"""Destroying keys and their material for good. Source: facts/kms-api.md A.2, design.md 4.

The key's own wrapping key is destroyed first: what it wrapped cannot be opened again, here or in
any copy, once the root key was rotated. A hardware token that is away holds nothing up: what is
left in it is swept when it is back.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from keylease.core.agenda import Appointment
from keylease.core.clock import HOUR
from keylease.core.errors import Refusal
from keylease.crypto.algorithms import ProtectionLevel
from keylease.crypto.providers import Storage
from keylease.custody.erasing import ERASE
from keylease.custody.keys.model import Key, KeyVersion, key_scope
from keylease.custody.keys.rotation import ROTATE_KEY
from keylease.custody.keys.status import DELETE_KEY
from keylease.custody.work import CustodyWork, local_subject

#: Material that its owner deletes is overwritten there at the next full hour, all of it at once:
#: rewriting the files costs what they hold.
_ERASE_EVERY = HOUR

#: The appointment to delete imported material that expired.
EXPIRE_MATERIAL = "material_expiry"


def destroy(work: CustodyWork, keys: Sequence[Key]) -> None:
    """Destroy keys with their versions, aliases, tags; wrapping keys first."""
    if not keys:
        return
    ids = [key.id for key in keys]
    work.wrapping_keys.destroy([key_scope(one) for one in ids])
    for alias in work.aliases.of_keys(ids):
        work.changed("alias", local_subject(alias.account_id, alias.region, alias.name))
    for key in keys:
        with suppress(Refusal):
            destroy_in_token(work, key)
        work.agenda.void(key.id, (ROTATE_KEY, DELETE_KEY, EXPIRE_MATERIAL))
        work.changed("key", key.id)
    work.keys.remove(ids)


def destroy_material(work: CustodyWork, key: Key) -> None:
    """Overwrite the material of an imported key; its versions stay, and wait for it again."""
    for version in _versions(work, key):
        if version.wrapped:
            work.keys.update_version(replace(version, wrapped=b""))
    work.agenda.add([Appointment(ERASE, key.id, work.now + _ERASE_EVERY - work.now % _ERASE_EVERY)])
    with suppress(Refusal):
        destroy_in_token(work, key)


def destroy_in_tokens(work: CustodyWork, instance_ids: Sequence[str]) -> None:
    """Destroy what a hardware token keeps of these instances' keys."""
    for version_id in work.keys.in_token(instance_ids):
        with suppress(Refusal):
            work.providers.hardware().destroy(version_id)


def destroy_in_token(work: CustodyWork, key: Key) -> None:
    """Destroy what a hardware token keeps of a key; Refusal if it is away."""
    if key.protection is ProtectionLevel.HSM and key.storage == Storage.HSM_INTERNAL:
        provider = work.providers.of(key.protection)
        for version in _versions(work, key):
            provider.destroy(version.id)


def _versions(work: CustodyWork, key: Key) -> Sequence[KeyVersion]:
    return work.keys.versions(key.id, 0, 1_000)[0]
