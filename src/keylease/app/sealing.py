"""``keylease seal rotate``: a new root key, and the old one destroyed. Source: design.md 4.

After it, older copies of the database, dumps and PostgreSQL's logs of what was released are
useless: nothing opens them any more.
"""

from keylease.app.deployment import Deployment
from keylease.app.liveness import wait_for_nodes
from keylease.app.operator_audit import audit_operator
from keylease.crypto.seal import open_seal, promote, rotating, settle, stage_next
from keylease.custody.vault import Vault
from keylease.storage.deployment import SEAL_FINGERPRINT
from keylease.storage.erasure import erase_deleted


def rotate_seal(deployment: Deployment) -> tuple[str, int]:
    """Make a new root key, wrap every living wrapping key with it, destroy the old one.

    Returns the new fingerprint and how many keys were wrapped anew. Safe to interrupt anywhere:
    the database names the root key that fits, and the next start finishes what was begun.
    """
    directory, passphrase = deployment.settings.data, deployment.passphrase()
    with rotating(directory):
        with deployment.database.read() as work:
            fingerprint = work.facts.get(SEAL_FINGERPRINT) or ""
        settle(directory, fingerprint)
        current = open_seal(directory, passphrase, fingerprint)
        deployment.services.vault = Vault(current, deployment.entropy, deployment.nonces)
        new_root = stage_next(directory, deployment.entropy, passphrase)
        with deployment.database.begin() as work:
            count = work.vault.rewrap_all(work.wrapping_keys, new_root)
            work.facts.put(SEAL_FINGERPRINT, new_root.fingerprint)
            work.changed("seal", "")
            audit_operator(work, "seal rotate", new_root.fingerprint)
        deployment.services.require_vault().adopt_root(new_root)
        promote(directory)
    erase_deleted(deployment.store)
    wait_for_nodes(deployment)
    return new_root.fingerprint, count


def adopt_seal(deployment: Deployment) -> None:
    """Take over the root key that the database names now: after somebody else rotated it."""
    with deployment.database.read() as work:
        fingerprint = work.facts.get(SEAL_FINGERPRINT)
    vault = deployment.services.require_vault()
    if vault.root.fingerprint != fingerprint:
        vault.adopt_root(open_seal(deployment.settings.data, deployment.passphrase(), fingerprint))
