"""Reading documented parameters: their codes in any case, and what is refused about a value."""

import re
from collections.abc import Mapping, Sequence

from keylease.core.errors import Code, Parameter, Refusal

#: Twelve digits are more than any book offers; the limit keeps hostile input cheap.
WHOLE = re.compile(r"[0-9]{1,12}")


def by_code(parameters: Mapping[str, str], codes: Sequence[str]) -> dict[str, str]:
    """The parameters under the documented spelling of their codes.

    Alibaba's own material spells ``Log`` two ways, so case does not matter. Refusal for a code
    that is none of these, and for one that is given twice.
    """
    spelling = {code.lower(): code for code in codes}
    given: dict[str, str] = {}
    for name, value in parameters.items():
        code = spelling.get(name.lower())
        if code is None:
            raise Refusal(
                Code.INVALID_PARAMETER,
                "Unknown parameter code {name!r}; allowed codes: {allowed}.",
                name=name[:40],
                allowed=", ".join(codes),
            )
        if code in given:
            raise Refusal(
                Code.INVALID_PARAMETER, "{code} is given twice; give it once.", code=Parameter(code)
            )
        given[code] = value
    return given


def version_of(parameters: Mapping[str, str]) -> str:
    """The ``ProductVersion`` that is asked for; 3, software, where none is."""
    named = [value for code, value in parameters.items() if code.lower() == "productversion"]
    text = named[0] if named else "3"
    return str(int(text)) if WHOLE.fullmatch(text) else text


def not_offered(code: str, text: str, offered: str) -> Refusal:
    """What a value that the book does not offer is refused with."""
    return Refusal(
        Code.INVALID_PARAMETER,
        "{code} {given!r} is not offered; allowed values: {allowed}.",
        code=Parameter(code),
        given=text[:40],
        allowed=offered,
    )
