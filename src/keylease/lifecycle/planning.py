"""What a paid term puts on the agenda: letters, expiry, release, and attempts to renew it."""

from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.billing.renewals.schedule import AUTO_RENEWAL, attempts_for
from keylease.custody.instances.model import Instance
from keylease.lifecycle.work import Work
from keylease.notifications.schedule import KINDS, for_term

#: Every kind that a paid term can put on the agenda of its instance.
EVERYTHING_PLANNED = (*KINDS, AUTO_RENEWAL)


def plan(work: Work, instance: Instance, setting: RenewalSetting) -> None:
    """Plan for the instance's present end; what was planned for another end is void.

    For a paid end that was restored, what is still to come of it is due again. rules.md 7.
    """
    work.agenda.void(instance.id, EVERYTHING_PLANNED)
    work.agenda.add(for_term(instance.id, instance.end, work.now, work.reminder_hour))
    if setting.mode is RenewalMode.AUTO:
        work.agenda.add(attempts_for(instance.id, instance.end, work.now, work.renewal_hour))


def plan_attempts(work: Work, instance: Instance, setting: RenewalSetting) -> None:
    """Plan only the attempts: the mode of renewal was changed, the end was not."""
    work.agenda.void(instance.id, (AUTO_RENEWAL,))
    if setting.mode is RenewalMode.AUTO:
        work.agenda.add(attempts_for(instance.id, instance.end, work.now, work.renewal_hour))
