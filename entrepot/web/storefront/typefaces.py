"""The shop's typeface, cut down to what Latin script needs: from an installed package to a few small files, once.

Chinese is set in the reader's own typeface: one of ours would weigh megabytes. `write_files` runs before the servers
start; where it has not run, pages are set in the reader's typeface throughout.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

from entrepot.kit import home

WEIGHTS = ("Regular", "SemiBold", "Bold")
FEATURES = ["kern", "liga", "mark", "ccmp", "locl", "lnum", "tnum"]
# What nearly every page needs, and the letters of central and eastern Europe, which are fetched where a page has one
# (`unicode-range` in shop.css).
CHARACTERS = {
    "latin": (*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2010, 0x2016), *range(0x2018, 0x201F), 0x2022, 0x2026,
              0x2032, 0x2033, 0x20AC, 0x2116, 0x2122, *range(0x2190, 0x2194), 0x2212),
    "more": tuple(range(0x100, 0x180))}


def _file(weight: str, part: str) -> Path:
    return home.folder("generated") / "typefaces" / f"{weight.lower()}-{part}.woff"


def are_written() -> bool:
    return all(_file(weight, part).exists() for weight in WEIGHTS for part in CHARACTERS)


def write_files() -> None:
    """About a second of work, and libraries that no server needs."""
    import font_hanken_grotesk
    from fontTools import subset

    folder = Path(font_hanken_grotesk.__file__).parent / "files"
    for weight, (part, characters) in product(WEIGHTS, CHARACTERS.items()):
        options = subset.Options(flavor="woff", hinting=False, layout_features=FEATURES)
        font = subset.load_font(str(folder / f"HankenGrotesk-{weight}.otf"), options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=characters)
        subsetter.subset(font)
        file = _file(weight, part)
        file.parent.mkdir(parents=True, exist_ok=True)
        begun = file.with_suffix(".part")
        subset.save_font(font, str(begun), options)
        begun.replace(file)


if __name__ == "__main__":
    write_files()
