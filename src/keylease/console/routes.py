"""Every address of the consoles, and what answers there."""

from dataclasses import dataclass

from keylease.console.pages import (
    buying,
    by_use,
    instances,
    overview,
    paying,
    renewing,
    terms,
    upgrading,
)
from keylease.console.visit import Act, Show


@dataclass(frozen=True, slots=True)
class View:
    """A page: it is read, and changes nothing."""

    path: str
    show: Show


@dataclass(frozen=True, slots=True)
class Action:
    """What a form does. If it is refused, ``back`` is shown again and says why."""

    path: str
    act: Act
    back: View


Routes = tuple[View | Action, ...]

_INSTANCE = View("/instances/{instance_id}", instances.details)
_INSTANCES: Routes = (
    View("/instances", instances.listed),
    _INSTANCE,
    Action("/instances/{instance_id}/enable", instances.enable, _INSTANCE),
    Action("/instances/{instance_id}/rename", instances.rename, _INSTANCE),
    Action("/instances/{instance_id}/protection", instances.protect, _INSTANCE),
)

_KEYS: Routes = ()

_SECRETS: Routes = ()

_APPLICATIONS: Routes = ()

_SUBSCRIPTION = View("/buy/subscription", buying.subscription)
_BY_USE = View("/buy/pay-as-you-go/confirm", by_use.confirm)
_RENEW = View("/instances/{instance_id}/renew", renewing.show)
_AUTO_RENEWAL = View("/instances/{instance_id}/auto-renewal", renewing.show_automatic)
_UPGRADE = View("/instances/{instance_id}/upgrade", upgrading.show)
_PAY = View("/orders/{order_id}/pay", paying.show)
_BUYING: Routes = (
    View("/buy", buying.choose),
    _SUBSCRIPTION,
    Action("/buy/subscription", buying.order, _SUBSCRIPTION),
    View("/buy/pay-as-you-go", by_use.show),
    View("/buy/trial", by_use.show_trial),
    _BY_USE,
    Action("/buy/pay-as-you-go/confirm", by_use.buy, _BY_USE),
    _RENEW,
    Action("/instances/{instance_id}/renew", renewing.order, _RENEW),
    _AUTO_RENEWAL,
    Action("/instances/{instance_id}/auto-renewal", renewing.set_automatic, _AUTO_RENEWAL),
    _UPGRADE,
    Action("/instances/{instance_id}/upgrade", upgrading.order, _UPGRADE),
    _PAY,
    Action("/orders/{order_id}/pay", paying.pay, _PAY),
    Action("/orders/{order_id}/cancel", paying.cancel, _PAY),
    View("/terms", terms.show),
)

_EXPENSES: Routes = ()

_CALENDAR: Routes = ()

#: Below ``/console``.
CUSTOMER: Routes = (
    View("/", overview.show),
    *_INSTANCES,
    *_KEYS,
    *_SECRETS,
    *_APPLICATIONS,
    *_BUYING,
    *_EXPENSES,
    *_CALENDAR,
)

#: Below ``/operator``.
OPERATOR: Routes = (View("/", overview.operator),)
