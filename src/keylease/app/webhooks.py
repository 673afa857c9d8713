"""Making webhooks and looking after them: the operator's side."""

from dataclasses import dataclass, field

from keylease.app.accounts import find_account
from keylease.app.deployment import Deployment
from keylease.app.operator_audit import audit_operator
from keylease.core import ids
from keylease.core.errors import Misuse
from keylease.crypto.secret import SecretBytes
from keylease.custody.vault import CREDENTIALS_SCOPE
from keylease.notifications.webhooks import Webhook, check_events, check_url
from keylease.storage.webhooks import webhook_context


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A new webhook with its secret, shown once."""

    webhook: Webhook
    secret: str = field(repr=False)


def add_webhook(
    deployment: Deployment, url: str, account: str | None = None, events: str = "all"
) -> NewWebhook:
    """Have an account's events, or without one everybody's, told to a URL. Misuse."""
    check_url(url)
    wanted = check_events(events)
    with deployment.database.begin() as work:
        account_id = find_account(work, account).id if account else ""
        made = Webhook(ids.webhook_id(work.entropy), account_id, url, wanted, work.now)
        secret = ids.webhook_secret(work.entropy)
        wrapping = work.vault.scope(work.wrapping_keys, CREDENTIALS_SCOPE)
        context = webhook_context(made.id)
        work.webhooks.add(made, work.vault.wrap(wrapping, SecretBytes(secret.encode()), context))
        audit_operator(work, "webhook add", made.id, account_id)
    return NewWebhook(made, secret)


def remove_webhook(deployment: Deployment, webhook_id: str) -> None:
    """Tell it nothing more, not even what waits. Misuse."""
    with deployment.database.begin() as work:
        if not work.webhooks.remove(webhook_id):
            raise Misuse(
                "There is no webhook {webhook!r}: see `keylease webhook list`.", webhook=webhook_id
            )
        audit_operator(work, "webhook remove", webhook_id)


def redeliver(deployment: Deployment, delivery_id: int) -> None:
    """Deliver once more, under the same event id. Misuse."""
    with deployment.database.begin() as work:
        if not work.webhooks.redeliver(delivery_id):
            raise Misuse(
                "There is no delivery {delivery}: see `keylease webhook deliveries`.",
                delivery=delivery_id,
            )
        audit_operator(work, "webhook redeliver", str(delivery_id))
