"""Policies of secrets: who else may read one. Source: facts/kms.md 4.6, facts/kms-api.md A.2."""

from dataclasses import replace

from keylease.access.policies.texts import default_policy_text
from keylease.custody import sharing
from keylease.custody.secrets.model import Secret
from keylease.custody.secrets.states import SecretEvent
from keylease.custody.secrets.values import require, told
from keylease.custody.tags import TaggedKind
from keylease.custody.work import CustodyWork


def set_policy(work: CustodyWork, secret: Secret, text: str) -> Secret:
    """SetSecretPolicy of a locked secret: it counts from the next call on; Refusals."""
    instance = require(work, secret, SecretEvent.CHANGE_METADATA, lock_place=True)
    text = sharing.share(work, TaggedKind.SECRET, secret.id, instance, text)
    secret = replace(secret, policy=text, updated_at=work.now)
    work.secrets.update(secret)
    told(work, secret)
    return secret


def policy_of(secret: Secret) -> str:
    """GetSecretPolicy: the JSON text, the default one where none was set."""
    return secret.policy or default_policy_text(secret.account_id)
