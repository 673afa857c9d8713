"""The parameters of a request: query and form body, decoded once and kept in canonical encoding.

Clients differ in how they write the same parameters on the wire (a space is ``+`` or ``%20``, some
leave ``/ : * @`` unescaped), so every signature is over the canonical encoding: RFC 3986 with only
``A-Z a-z 0-9 - _ . ~`` unescaped and hexadecimal digits in upper case. Most pairs arrive in
exactly that form; they are reused as they are, and only the others are encoded again.
Sources: facts/kms-api.md B.1, B.2, B.4; tech.md 2.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes

from keylease.access.request import Request
from keylease.core.errors import Code, Refusal

FORM = "application/x-www-form-urlencoded"

#: The longest documented call has some dozens of parameters. The bound keeps a stranger, whose
#: signature is not yet checked at this point, from buying much of our time with one request.
MAX_PARAMETERS = 1_000

# A raw pair is canonical if neither of the two is found in it and it has exactly one "=". Two
# plain searches are quicker than one pattern that describes the whole.
_OUTSIDE = re.compile(r"[^A-Za-z0-9\-_.~%=&]")
_NEEDLESS_ESCAPE = re.compile(
    r"%(?![01][0-9A-F]|2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[B-DF]|[89A-F][0-9A-F])"
)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Parameters:
    """Every parameter of one request; names are unique over query and form body together.

    Nothing is shown in a repr: values are plaintexts and secrets.
    """

    #: Decoded name to decoded value, query and form body merged.
    values: dict[str, str] = field(repr=False)
    #: Decoded name to canonical ``name=value``, for the query.
    query: dict[str, str] = field(repr=False)
    #: The same for the form body; empty if the body is not a form.
    form: dict[str, str] = field(repr=False)


def parse(request: Request) -> Parameters:
    """Decode query and form body; Refusal ``ParseRequestParameterException`` if they are no such.

    A name that comes twice is refused too: what was signed and what is carried out must not
    depend on which of the two somebody picks.
    """
    values: dict[str, str] = {}
    query = _read(request.query, values) if request.query else {}
    form = _read(_form_text(request.body), values) if request.body and is_form(request) else {}
    return Parameters(values, query, form)


def is_form(request: Request) -> bool:
    """Whether the body holds parameters."""
    kind = request.headers.get("content-type", "")
    return kind == FORM or kind.partition(";")[0].strip().lower() == FORM


def encode(text: str) -> str:
    """RFC 3986 percent-encoding, only ``A-Z a-z 0-9 - _ . ~`` unescaped."""
    return quote(text, safe="")


def join(pairs: dict[str, str]) -> str:
    """The canonical pairs of ``pairs``, sorted by decoded name.

    By name, not by pair: ``Tag.1.Key2=…`` sorts before ``Tag.1.Key=…`` as text ("2" is below
    "="), and after it by name.
    """
    return "&".join([pairs[name] for name in sorted(pairs)])


def _form_text(body: bytes) -> str:
    try:
        return body.decode("ascii")
    except UnicodeDecodeError:
        raise _malformed("Percent-encode what is not ASCII in the form body.") from None


def _read(text: str, values: dict[str, str]) -> dict[str, str]:
    """Add the decoded pairs of ``text`` to ``values``; return name to canonical pair."""
    if text.count("&") >= MAX_PARAMETERS:
        raise _malformed(f"Send fewer than {MAX_PARAMETERS} parameters.")
    clean = _is_clean(text)
    if not clean:
        _check_wire(text)
    pairs: dict[str, str] = {}
    for raw in text.split("&"):
        if not raw:
            continue
        name, equals, value = raw.partition("=")
        canonical = equals and "=" not in value and (clean or _is_clean(raw))
        if "%" in raw or "+" in raw:
            name, value = _decode(name), _decode(value)
        if name in values:
            raise _malformed("Send each parameter once: a name appears twice.")
        values[name] = value
        pairs[name] = raw if canonical else f"{encode(name)}={encode(value)}"
    return pairs


def _is_clean(text: str) -> bool:
    return not (_OUTSIDE.search(text) or _NEEDLESS_ESCAPE.search(text))


def _check_wire(text: str) -> None:
    if not text.isascii():
        raise _malformed("Percent-encode what is not ASCII in the query.")
    if _BROKEN_ESCAPE.search(text):
        raise _malformed("A '%' must be followed by two hexadecimal digits; write '%' as %25.")


def _decode(text: str) -> str:
    text = text.replace("+", " ")
    if "%" not in text:
        return text
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise _malformed("Encode parameters as UTF-8 before percent-encoding them.") from None


def _malformed(advice: str) -> Refusal:
    return Refusal(Code.MALFORMED, "The parameters cannot be read. {advice}", advice=advice)
