"""Before a process serves with a token: does the token give the known answers too?

A module of another maker, release or configuration may take parameters in a way of its own: keys
would then make signatures and ciphertexts that nobody else can use. All that the token offers is
run once, through the same code as a customer's calls; the keys live in sessions only.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from pkcs11.exceptions import PKCS11Error

from keylease.crypto.known_answers import KNOWN_ANSWERS, KnownAnswer
from keylease.crypto.self_test import WRONG, SelfTestFailed, check, material_of

if TYPE_CHECKING:
    from keylease.crypto.pkcs11.provider import Pkcs11Provider


def self_test(token: "Pkcs11Provider", answers: Sequence[KnownAnswer] = KNOWN_ANSWERS) -> None:
    """SelfTestFailed unless the token gives the known answers to all that it offers."""
    try:
        for number, known in enumerate(answers):
            if known.algorithm in token.offers().algorithms.get(known.spec.name, ()):
                # Each under an id of its own: a session remembers keys by that.
                _test(token, known, str(UUID(int=number)))
    finally:
        token.forget_passing()


def _test(token: "Pkcs11Provider", known: KnownAnswer, version_id: str) -> None:
    try:
        check(known, token.passing(known.spec, version_id, material_of(known)))
    except (*WRONG, PKCS11Error):
        raise SelfTestFailed(
            "The self-test of {algorithm} with {spec} failed in the hardware "
            "module: it must not serve. Check the module's release and its configuration.",
            algorithm=known.algorithm,
            spec=known.spec.name,
        ) from None
