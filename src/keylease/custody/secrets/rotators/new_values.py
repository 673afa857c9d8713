"""What a secret becomes when it is rotated: made before anything outside is touched."""

from collections.abc import Mapping

from keylease.core import ids
from keylease.core.clock import iso
from keylease.core.entropy import Entropy
from keylease.custody.secrets.model import SecretType
from keylease.custody.secrets.passwords import random_password


def new_value(
    kind: SecretType, held: Mapping[str, str], entropy: Entropy, now: int
) -> dict[str, str]:
    """The next value, from the one whose account is reset: the current, or of two the previous."""
    if kind is SecretType.RAM:
        return {
            "AccessKeyId": ids.access_key_id(entropy),
            "AccessKeySecret": ids.access_key_secret(entropy),
            "GenerateTimestamp": iso(now),
        }
    return {"AccountName": held["AccountName"], "AccountPassword": random_password(entropy)}
