"""Make the typeface of the documents: the characters we print, out of WenQuanYi Micro Hei.

Usage: ``python tools/subset_font.py [wqy-microhei.ttc]``. The font comes from the Debian package
fonts-wqy-microhei. The same font and the same fontTools give the same file.
"""

import argparse
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

DEBIAN = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
FONTS = Path(__file__).resolve().parents[1] / "src/keylease/documents/fonts"

#: Basic Latin, Latin-1, Latin Extended-A; punctuation, superscripts and currency; arrows and
#: mathematical operators; Chinese punctuation; full-width forms; the replacement character.
BLOCKS = (
    (0x0020, 0x017F),
    (0x2010, 0x20BF),
    (0x2190, 0x22FF),
    (0x3000, 0x301F),
    (0xFF00, 0xFFEF),
    (0xFFFD, 0xFFFD),
)


def wanted() -> Iterator[int]:
    """The code points to keep: `BLOCKS` and GB 2312, without what has no picture."""
    gb2312 = bytes(range(0xA1, 0xFF))
    for first in gb2312:
        for second in gb2312:
            yield from map(ord, bytes([first, second]).decode("gb2312", errors="ignore"))
    for low, high in BLOCKS:
        for point in range(low, high + 1):
            if unicodedata.category(chr(point)) not in {"Cc", "Cf", "Cn", "Zl", "Zp"}:
                yield point


def make(source: Path, target: Path) -> None:
    """Write the subset of the first face in ``source`` to ``target``."""
    options = subset.Options(
        layout_features=[],  # the PDF library shapes nothing
        hinting=False,  # nor is anything drawn as small as a screen's pixels
        glyph_names=False,
        drop_tables=["FFTM", "GDEF", "GPOS", "GSUB", "gasp", "vhea", "vmtx"],
        name_IDs=["*"],  # the copyright stays in the file, too
    )
    font = TTFont(source, fontNumber=0, recalcTimestamp=False)
    maker = subset.Subsetter(options)
    maker.populate(unicodes=wanted())
    maker.subset(font)
    font.save(target)


def main() -> None:
    parser = argparse.ArgumentParser(description="Subset WenQuanYi Micro Hei for the documents.")
    parser.add_argument("source", type=Path, nargs="?", default=DEBIAN)
    target = FONTS / "wqy-microhei-subset.ttf"
    make(parser.parse_args().source, target)
    print(f"{target.name}: {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
