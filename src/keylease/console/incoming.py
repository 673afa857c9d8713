"""What a request says by itself, whoever sends it: its form, its cookies, where it came from."""

import base64

from starlette.datastructures import FormData
from starlette.requests import Request

from keylease.console.languages import LANGUAGES
from keylease.core.errors import Code, Refusal


def require_plain(request: Request, form: FormData) -> None:
    """Refuse NUL, which no name and no text has, and no database takes."""
    given = [*request.query_params.multi_items(), *form.multi_items()]
    sent = [*request.path_params.values(), *(value for _, value in given)]
    if any("\0" in value for value in sent if isinstance(value, str)):
        raise Refusal(Code.INVALID_PARAMETER, "The request holds a character that is not allowed.")


def require_same_site(request: Request) -> None:
    """Refuse what another site's page made the browser send, also where there is no session."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    same = origin is None or origin.partition("://")[2] == request.headers.get("host")
    if not same or site not in {"same-origin", "none"}:
        raise Refusal(Code.NO_PERMISSION, "This form was sent from another site: open it here.")


def text_in(form: FormData, name: str) -> str:
    """A field of a form; empty if it is missing, or a file."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def is_secure(request: Request) -> bool:
    """Whether it came over TLS."""
    return request.url.scheme == "https"


def here(request: Request) -> str:
    """The address that was asked for."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def theme(request: Request) -> str:
    """The theme that the browser remembers."""
    chosen = request.cookies.get("keylease-theme", "auto")
    return chosen if chosen in {"light", "dark"} else "auto"


def language(request: Request, own: str = "") -> str:
    """The language that the browser remembers; else somebody's own, or the browser's."""
    chosen = request.cookies.get("keylease-language", "")
    return chosen if chosen in LANGUAGES else own or _asked_language(request)


def _asked_language(request: Request) -> str:
    """The first of ours that the browser asks for; English if it asks for none."""
    ranges = [one.partition(";") for one in request.headers.get("accept-language", "").split(",")]
    asked = [name.strip().lower().partition("-")[0] for name, _, _ in ranges]
    return next((one for one in asked if one in LANGUAGES), LANGUAGES[0])


def notice(request: Request) -> str:
    """What the action before it said was done."""
    coded = request.cookies.get("keylease-notice", "")
    try:
        return base64.urlsafe_b64decode(coded.encode()).decode()
    except ValueError:
        return ""
