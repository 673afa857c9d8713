"""Errors as pages that say what to do."""

from keylease.console.visit import Page
from keylease.core.errors import Code, Refusal

_NOT_FOUND = frozenset(
    {
        Code.KEY_NOT_FOUND,
        Code.ALIAS_NOT_FOUND,
        Code.RESOURCE_NOT_FOUND,
        Code.INSTANCE_NOT_FOUND,
        Code.RESOURCE_NOT_EXISTS,
    }
)


def problem_page(refusal: Refusal) -> Page:
    """The page for a refusal, with the status that fits it."""
    match refusal.code:
        case code if code in _NOT_FOUND:
            status, title = 404, "Not found"
        case Code.NO_PERMISSION:
            status, title = 403, "Not allowed"
        case Code.THROTTLED:
            status, title = 429, "Too many requests"
        case Code.UNAVAILABLE:
            status, title = 503, "Not available now"
        case _:
            status, title = 400, "That did not work"
    return Page("problem.html", title, {"refusal": refusal}, status)
