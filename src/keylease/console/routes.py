"""Every address of the consoles, and what answers there."""

from dataclasses import dataclass

from keylease.console.pages import instances, overview
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

_BUYING: Routes = ()

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
