"""The secrets of access keys, as they are kept: wrapped, each bound to its id."""

from keylease.core.errors import ensure
from keylease.crypto.secret import SecretBytes
from keylease.custody.vault import CREDENTIALS_SCOPE
from keylease.custody.work import CustodyWork


def wrap_access_key(work: CustodyWork, access_key_id: str, secret: str) -> bytes:
    """What is kept of the secret of an access key."""
    wrapping = work.vault.scope(work.wrapping_keys, CREDENTIALS_SCOPE)
    return work.vault.wrap(wrapping, SecretBytes(secret.encode()), _context(access_key_id))


def open_access_key(work: CustodyWork, access_key_id: str, wrapped: bytes) -> str:
    """The secret again, to verify signatures with; `UnwrapFailed`."""
    wrapping = work.vault.scope(work.wrapping_keys, CREDENTIALS_SCOPE)
    secret = wrapping.unwrap(wrapped, _context(access_key_id))
    ensure(len(secret) > 0, "an access key without a secret")
    return secret.reveal().decode()


def _context(access_key_id: str) -> tuple[str, ...]:
    return ("access-key", access_key_id)
