"""Draw the pictures of the documents in ``docs/images/``: a sample statement in each language.

Usage: ``python tools/draw_statement.py``. It needs ``pdftoppm`` (Debian: poppler-utils).
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"

sys.path.insert(0, str(ROOT / "tests"))

from keylease.documents.statement_pdf import statement_pdf  # noqa: E402 - the path comes first
from unit.documents.samples import busy_month  # noqa: E402 - the path comes first


def draw(pdf: bytes, picture: Path) -> None:
    """The first page as a picture; ``picture`` ends in .png."""
    command = ["pdftoppm", "-png", "-r", "100", "-singlefile", "-", picture.with_suffix("")]
    subprocess.run(command, input=pdf, check=True)


def main() -> None:
    for language in ("en", "zh"):
        draw(statement_pdf(busy_month(language)), IMAGES / f"statement-{language}.png")


if __name__ == "__main__":
    main()
