"""Finding a key by what a caller calls it, for its owner only. Source: facts/kms-api.md A.2."""

from keylease.core.errors import Code, Refusal
from keylease.core.regions import REGIONS
from keylease.core.terms import Phase
from keylease.custody.instances.model import Instance
from keylease.custody.keys.model import Key
from keylease.custody.work import CustodyWork

ALIAS_PREFIX = "alias/"

_SERVICE_ALIAS_PREFIX = "alias/acs/"


def named(name: str, account_id: str, region: str) -> tuple[str, str]:
    """The bare key id or alias that a caller means, and the region to look for an alias in.

    A key is called by its id, an alias, or the resource name of either, which says the region
    itself. Somebody else's resource name answers like an unknown key.
    """
    if not name.startswith("acs:"):
        return name, region
    parts = name.split(":", 4)
    if len(parts) == 5 and parts[1] == "kms" and parts[2] in REGIONS and parts[3] == account_id:
        kind, _, rest = parts[4].partition("/")
        if kind == "key":
            return rest, parts[2]
        if kind == "alias":
            return f"alias/{rest}", parts[2]
    raise key_not_found()


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
    key_id, region = named(name, account_id, region)
    service = service_of_alias(key_id)
    if service is not None:
        default = work.keys.default_key(account_id, region, service)
        if default is None:
            raise alias_not_found()
        return default
    if key_id.startswith(ALIAS_PREFIX):
        alias = work.aliases.find(account_id, region, key_id)
        if alias is None:
            raise alias_not_found()
        key_id = alias.key_id
    key = work.keys.find(key_id, lock=lock)
    if key is None or key.account_id != account_id or key.is_gone(work.now):
        raise key_not_found()
    if not key.is_default:
        _place(work, key)
    return key


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
    key = owned(work, account_id, region, name, lock=lock)
    if key.is_service_managed:
        raise Refusal(
            Code.REJECTED_UNSUPPORTED,
            f"Unsupported operation: the service {key.service} manages the key {key.id}.",
        )
    require_usable_place(work, key)
    return key


def _place(work: CustodyWork, key: Key) -> Instance:
    instance = work.instances.find(key.instance_id)
    if instance is None or instance.phase(work.now) is Phase.RELEASED:
        raise key_not_found()
    return instance
