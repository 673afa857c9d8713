"""Periods as the API writes them: a whole number and d, h, m or s. facts/kms-api.md A.2."""

import re

_FORM = re.compile(r"([0-9]{1,9})([dhms])")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def parse_seconds(text: str) -> int:
    """The seconds of a period like ``7d`` or ``604800s``; ValueError."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError("a period is a whole number followed by d, h, m or s")
    return int(match[1]) * _SECONDS[match[2]]


def seconds_text(seconds: int) -> str:
    """How periods are answered: ``604800s``."""
    return f"{seconds}s"
