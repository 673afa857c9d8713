"""Attempts to renew automatically. Source: rules.md 5, and rules.md 1 for what became overdue."""

from collections.abc import Sequence

from keylease.billing.catalog import quote
from keylease.billing.orders.model import subscription_of
from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.billing.renewals.schedule import AUTO_RENEWAL, attempts_for
from keylease.billing.wallet.payment import means_for
from keylease.core.agenda import Appointment
from keylease.core.errors import Code, Refusal
from keylease.core.terms import continued
from keylease.custody.instances.model import Instance
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.ordering import cancel_waiting
from keylease.lifecycle.renewal import next_configuration, renew_automatically
from keylease.lifecycle.work import Work


def attempt_due(work: Work, due: Sequence[Appointment]) -> None:
    """Make the attempts that are due; of several that became overdue only the last is made."""
    rows = work.agenda.pending_of({one.subject for one in due}, AUTO_RENEWAL, work.now)
    overtaken = {row.appointment.subject for row in rows if row.appointment.due > due[0].due}
    for one in due:
        instance = None if one.subject in overtaken else _locked(work, one.subject)
        if instance is None or instance.end != one.details["end"]:
            continue
        setting = work.renewal_settings.find_many([instance.id])[instance.id]
        if setting.mode is RenewalMode.AUTO:
            _attempt(work, instance, setting, one.due)


def _locked(work: Work, instance_id: str) -> Instance | None:
    """The instance, its account locked before it: the order that every purchase keeps."""
    found = work.instances.find(instance_id)
    if found is None:
        return None
    work.accounts.lock(found.account_id)
    return work.instances.find(instance_id, lock=True)


def _attempt(work: Work, instance: Instance, setting: RenewalSetting, due: int) -> None:
    if continued(instance.last_term, setting.months).end <= work.now:
        return  # months too late: nothing would be bought but the past
    cancel_waiting(work, instance.id)
    try:
        renew_automatically(work, instance, setting.months)
    except Refusal as refusal:
        if refusal.code is not Code.INSUFFICIENT_BALANCE:
            raise
        _tell_failure(work, instance, setting, due)


def _tell_failure(work: Work, instance: Instance, setting: RenewalSetting, due: int) -> None:
    account = work.accounts.lock(instance.account_id)
    _, book = work.price_books.current()
    price = quote(book, next_configuration(instance, work.now), account.currency, setting.months)
    to_come = attempts_for(instance.id, instance.end, work.now, work.renewal_hour)
    method = subscription_of(instance.product_type)
    means = means_for(work, account.id, account.currency, method, price.payable_amount)
    letter = Scribe(work).auto_renewal_failed(
        instance,
        due,
        months=setting.months,
        means=means,
        next_attempt=to_come[0].due if to_come else None,
    )
    work.letters.add([letter])
