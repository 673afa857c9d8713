"""Plain tables on standard output."""

from collections.abc import Sequence


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> None:
    """Print a table: the first column to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    print(f"\n{title}\n")
    for cells in (header, ["-" * width for width in widths], *rows):
        first, *rest = zip(cells, widths, strict=True)
        print("  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]))
    if note:
        print(f"\n{note}")
    print(end="", flush=True)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.2f}"


def microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:.0f}"
