"""What no operation of the API does: on record, and refused in the words of the command line."""

from collections.abc import Callable
from typing import TypeVar

from keylease.access.permissions import Permission
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Permissions, Visit
from keylease.core.errors import Code, Misuse, Refusal

T = TypeVar("T")


def operate(
    visit: Visit,
    operation: str,
    resource: str | Callable[[T], str],
    do: Callable[[ConsoleWork], T],
    *,
    concerns: str = "",
    permissions: Permissions = None,
) -> T:
    """As `Visit.change`; ``concerns`` is the account that the operator does it for. Refusal."""
    return in_words(lambda: visit.change(operation, resource, do, concerns, permissions))


def with_money(action: str) -> Permissions:
    """What a user of the account needs to do something with its money, or to ask about it."""
    return (Permission(f"bss:{action}", place="account"),)


def in_words(do: Callable[[], T]) -> T:
    """What ``do`` returns; a Misuse becomes a Refusal, which pages show."""
    try:
        return do()
    except Misuse as misuse:
        raise Refusal(
            Code.INVALID_PARAMETER, misuse.text, about=misuse.about, **misuse.values
        ) from None


def not_found(text: str) -> Refusal:
    """For an id that leads nowhere."""
    return Refusal(Code.RESOURCE_NOT_FOUND, text)
