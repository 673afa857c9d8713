"""Key policies: who else may use a key. Source: facts/kms.md 4.6, facts/kms-api.md A.2."""

from dataclasses import replace

from keylease.access.policies.texts import default_policy_text
from keylease.core.errors import Code, Refusal
from keylease.custody import sharing
from keylease.custody.keys import lookup
from keylease.custody.keys.model import Key
from keylease.custody.keys.states import KEY_LIFE, KeyEvent
from keylease.custody.tags import TaggedKind
from keylease.custody.work import CustodyWork


def set_policy(work: CustodyWork, account_id: str, region: str, name: str, text: str) -> Key:
    """SetKeyPolicy: it counts from the next call on; Refusals."""
    key, instance = lookup.with_place(work, account_id, region, name, lock=True, lock_place=True)
    if instance is None:
        raise _unsupported()
    instance.require_usable(work.now)
    KEY_LIFE.after(key.state_at(work.now), KeyEvent.CHANGE_METADATA, key.id)
    text = sharing.share(work, TaggedKind.KEY, key.id, instance, text)
    key = replace(key, policy=text)
    work.keys.update(key)
    work.changed("key", key.id)
    return key


def policy_of(key: Key) -> str:
    """GetKeyPolicy: the JSON text, the default one where none was set; Refusal."""
    require_policy_support(key)
    return key.policy or default_policy_text(key.account_id)


def require_policy_support(key: Key) -> None:
    """Refuse default keys with Forbidden.KeyPolicyUnSupported."""
    if key.is_default:
        raise _unsupported()


def _unsupported() -> Refusal:
    return Refusal(
        Code.KEY_POLICY_UNSUPPORTED,
        "The specified key does not support key policy: only keys in an instance do.",
    )
