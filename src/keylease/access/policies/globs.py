"""Patterns in which ``*`` stands for any text and ``?`` for one character.

Each piece between two stars is taken where it first fits and never tried elsewhere (an atomic
group), so the time is at most the length of the text times that of the pattern.
"""

import re
from collections.abc import Callable, Iterable

_STARS = re.compile(r"\*+")


def has_wildcards(pattern: str) -> bool:
    """Whether it stands for more than one text."""
    return "*" in pattern or "?" in pattern


def any_glob(patterns: Iterable[str]) -> Callable[[str], bool]:
    """A test whether a whole text fits at least one of the patterns, case-sensitively."""
    every = frozenset(patterns)
    if "*" in every:
        return lambda _text: True
    texts = frozenset(one for one in every if not has_wildcards(one))
    wild = sorted(every - texts)
    if not wild:
        return texts.__contains__
    fits = re.compile("|".join(map(_expression, wild)), re.DOTALL).fullmatch
    return lambda text: text in texts or fits(text) is not None


def _expression(pattern: str) -> str:
    first, *others = [_piece(one) for one in _STARS.split(pattern)]
    if not others:
        return first
    *middle, last = others
    return first + "".join(f"(?>.*?{one})" for one in middle) + ".*" + last


def _piece(text: str) -> str:
    return "".join("." if one == "?" else re.escape(one) for one in text)
