"""Finding a secret by what a caller calls it. Source: facts/kms-api.md A.2, facts/kms.md 4.6.

For its owner only, but for what can be done with somebody else's secret: that is called by its
resource name, and exists for the accounts that its policy allows something.
"""

from keylease.access.admission import is_shared_with
from keylease.access.policies.texts import resource_policy
from keylease.core.errors import Code, Refusal
from keylease.core.terms import Phase
from keylease.custody.instances.model import Instance
from keylease.custody.resource_names import resource_name
from keylease.custody.secrets.model import Secret
from keylease.custody.work import CustodyWork


def named(name: str, account_id: str, region: str) -> tuple[str, str]:
    """The bare name that a caller means, and the region to look for it in.

    A resource name says the region itself. Somebody else's answers like an unknown secret.
    """
    if not name.startswith("acs:"):
        return name, region
    found = resource_name(name)
    if found is None or found.account_id != account_id or found.kind != "secret":
        raise secret_not_found()
    return found.name, found.region


def foreign_secret(name: str, account_id: str) -> tuple[str, str, str] | None:
    """Owner, region and name of what has the resource name of another account's secret, or None."""
    found = resource_name(name)
    if found is None or found.account_id in {"", account_id} or found.kind != "secret":
        return None
    return found.account_id, found.region, found.name


def readable(work: CustodyWork, account_id: str, region: str, name: str) -> Secret:
    """The account's secret, or another account's that is shared with it; Refusal as of `owned`."""
    foreign = foreign_secret(name, account_id)
    if foreign is None:
        return owned(work, account_id, region, name)
    owner, region, bare = foreign
    secret = owned(work, owner, region, bare)
    if not is_shared_with(account_id, owner, resource_policy(secret.policy)):
        raise secret_not_found()
    return secret


def owned(
    work: CustodyWork, account_id: str, region: str, name: str, *, lock: bool = False
) -> Secret:
    """The account's secret; Refusal Forbidden.ResourceNotFound (404).

    The secret of a released instance is gone, also before the work of releasing was carried out,
    and so is one whose deletion is due.
    """
    bare, region = named(name, account_id, region)
    secret = work.secrets.by_name(account_id, region, bare, lock=lock)
    if secret is None or is_gone(work, secret):
        raise secret_not_found()
    return secret


def is_gone(work: CustodyWork, secret: Secret) -> bool:
    """Whether it is deleted or released by now, carried out or not."""
    instance = work.instances.find(secret.instance_id)
    released = instance is None or instance.phase(work.now) is Phase.RELEASED
    return released or secret.is_gone(work.now)


def secret_not_found() -> Refusal:
    """The one answer for a secret that does not exist, is not yours, or is gone."""
    return Refusal(Code.RESOURCE_NOT_FOUND, "Resource not found")


def usable_place(work: CustodyWork, secret: Secret, *, lock: bool = False) -> Instance:
    """The instance of a secret that is to be changed; Refusals unless it runs and is enabled."""
    instance = work.instances.find(secret.instance_id, lock=lock)
    if instance is None:
        raise secret_not_found()
    instance.require_usable(work.now)
    return instance
