"""The texts that customers accept: the defaults, and those that the operator loads."""

from keylease.billing.legal.model import LegalKind, LegalText, default_texts
from keylease.core.errors import Misuse
from keylease.storage.unit_of_work import UnitOfWork


def load_default_terms(work: UnitOfWork) -> None:
    """Put the texts that Keylease brings along in force, where there is none of a kind."""
    for kind in LegalKind:
        if work.legal_texts.current_version(kind) == 0:
            work.legal_texts.add(kind, default_texts(kind))


def find_terms(work: UnitOfWork, kind: LegalKind, version: int | None, language: str) -> LegalText:
    """A version of a text, the one in force if none is named; Misuse."""
    wanted = work.legal_texts.current_version(kind) if version is None else version
    found = work.legal_texts.find(kind, wanted, language)
    if found is None:
        raise Misuse(
            "There is no version {wanted} of the text {kind!r}: see `keylease terms list`.",
            wanted=wanted,
            kind=kind.value,
        )
    return found
