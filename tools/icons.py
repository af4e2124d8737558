"""Draw the shop's icons from the shapes of its mark: `python -m tools.icons`. What it writes is committed."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image, ImageDraw

STATIC = Path(__file__).resolve().parent.parent / "entrepot" / "web" / "static" / "storefront"
_DRAWN_AT = 4  # times as large, then reduced: smooth edges


def main() -> None:
    folder = STATIC / "icons"
    folder.mkdir(exist_ok=True)
    for name, size, margin, round_corners in (("icon-192", 192, 0.0, True), ("icon-512", 512, 0.0, True),
                                              ("maskable-512", 512, 0.1, False), ("touch-180", 180, 0.06, False)):
        draw(size, margin, round_corners).save(folder / f"{name}.png", optimize=True)


def draw(size: int, margin: float, round_corners: bool) -> Image.Image:
    """The mark on its ground; `margin` keeps it inside the part of a maskable icon that is never cut away."""
    full = size * _DRAWN_AT
    ground, paper = colours()
    image = Image.new("RGBA", (full, full), (0, 0, 0, 0))
    canvas = ImageDraw.Draw(image)
    canvas.rounded_rectangle((0, 0, full - 1, full - 1), full * 10 / 64 if round_corners else 0, fill=ground)

    def at(x: float, y: float) -> tuple[float, float]:
        inner = full * (1 - 2 * margin)
        return full * margin + x / 64 * inner, full * margin + y / 64 * inner

    canvas.polygon([at(13, 27), at(32, 13), at(51, 27), at(51, 51), at(13, 51)], fill=paper)
    width = round(3.4 / 64 * full * (1 - 2 * margin))
    for line in (((20, 51), (20, 33), (44, 33), (44, 51)), ((20, 39), (44, 39)), ((20, 45), (44, 45))):
        canvas.line([at(x, y) for x, y in line], fill=ground, width=width, joint="curve")
    return image.resize((size, size), Image.Resampling.LANCZOS)


def colours() -> tuple[str, str]:
    """Ground and paper as the mark has them."""
    ground, paper = re.findall(r'fill="(#[0-9a-f]{3,6})"', (STATIC / "mark.svg").read_text())[:2]
    return ground, paper


if __name__ == "__main__":
    main()
