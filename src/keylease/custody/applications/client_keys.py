"""Client keys: made here, handed out once under their owner's password, kept as a certificate.

Making one takes long, so it is done before the transaction. Source: facts/kms-api.md A.2 (Access),
facts/kms.md 6.1 and 10.1.
"""

import re
import string
from dataclasses import dataclass, field

from keylease.core import ids
from keylease.core.clock import DAY, local_date
from keylease.core.errors import Code, Parameter, Refusal
from keylease.core.terms import NEVER, add_months
from keylease.crypto import client_keys
from keylease.crypto.secret import SecretBytes
from keylease.custody.applications.model import CLIENT_KEYS_MAX, StoredClientKey, not_found
from keylease.custody.applications.rules import CLIENT_KEY, Place, found
from keylease.custody.keys.material import NotPrepared
from keylease.custody.work import CustodyWork
from keylease.notifications.schedule import CLIENT_KEY_EXPIRING, for_client_key

#: Without dates a client key is valid for five years.
MONTHS_VALID = 60

_SPECIALS = "~!@#$%^&*?_-"
_PASSWORD = re.compile(rf"[A-Za-z0-9{re.escape(_SPECIALS)}]{{8,64}}")


@dataclass(frozen=True, slots=True)
class NewClientKey:
    """A client key and its PKCS#12 file, made before the transaction that keeps it."""

    stored: StoredClientKey
    file: SecretBytes = field(repr=False)


def create(
    work: CustodyWork,
    place: Place,
    access_point: str,
    password: str,
    validity: tuple[int, int] | None,
    prepared: NewClientKey | None,
    reminder_hour: int,
) -> NewClientKey:
    """CreateClientKey, valid from and until two moments; Refusals, NotPrepared."""
    opens = SecretBytes(check_password(password).encode())
    not_before, not_after = _checked(validity, work.now)
    point = found(work.applications.access_points, place, access_point, lock=True)
    held = work.applications.client_keys.of(place.account_id, place.region, [point.name])
    if len(held) >= CLIENT_KEYS_MAX:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            "{name} has {most} client keys: delete one that is not used.",
            name=point.name,
            most=CLIENT_KEYS_MAX,
        )
    if prepared is None:
        name, now, entropy = f"KAAP.{ids.uuid(work.entropy)}", work.now, work.entropy

        def prepare() -> NewClientKey:
            made = client_keys.generate(name, not_before, not_after, opens, entropy)
            stored = StoredClientKey(
                name,
                place.account_id,
                place.region,
                point.name,
                made.certificate,
                not_before,
                not_after,
                now,
            )
            return NewClientKey(stored, made.file)

        raise NotPrepared(prepare)
    work.applications.client_keys.add(prepared.stored)
    kept = prepared.stored
    work.agenda.add(for_client_key(kept.id, kept.not_after, work.now, reminder_hour))
    return prepared


def delete(work: CustodyWork, account_id: str, client_key_id: str) -> None:
    """DeleteClientKey: whoever has it is refused from now on; Refusals."""
    owned(work, account_id, client_key_id)
    work.applications.client_keys.remove(client_key_id)
    work.agenda.void(client_key_id, (CLIENT_KEY_EXPIRING,))
    work.changed(CLIENT_KEY, client_key_id)


def owned(work: CustodyWork, account_id: str, client_key_id: str) -> StoredClientKey:
    """The account's client key; Refusal Forbidden.ResourceNotFound (404)."""
    one = work.applications.client_keys.find(client_key_id)
    if one is None or one.account_id != account_id:
        raise not_found()
    return one


def check_password(password: str) -> str:
    """The password, if a file may leave us under it; Refusal InvalidParameter."""
    kinds = [
        any(c in string.digits for c in password),
        any(c in string.ascii_letters for c in password),
        any(c in _SPECIALS for c in password),
    ]
    if not _PASSWORD.fullmatch(password) or sum(kinds) < 2:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes 8 to 64 characters of at least two kinds: digits, letters, and "
            "{specials}",
            name=Parameter("Password"),
            specials=_SPECIALS,
        )
    return password


def _checked(validity: tuple[int, int] | None, now: int) -> tuple[int, int]:
    if validity is None:
        today = local_date(now)
        return now, now + (add_months(today, MONTHS_VALID) - today).days * DAY
    not_before, not_after = validity
    if not 0 <= not_before < not_after <= NEVER or not_after <= now:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "NotAfter must be in the future, later than NotBefore, and before the year 9999.",
        )
    return validity
