"""Rotating secrets: the rotators fitted, and where the operator tells of databases."""

from keylease.app.accounts import find_account
from keylease.app.deployment import Deployment
from keylease.app.operator_audit import audit_operator
from keylease.core.errors import Misuse
from keylease.crypto.secret import SecretBytes
from keylease.custody.access_keys import keep_access_key
from keylease.custody.secrets.model import SecretType
from keylease.custody.secrets.rotators.access_keys import AccessKeyRotator
from keylease.custody.secrets.rotators.postgresql import PostgresqlRotator
from keylease.custody.secrets.targets import RotationTarget, check_target, target_context
from keylease.custody.vault import CREDENTIALS_SCOPE
from keylease.lifecycle.secret_rotation import OutsideStep
from keylease.storage.database import Database


def outside_step(deployment: Deployment) -> OutsideStep:
    """What carries out rotations outside, with every rotator there is."""
    return OutsideStep(
        deployment.database,
        {
            SecretType.RDS: PostgresqlRotator(),
            SecretType.RAM: AccessKeyRotator(StoredAccessKeys(deployment.database)),
        },
    )


class StoredAccessKeys:
    """Fits `keylease.custody.secrets.rotators.access_keys.UserAccessKeys`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def owner(self, access_key_id: str) -> tuple[str, str] | None:
        """The account and the user of an active access key."""
        with self._database.read() as work:
            key = work.accounts.access_key(access_key_id)
        return (key.account_id, key.user_name) if key is not None and key.active else None

    def add(self, account_id: str, user: str, access_key_id: str, secret: str) -> None:
        """Give a user an access key."""
        with self._database.begin() as work:
            keep_access_key(work, account_id, access_key_id, secret, user=user)

    def remove(self, access_key_id: str) -> None:
        """Take an access key away, now and on every node."""
        with self._database.begin() as work:
            work.ram.remove_access_key(access_key_id)
            work.changed("credential", access_key_id)


def add_target(deployment: Deployment, account: str, target_id: str, kind: str, url: str) -> None:
    """Tell where a database of an account is, or tell it anew. Misuse."""
    check_target(kind, url)
    with deployment.database.begin() as work:
        account_id = find_account(work, account).id
        wrapping = work.vault.scope(work.wrapping_keys, CREDENTIALS_SCOPE)
        context = target_context(account_id, target_id)
        wrapped = work.vault.wrap(wrapping, SecretBytes(url.encode()), context)
        work.rotation_targets.put(RotationTarget(account_id, target_id, kind, wrapped, work.now))
        audit_operator(work, "rotation-target add", target_id, account_id)


def remove_target(deployment: Deployment, account: str, target_id: str) -> None:
    """Forget where a database is: secrets that name it do not rotate any more. Misuse."""
    with deployment.database.begin() as work:
        account_id = find_account(work, account).id
        if not work.rotation_targets.remove(account_id, target_id):
            raise Misuse(
                "There is no target {target!r}: see `keylease rotation-target list`.",
                target=target_id,
            )
        audit_operator(work, "rotation-target remove", target_id, account_id)
