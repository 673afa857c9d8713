"""Where in the text of a TOML file a key stands: the parser does not tell.

A plain scan for table headers and keys; it is only asked about texts that the parser has read, and
only to point people to a line, so it need not know everything that TOML can be.
"""

import re
from collections.abc import Iterator

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_PATH = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_PATH})\s*\]")
_KEY = re.compile(rf"\s*({_PATH})\s*=")
_LONG_TEXT = re.compile(r'"""|\'\'\'')


def lines_of(text: str) -> dict[str, int]:
    """The 1-based line of each table and key, by its path with points.

    A table without a header of its own stands where it is first named.
    """
    found: dict[str, int] = {}
    implied: dict[str, int] = {}
    table: tuple[str, ...] = ()
    for number, line in _outside_long_texts(text):
        if header := _HEADER.match(line):
            table = path = _parts(header[1])
        elif key := _KEY.match(line):
            path = (*table, *_parts(key[1]))
        else:
            continue
        found.setdefault(".".join(path), number)
        for end in range(1, len(path)):
            implied.setdefault(".".join(path[:end]), number)
    return implied | found


def line_of(lines: dict[str, int], path: str) -> int:
    """The line of a key; of one that is not there, of the table that should have it; else 1."""
    while path and path not in lines:
        path = path.rpartition(".")[0]
    return lines.get(path, 1)


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_PART, path))


def _outside_long_texts(text: str) -> Iterator[tuple[int, str]]:
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        if not inside:
            yield number, line
        if len(_LONG_TEXT.findall(line)) % 2:
            inside = not inside
