"""Deletion protection of instances. Source: facts/kms.md 1.6, rules.md 7 (unsubscribe)."""

from dataclasses import replace

from keylease.custody.instances import lookup
from keylease.custody.instances.model import Instance
from keylease.custody.keys.model import check_description
from keylease.custody.work import CustodyWork


def protect(
    work: CustodyWork, account_id: str, instance_id: str, description: str, *, on: bool
) -> Instance:
    """SetDeletionProtection of a running instance, enabled or not; Refusals."""
    instance = lookup.owned(work.instances, account_id, instance_id, work.now, lock=True)
    instance.require_running(work.now)
    text = check_description(description) if on else ""
    changed = replace(instance, deletion_protection=on, deletion_protection_description=text)
    work.instances.update(changed)
    work.changed("instance", instance.id)
    return changed
