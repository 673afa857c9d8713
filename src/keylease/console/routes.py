"""Every address of the consoles, and what answers there."""

from dataclasses import dataclass

from keylease.console.pages import (
    instances,
    overview,
    secret_changes,
    secrets,
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

_SECRET = View("/secrets/{name:path}", secrets.details)
_CREATE_SECRET = View("/secrets/create", secrets.create)
_SECRETS: Routes = (
    View("/secrets", secrets.listed),
    _CREATE_SECRET,
    _SECRET,
    Action("/secrets/create", secret_changes.create, _CREATE_SECRET),
    Action("/secrets/reveal", secret_changes.reveal, _SECRET),
    Action("/secrets/add-version", secret_changes.add_version, _SECRET),
    Action("/secrets/make-current", secret_changes.make_current, _SECRET),
    Action("/secrets/rotate", secret_changes.rotate, _SECRET),
    Action("/secrets/rotation", secret_changes.set_rotation, _SECRET),
    Action("/secrets/description", secret_changes.describe, _SECRET),
    Action("/secrets/policy", secret_changes.set_policy, _SECRET),
    Action("/secrets/delete", secret_changes.delete, _SECRET),
    Action("/secrets/restore", secret_changes.restore, _SECRET),
)

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
