"""Managed data keys, as the operator makes them for an account."""

from keylease.app.accounts import find_account
from keylease.app.deployment import Deployment
from keylease.app.liveness import wait_for_nodes
from keylease.app.operator_audit import audit_operator
from keylease.core.errors import Misuse
from keylease.core.regions import REGIONS
from keylease.custody import data_keys
from keylease.custody.data_keys import DataKey, DataKeyVersion


def create(
    deployment: Deployment, account: str, region: str | None, name: str, key: str
) -> DataKeyVersion:
    """Make a data key with its first version; Misuse, Refusals."""
    region = _region(deployment, region)
    with deployment.database.begin() as work:
        owner = find_account(work, account).id
        made = data_keys.create(work, owner, region, name, key)
        audit_operator(work, "data-key create", name, owner)
    wait_for_nodes(deployment)
    return made


def rotate(deployment: Deployment, account: str, region: str | None, name: str) -> DataKeyVersion:
    """Make a version more; Misuse, Refusals."""
    region = _region(deployment, region)
    with deployment.database.begin() as work:
        owner = find_account(work, account).id
        made = data_keys.rotate(work, owner, region, name)
        audit_operator(work, "data-key rotate", name, owner)
    wait_for_nodes(deployment)
    return made


def of_account(deployment: Deployment, account: str) -> list[DataKey]:
    """An account's data keys; Misuse for an unknown account."""
    with deployment.database.read() as work:
        owner = find_account(work, account).id
        found = [work.data_keys.find(owner, *place) for place in work.data_keys.names(owner)]
    return [one for one in found if one is not None]


def _region(deployment: Deployment, region: str | None) -> str:
    chosen = region or deployment.settings.default_region
    if chosen not in REGIONS:
        raise Misuse(
            "{chosen!r} is no region: choose one of {regions}.",
            chosen=chosen,
            regions=", ".join(REGIONS),
        )
    return chosen
