"""Random passwords: GetRandomPassword, and what rotations make. facts/kms-api.md A.2."""

import string
from collections.abc import Sequence
from dataclasses import dataclass

from keylease.core.entropy import Entropy, pick
from keylease.core.errors import Code, Refusal

LENGTH_MIN, LENGTH_MAX, LENGTH_DEFAULT = 8, 128, 32


@dataclass(frozen=True, slots=True)
class PasswordRule:
    """What a password is made of. ``types`` are alphabets; each occurs if ``requires_each``."""

    length: int = LENGTH_DEFAULT
    types: Sequence[str] = (
        string.ascii_lowercase,
        string.ascii_uppercase,
        string.digits,
        string.punctuation,
    )
    excluded: str = ""
    requires_each: bool = True


#: What the passwords of rotations are made of: what every database and connection string takes.
FOR_ROTATION = PasswordRule(
    types=(string.ascii_lowercase, string.ascii_uppercase, string.digits), excluded="0O1lI"
)


def random_password(entropy: Entropy, rule: PasswordRule = FOR_ROTATION) -> str:
    """A password by a rule, all that fit equally likely; Refusal InvalidParameter if none can."""
    if not LENGTH_MIN <= rule.length <= LENGTH_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "PasswordLength takes {least} to {most}.",
            least=LENGTH_MIN,
            most=LENGTH_MAX,
        )
    types = [kept for one in rule.types if (kept := _without(one, rule.excluded))]
    if not types:
        raise Refusal(Code.INVALID_PARAMETER, "No character is left to make a password of.")
    if rule.requires_each and len(types) < len(rule.types):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "ExcludeCharacters leaves nothing of a type that RequireEachIncludedType asks for.",
        )
    while True:  # drawn again until it fits, so that no place in it favours a type
        password = pick(entropy, "".join(types), rule.length)
        if not rule.requires_each or all(set(one) & set(password) for one in types):
            return password


def _without(alphabet: str, excluded: str) -> str:
    return "".join(one for one in alphabet if one not in excluded)
