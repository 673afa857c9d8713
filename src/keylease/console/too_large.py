"""The page for what is too large to be read, so that nobody knows yet who asks."""

from collections.abc import Mapping

from starlette.requests import Request

from keylease.console import incoming
from keylease.console.navigation import Console
from keylease.console.rendering import render
from keylease.core.errors import Code, Refusal

#: So many bytes a Chinese character takes in a form: three of UTF-8, each written like %E5.
_CHINESE_BYTES = 9


def page(target: str, headers: Mapping[str, str], most: int) -> bytes:
    """The page: at most so many bytes were allowed."""
    sent = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()]
    request = Request({"type": "http", "headers": sent})
    refusal = Refusal(
        Code.MALFORMED,
        "What was sent is too large: at most {letters:,} letters or {chinese:,} Chinese "
        "characters are taken at once. Go back, shorten it, and send it again.",
        letters=most,
        chinese=most // _CHINESE_BYTES,
    )
    console = Console("operator" if target.startswith("/operator") else "console")
    values = {"console": console, "theme": incoming.theme(request), "refusal": refusal}
    return render("failure.html", incoming.language(request), values)
