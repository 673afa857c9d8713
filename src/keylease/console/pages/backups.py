"""Backups: what there is, one more, and back into an instance. Facts: facts/kms.md 7."""

from keylease.console.pages.asking import require_typed
from keylease.console.pages.doing import operate
from keylease.console.pages.instances import instances_of, is_usable
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.core.terms import Phase
from keylease.custody.backups.model import BackupKind
from keylease.lifecycle.own_backups import delete_own, make_own, restore_own

_LIST = "/console/backups"

KINDS = {
    BackupKind.AUTOMATIC: "Each night",
    BackupKind.MANUAL: "Made by hand",
    BackupKind.IMPORTED: "Imported",
}


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The account's backups in the region, newest first."""
    found, total = work.backups.page(
        visit.account_id, work.now, visit.offset, PAGE_SIZE, region=visit.region
    )
    instances = instances_of(work, visit.account_id)
    running = [one for one in instances if one.phase(work.now) is Phase.RUNNING]
    targets = [one for one in running if not one.edition.is_hardware and is_usable(one, work)]
    values = {
        "backups": found,
        "total": total,
        "instances": [(one.id, one.name) for one in running if one.region == visit.region],
        "names": {one.id: one.name for one in instances},
        "targets": [(one.id, f"{one.name} ({one.region})") for one in targets],
        "kinds": KINDS,
    }
    return Page("backups/list.html", "Backups", values)


def create(visit: Visit) -> Goto:
    """Back up an instance now."""
    instance_id = visit.given("instance")
    made = operate(
        visit,
        "CreateBackup",
        instance_id,
        lambda work: make_own(work, visit.account_id, instance_id),
    )
    return Goto(_LIST, "The backup {backup} is made.", {"backup": made.id})


def restore(visit: Visit) -> Goto:
    """Restore a backup into an instance: what is there already stays as it is."""
    backup_id, target = visit.path["backup_id"], visit.given("instance")
    done = operate(
        visit,
        "RestoreBackup",
        f"{backup_id} into {target}",
        lambda work: restore_own(work, visit.account_id, backup_id, target),
    )
    return Goto(
        _LIST,
        "Restored: {keys} keys and {secrets} secrets. Left as they are: {present}; skipped because "
        "their names are taken: {skipped}.",
        {
            "keys": f"{done.keys:,}",
            "secrets": f"{done.secrets:,}",
            "present": f"{done.present:,}",
            "skipped": f"{len(done.skipped):,}",
        },
    )


def delete(visit: Visit) -> Goto:
    """Destroy a backup, whose id is typed again."""
    backup_id = visit.path["backup_id"]
    require_typed(visit, backup_id)
    visit.change(
        "DeleteBackup", backup_id, lambda work: delete_own(work, visit.account_id, backup_id)
    )
    return Goto(_LIST, "The backup is destroyed.")
