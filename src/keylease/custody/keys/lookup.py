"""Finding a key by what a caller calls it. Source: facts/kms-api.md A.2, facts/kms.md 4.6.

For its owner only, but for what can be done with somebody else's key: that is called by its
resource name, and exists for the accounts that its key policy allows something.
"""

from keylease.access.admission import is_shared_with
from keylease.access.policies.texts import resource_policy
from keylease.core.errors import Code, Refusal
from keylease.core.terms import Phase
from keylease.custody.instances.model import Instance
from keylease.custody.keys.model import Key
from keylease.custody.resource_names import resource_name
from keylease.custody.work import CustodyWork

ALIAS_PREFIX = "alias/"

#: No key id is longer, so nobody has to be asked about one that is.
KEY_ID_CHARACTERS_MAX = 64

_SERVICE_ALIAS_PREFIX = "alias/acs/"


def named(name: str, account_id: str, region: str) -> tuple[str, str]:
    """The bare key id or alias that a caller means, and the region to look for an alias in.

    A key is called by its id, an alias, or the resource name of either, which says the region
    itself. Somebody else's resource name answers like an unknown key.
    """
    if not name.startswith("acs:"):
        return name, region
    found = resource_name(name)
    if found is not None and found.account_id == account_id:
        if found.kind == "key":
            return found.name, found.region
        if found.kind == "alias":
            return f"alias/{found.name}", found.region
    raise key_not_found()


def foreign_key(name: str, account_id: str) -> tuple[str, str] | None:
    """Id and owner of what is called by the resource name of another account's key, or None."""
    found = resource_name(name)
    if found is None or found.account_id in {"", account_id}:
        return None
    if found.kind != "key" or not 1 <= len(found.name) <= KEY_ID_CHARACTERS_MAX:
        return None
    return found.name, found.account_id


def service_of_alias(name: str) -> str | None:
    """The service whose key an alias like ``alias/acs/kms`` stands for, or None."""
    if not name.startswith(_SERVICE_ALIAS_PREFIX):
        return None
    return name.removeprefix(_SERVICE_ALIAS_PREFIX) or None


def owned(work: CustodyWork, account_id: str, region: str, name: str, *, lock: bool = False) -> Key:
    """The account's key; Refusal Forbidden.KeyNotFound or Forbidden.AliasNotFound (404).

    The key of a released instance is gone, also before the work of releasing was carried out, and
    so is one whose deletion is due.
    """
    return with_place(work, account_id, region, name, lock=lock)[0]


def with_place(
    work: CustodyWork,
    account_id: str,
    region: str,
    name: str,
    *,
    lock: bool = False,
    lock_place: bool = False,
) -> tuple[Key, Instance | None]:
    """The account's key and its instance, None for a default key; Refusals as of `owned`."""
    key_id, region = named(name, account_id, region)
    service = service_of_alias(key_id)
    if service is not None:
        default = work.keys.default_key(account_id, region, service)
        if default is None:
            raise alias_not_found()
        return default, None
    if key_id.startswith(ALIAS_PREFIX):
        alias = work.aliases.find(account_id, region, key_id)
        if alias is None:
            raise alias_not_found()
        key_id = alias.key_id
    key = work.keys.find(key_id, lock=lock)
    if key is None or key.account_id != account_id or key.is_gone(work.now):
        raise key_not_found()
    return key, None if key.is_default else _place(work, key, lock=lock_place)


def readable(work: CustodyWork, account_id: str, region: str, name: str) -> Key:
    """The account's key, or another account's that is shared with it; Refusals as of `owned`."""
    foreign = foreign_key(name, account_id)
    if foreign is None:
        return owned(work, account_id, region, name)
    key_id, owner = foreign
    key = work.keys.find(key_id)
    if key is None or not is_shared_with(account_id, owner, resource_policy(key.policy)):
        raise key_not_found()
    return owned(work, owner, key.region, key_id)


def key_not_found() -> Refusal:
    """The one answer for a key that does not exist, is not yours, or is gone."""
    return Refusal(Code.KEY_NOT_FOUND, "The specified Key is not found.")


def alias_not_found() -> Refusal:
    """The one answer for an alias that does not exist or is not yours."""
    return Refusal(Code.ALIAS_NOT_FOUND, "The specified Alias is not found.")


def require_usable_place(work: CustodyWork, key: Key) -> None:
    """Refuse a change to a key whose instance does not run or is not enabled."""
    if not key.is_default:
        _place(work, key).require_usable(work.now)


def changeable(
    work: CustodyWork, account_id: str, region: str, name: str, *, lock: bool = True
) -> Key:
    """The account's key, in a place that can be used; and not a service's. Refusals."""
    key, place = with_place(work, account_id, region, name, lock=lock)
    if key.is_service_managed:
        raise Refusal(
            Code.REJECTED_UNSUPPORTED,
            "Unsupported operation: the service {service} manages the key {key}.",
            service=key.service,
            key=key.id,
        )
    if place is not None:
        place.require_usable(work.now)
    return key


def _place(work: CustodyWork, key: Key, *, lock: bool = False) -> Instance:
    instance = work.instances.find(key.instance_id, lock=lock)
    if instance is None or instance.phase(work.now) is Phase.RELEASED:
        raise key_not_found()
    return instance
