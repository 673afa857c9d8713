"""Enabling and disabling keys."""

from dataclasses import replace

from keylease.custody.keys import lookup
from keylease.custody.keys.model import Key
from keylease.custody.keys.states import KEY_LIFE, KeyEvent
from keylease.custody.work import CustodyWork


def apply(work: CustodyWork, account_id: str, region: str, name: str, event: KeyEvent) -> Key:
    """Carry out EnableKey or DisableKey; Refusals as the key's life and its instance say."""
    key = lookup.owned(work, account_id, region, name, lock=True)
    lookup.require_usable_place(work, key)
    changed = replace(key, state=KEY_LIFE.after(key.state, event, key.id))
    if changed != key:
        work.keys.update(changed)
        work.changed("key", key.id)
    return changed
