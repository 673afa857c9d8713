"""Finding an instance for its owner: another account's id answers exactly like an unknown one."""

from keylease.core.errors import Code, Refusal
from keylease.core.terms import Phase
from keylease.custody.instances.model import Instance
from keylease.custody.instances.ports import Instances


def owned(
    instances: Instances,
    account_id: str,
    instance_id: str,
    now: int,
    *,
    lock: bool = False,
    status: int = 404,
    code: Code = Code.INSTANCE_NOT_FOUND,
    services: bool = False,
) -> Instance:
    """The account's instance, or a Refusal with ``code`` and ``status``.

    A value-added service is found only where ``services`` count as instances: in billing.

    An instance whose release is due answers like a released one, whether or not the work of
    releasing it has been carried out. Source: rules.md 2 (order of checks, release).
    """
    instance = instances.find(instance_id, lock=lock)
    if instance is None or instance.account_id != account_id or _gone(instance, now):
        raise Refusal(code, "The specified DKMS Instance is not found.", status=status)
    if instance.edition.is_service and not services:
        raise Refusal(code, "The specified DKMS Instance is not found.", status=status)
    return instance


def _gone(instance: Instance, now: int) -> bool:
    return instance.phase(now) is Phase.RELEASED
