"""Finding a key by what a caller calls it, for its owner only. Source: facts/kms-api.md A.2."""

from keylease.core.errors import Code, Refusal
from keylease.core.regions import REGIONS
from keylease.core.terms import Phase
from keylease.custody.keys.creation import ensure_default_key
from keylease.custody.keys.model import Key
from keylease.custody.work import CustodyWork

#: What callers may call the default key of their account and region.
DEFAULT_KEY_ALIAS = "alias/acs/kms"


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


def owned(work: CustodyWork, account_id: str, region: str, name: str, *, lock: bool = False) -> Key:
    """The account's key; Refusal Forbidden.KeyNotFound or Forbidden.AliasNotFound (404).

    The key of a released instance is gone, also before the work of releasing was carried out.
    """
    key_id, region = named(name, account_id, region)
    if key_id == DEFAULT_KEY_ALIAS:
        return ensure_default_key(work, account_id, region)
    if key_id.startswith("alias/"):
        raise Refusal(Code.ALIAS_NOT_FOUND, "The specified Alias is not found.")
    key = work.keys.find(key_id, lock=lock)
    if key is None or key.account_id != account_id:
        raise key_not_found()
    if not key.is_default:
        instance = work.instances.find(key.instance_id)
        if instance is None or instance.phase(work.now) is Phase.RELEASED:
            raise key_not_found()
    return key


def key_not_found() -> Refusal:
    """The one answer for a key that does not exist, is not yours, or is gone."""
    return Refusal(Code.KEY_NOT_FOUND, "The specified Key is not found.")


def require_usable_place(work: CustodyWork, key: Key) -> None:
    """Refuse a change to a key whose instance does not run or is not enabled."""
    if key.is_default:
        return
    instance = work.instances.find(key.instance_id)
    if instance is None:
        raise key_not_found()
    instance.require_usable(work.now)
