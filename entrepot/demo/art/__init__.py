"""Product pictures drawn by our own code: flat vector art, one drawing per kind of thing, coloured by the variant.

A drawing is a function of three tones (main, dark, light) that returns SVG elements on an 800 x 800 canvas. `picture`
puts it on its department's backdrop with a floor shadow.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable

from entrepot.demo.art import devices, house, play, taste, wear
from entrepot.demo.art.pens import LEAF_DARK, disc, line, path, rect

Tones = tuple[str, str, str]
Drawing = Callable[[str, str, str], str]

# Backdrops: two stops of a soft diagonal gradient, and the accent of the disc behind the thing.
BACKDROPS = {
    "home": ("#f7f1e8", "#e9dcc9", "#fffaf2"),
    "kitchen": ("#eef4ef", "#d3e3d6", "#fbfffb"),
    "electronics": ("#eef1f6", "#d2d9e6", "#fafcff"),
    "clothing": ("#f6eef0", "#e6d2d8", "#fffafb"),
    "sports": ("#eef5f8", "#cfe2ea", "#f9feff"),
    "toys": ("#fdf5e6", "#f6deb0", "#fffdf6"),
    "beauty": ("#f8f0f6", "#e8d3e2", "#fffaff"),
    "food": ("#f5f2e7", "#e3dabb", "#fffef7"),
}


def tones(colour: str) -> Tones:
    """The colour with a darker and a lighter companion."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)

    def shade(factor: float) -> str:
        parts = colorsys.hls_to_rgb(hue, max(0.04, min(0.97, light * factor)), saturation)
        return "#" + "".join(f"{round(p * 255):02x}" for p in parts)

    return colour, shade(0.72), shade(1.0 + 0.45 * (1 - light))


DRAWINGS: dict[str, Drawing] = {
    drawing.__name__: drawing for module in (house, devices, wear, play, taste) for drawing in module.DRAWINGS}


def picture(department: str, drawing: str, colour: str) -> str:
    """The whole SVG document of a product of a department in a colour (#rrggbb)."""
    first, second, glow = BACKDROPS[department]
    main, dark, light = tones(colour)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800">'
        f'<defs><linearGradient id="b" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="{first}"/>'
        f'<stop offset="1" stop-color="{second}"/></linearGradient></defs>'
        f'<rect width="800" height="800" fill="url(#b)"/><circle cx="400" cy="400" r="310" fill="{glow}" opacity=".7"/>'
        '<ellipse cx="400" cy="640" rx="250" ry="30" fill="#000000" opacity=".08"/>'
        f"{DRAWINGS[drawing](main, dark, light)}</svg>"
    )


# A room for each department: wall, ground, and what stands about in it.
_ROOMS = {
    "home": ("#e8e2d6", "#b98f68", "window plant"), "kitchen": ("#dfe8e0", "#cfae84", "window jars"),
    "electronics": ("#dbe1ea", "#8b98ab", "frame"), "clothing": ("#eedfe2", "#c9a59a", "rail"),
    "sports": ("#cfe4ee", "#8fb08a", "hills"), "toys": ("#f6e3b8", "#d8a867", "flags"),
    "beauty": ("#f0e0ea", "#d9b8c6", "frame plant"), "food": ("#ece6cf", "#b58a5c", "window jars"),
}


def _prop(name: str) -> str:
    if name == "window":
        return (rect(70, 70, 230, 300, 10, "#fdfdfb") + rect(86, 86, 92, 268, 4, "#cfe6f1") + rect(192, 86, 92, 268, 4, "#cfe6f1")
                + path("M70 370h230l150 220H150z", "#ffffff", 'opacity=".16"'))
    if name == "plant":
        return (path("M664 420q-70-120-10-220q60 100 10 220zM668 420q20-130 100-150q0 110-100 150zM660 420q-20-110-100-120q10 90 100 120z", LEAF_DARK)
                + path("M614 420h104l-16 132h-72z", "#c98a68"))
    if name == "jars":
        return (rect(520, 150, 240, 12, 4, "#a9825c") + "".join(rect(540 + 72 * n, 78, 52, 72, 10, c) for n, c in enumerate(("#d8c7a0", "#9fb7a2", "#c9826a")))
                + "".join(rect(546 + 72 * n, 66, 40, 14, 4, "#8a6a48") for n in range(3)))
    if name == "frame":
        return rect(90, 90, 190, 240, 6, "#ffffff") + rect(112, 112, 146, 196, 2, "#c7d3de") + path("M112 308l60-90 40 50 20-26 26 66z", "#8fa3b5") + disc(218, 160, 18, "#f4d58d")
    if name == "rail":
        return line("M70 120h240M100 120v-40M280 120v-40", "#9b8f88", 8) + path("M120 130h60l20 40-24 10v130h-52V180l-24-10z", "#b9c6b4") + path("M210 130h60l20 40-24 10v130h-52V180l-24-10z", "#d7c2a6")
    if name == "hills":
        return disc(660, 150, 56, "#fff3c9") + path("M0 520q160-220 320-40q120-180 260-20q100-120 220 30v70H0z", "#a9c7a4") + path("M0 560q200-140 400 0t400-10v70H0z", "#93b78f")
    return "".join(path(f"M{60 + 98 * n} {92 + abs(3 - n) * -8 + 30}l40 0-20 46z", c) for n, c in enumerate(("#d9695f", "#e9b44c", "#6aa5cf", "#7a9b76", "#d98a9a", "#7d5a85", "#d29a3f")))


def in_place(department: str, drawing: str, colour: str) -> str:
    """The thing where it will be used: on the ground of its department's room, smaller, with a shadow that grounds it."""
    wall, ground, props = _ROOMS[department]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800">'
        f'<rect width="800" height="800" fill="{wall}"/>{"".join(_prop(p) for p in props.split())}'
        f'<rect y="556" width="800" height="244" fill="{ground}"/><rect y="556" width="800" height="10" fill="#000" opacity=".08"/>'
        '<ellipse cx="408" cy="690" rx="210" ry="26" fill="#000" opacity=".16"/>'
        f'<g transform="translate(108 254) scale(.73)">{DRAWINGS[drawing](*tones(colour))}</g></svg>'
    )
