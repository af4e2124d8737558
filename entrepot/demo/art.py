"""Product pictures drawn by our own code: flat vector art, one drawing per kind of thing, coloured by the variant.

A drawing is a function of three tones (main, dark, light) that returns SVG elements on an 800 x 800 canvas. `picture`
puts it on its department's backdrop with a floor shadow.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable

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


def _path(d: str, fill: str, extra: str = "") -> str:
    return f'<path d="{d}" fill="{fill}" {extra}/>'


def _rect(x: int, y: int, w: int, h: int, r: int, fill: str, extra: str = "") -> str:
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{fill}" {extra}/>'


def _disc(x: int, y: int, r: int, fill: str, extra: str = "") -> str:
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="{fill}" {extra}/>'


def _oval(x: int, y: int, rx: int, ry: int, fill: str, extra: str = "") -> str:
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{fill}" {extra}/>'


def _line(d: str, stroke: str, width: int) -> str:
    return (f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{width}" stroke-linecap="round" '
            'stroke-linejoin="round"/>')


WOOD, WOOD_DARK, STEEL, INK, CREAM, LEAF, LEAF_DARK, GOLD = (
    "#c99b6d", "#a87b4f", "#b9c0c8", "#2f3640", "#fbf6ec", "#6fa26b", "#4c7f4d", "#d9b25f")


def lamp(m: str, d: str, li: str) -> str:
    return (_disc(400, 330, 210, "#fff3cf", 'opacity=".55"') + _path("M290 220h220l70 190H220z", m)
            + _path("M400 220h110l70 190H400z", d, 'opacity=".35"') + _rect(390, 410, 20, 170, 6, WOOD_DARK)
            + _oval(400, 590, 110, 24, WOOD))


def chair(m: str, d: str, li: str) -> str:
    return (_line("M270 470l-40 150M530 470l40 150M330 480l-10 130M470 480l10 130", WOOD_DARK, 18)
            + _path("M250 190q150-60 300 0l-20 220H270z", m) + _path("M250 190q150-60 300 0l-5 40q-145-50-290 0z", li)
            + _rect(240, 400, 320, 80, 34, d) + _rect(240, 392, 320, 58, 28, m))


def sofa(m: str, d: str, li: str) -> str:
    return (_line("M220 560l-14 50M580 560l14 50", WOOD_DARK, 18) + _rect(210, 270, 380, 210, 46, d)
            + _rect(240, 290, 155, 150, 26, m) + _rect(405, 290, 155, 150, 26, m) + _rect(210, 430, 380, 130, 36, m)
            + _rect(150, 380, 100, 190, 44, d) + _rect(550, 380, 100, 190, 44, d) + _rect(250, 430, 300, 44, 20, li))


def table(m: str, d: str, li: str) -> str:
    return (_line("M240 390l-50 220M560 390l50 220M330 400l-20 190M470 400l20 190", d, 20)
            + _rect(150, 350, 500, 48, 20, m) + _rect(150, 350, 500, 20, 10, li)
            + _path("M370 350q-8-70 30-80 38 10 30 80z", CREAM) + _line("M400 270q-10-70-50-90M400 270q6-60 52-84", LEAF, 9))


def plant(m: str, d: str, li: str) -> str:
    leaves = "".join(
        _path(f"M400 420q{x} {y} {x * 2} {y - 60}q-{abs(x) // 3} 120-{x * 2} {60 - y}z", colour)
        for x, y, colour in ((70, -80, LEAF), (-70, -90, LEAF_DARK), (110, -20, LEAF_DARK), (-110, -30, LEAF)))
    return (leaves + _path("M400 430q-60-130 0-260q60 130 0 260z", LEAF)
            + _path("M290 420h220l-26 190q-84 26-168 0z", m) + _rect(276, 400, 248, 48, 14, li)
            + _path("M420 448h84l-20 162q-40 12-64 12z", d, 'opacity=".35"'))


def vase(m: str, d: str, li: str) -> str:
    return (_line("M400 300q-20-90-70-140M400 300q10-100 60-150M400 290v-150", LEAF_DARK, 8) + _disc(330, 160, 32, "#e58f7b")
            + _disc(462, 148, 30, "#f0b35f") + _disc(400, 132, 36, "#d9697a")
            + _path("M350 270h100q-6 60 60 140t-50 200H340q-116-60-50-200t60-140z", m)
            + _path("M420 270h30q-6 60 60 140t-50 200h-50q90-120 10-340z", d, 'opacity=".35"'))


def candle(m: str, d: str, li: str) -> str:
    return (_disc(400, 250, 120, "#fff0c2", 'opacity=".6"') + _path("M400 190q46 62 0 96q-46-34 0-96z", "#f3a63b")
            + _path("M400 226q20 34 0 54q-20-20 0-54z", "#fff2c4") + _line("M400 286v34", INK, 6)
            + _rect(290, 320, 220, 280, 30, m) + _oval(400, 322, 110, 26, li) + _rect(330, 420, 140, 100, 10, CREAM)
            + _line("M352 455h96M364 485h72", d, 6))


def pillow(m: str, d: str, li: str) -> str:
    return (_path("M200 250q200 40 400 0q40 180 0 350q-200-40-400 0q-40-170 0-350z", m)
            + _line("M250 300q150 26 300 0M250 550q150-26 300 0M246 300q-14 120 0 250M554 300q14 120 0 250", li, 7)
            + _path("M400 360l30 64 70 8-52 46 14 70-62-36-62 36 14-70-52-46 70-8z", d, 'opacity=".55"'))


def blanket(m: str, d: str, li: str) -> str:
    stripes = "".join(_rect(220, y, 360, 26, 8, li) for y in (300, 380, 460))
    return (_rect(220, 240, 360, 320, 30, m) + stripes + _path("M220 520h360v50q-180 60-360 0z", d)
            + _line("M236 584v40M286 596v42M336 604v42M386 606v42M436 604v42M486 598v42M536 590v42M566 582v40", d, 9))


def clock(m: str, d: str, li: str) -> str:
    marks = "".join(_line(p, INK, 8) for p in ("M400 226v26", "M400 548v26", "M226 400h26", "M548 400h26"))
    return (_disc(400, 400, 210, m) + _disc(400, 400, 176, CREAM) + marks + _line("M400 400l-70-66", INK, 16)
            + _line("M400 400l96-90", d, 10) + _disc(400, 400, 16, INK))


def mug(m: str, d: str, li: str) -> str:
    steam = _line("M340 240q-24-40 0-76t0-72M410 240q-24-40 0-76t0-72", "#ffffff", 12)
    return (steam + _line("M520 340q120-10 110 90t-130 90", d, 34) + _path("M250 290h290l-18 270q-126 56-254 0z", m)
            + _oval(395, 290, 145, 30, d) + _oval(395, 294, 124, 20, "#6b4630") + _rect(282, 350, 26, 170, 13, li))


def teapot(m: str, d: str, li: str) -> str:
    return (_line("M560 380q110-30 110 70t-120 70", d, 26) + _path("M270 470q-90-20-130-150l44-14q40 76 104 70z", m)
            + _oval(420, 450, 190, 150, m) + _path("M420 300q190 0 190 150t-150 150q120-150-40-300z", d, 'opacity=".3"')
            + _oval(420, 306, 90, 24, li) + _disc(420, 272, 24, d) + _oval(420, 600, 90, 16, d))


def pan(m: str, d: str, li: str) -> str:
    return (_rect(560, 386, 190, 36, 18, WOOD_DARK) + _oval(380, 410, 220, 190, d) + _oval(380, 396, 220, 186, m)
            + _oval(380, 398, 178, 148, "#3a3f46") + _oval(340, 390, 92, 74, "#ffffff") + _disc(340, 388, 34, "#f5b93e"))


def pot(m: str, d: str, li: str) -> str:
    return (_line("M230 400h-50v60h50M570 400h50v60h-50", d, 22) + _path("M230 350h340v190q0 60-60 60H290q-60 0-60-60z", m)
            + _path("M460 350h110v190q0 60-60 60h-70q40-120 20-250z", d, 'opacity=".35"') + _oval(400, 350, 180, 34, li)
            + _path("M230 340q170-120 340 0z", m) + _disc(400, 270, 24, WOOD_DARK))


def knife(m: str, d: str, li: str) -> str:
    return ('<g transform="rotate(-38 400 400)">' + _path("M190 370h330v56q-160 60-330-56z", STEEL)
            + _path("M190 370h330v20H220z", "#e4e8ec") + _rect(520, 362, 170, 64, 22, m) + _disc(560, 394, 8, li)
            + _disc(605, 394, 8, li) + _disc(650, 394, 8, li) + "</g>")


def plate(m: str, d: str, li: str) -> str:
    return (_disc(400, 410, 220, m) + _disc(400, 410, 220, d, 'opacity=".15"') + _disc(400, 402, 216, m)
            + _disc(400, 402, 150, li) + _line("M400 260q36 40 0 84M400 545q-36-40 0-84M258 402q40-36 84 0M542 402q-40 36-84 0", d, 8))


def bottle(m: str, d: str, li: str) -> str:
    return (_rect(350, 150, 100, 66, 16, INK) + _path("M340 216h120q10 50 40 80v260q0 60-60 60h-80q-60 0-60-60V296q30-30 40-80z", m)
            + _rect(300, 380, 200, 130, 0, CREAM, 'opacity=".9"') + _line("M330 425h140M350 465h100", d, 10)
            + _rect(320, 300, 22, 280, 11, li, 'opacity=".7"'))


def jar(m: str, d: str, li: str) -> str:
    return (_rect(280, 190, 240, 66, 18, WOOD) + _path("M270 256h260q30 30 30 80v210q0 60-60 60H300q-60 0-60-60V336q0-50 30-80z", "#ffffff", 'opacity=".65"')
            + _path("M250 360h300v186q0 50-54 50H304q-54 0-54-50z", m) + _rect(300, 400, 200, 120, 14, CREAM)
            + _line("M330 440h140M350 480h100", d, 9))


def board(m: str, d: str, li: str) -> str:
    return (_rect(230, 220, 340, 400, 40, WOOD) + _rect(370, 150, 60, 110, 26, WOOD) + _disc(400, 186, 14, "#efe2cf")
            + _line("M270 300q120 30 260 0M270 420q140-26 260 0M270 540q120 26 260 0", WOOD_DARK, 6)
            + _path("M330 470q70-120 150-20q-40 90-150 20z", m) + _line("M340 466q70-26 130-14", li, 7))


def headphones(m: str, d: str, li: str) -> str:
    return (_line("M230 450V390q0-180 170-180t170 180v60", d, 34) + _rect(186, 410, 110, 190, 50, m)
            + _rect(504, 410, 110, 190, 50, m) + _rect(262, 430, 40, 150, 20, INK) + _rect(498, 430, 40, 150, 20, INK)
            + _rect(206, 440, 24, 120, 12, li))


def phone(m: str, d: str, li: str) -> str:
    return (_rect(270, 140, 260, 520, 48, d) + _rect(286, 158, 228, 484, 36, INK) + _rect(298, 172, 204, 456, 28, m)
            + _path("M298 430q110-90 204 20v150q0 28-28 28H326q-28 0-28-28z", li) + _disc(440, 280, 46, "#fff3cf")
            + _rect(360, 186, 80, 16, 8, INK))


def laptop(m: str, d: str, li: str) -> str:
    return (_rect(210, 210, 380, 270, 24, INK) + _rect(228, 228, 344, 234, 10, m)
            + _path("M228 400q120-110 220-30t124-50v142H228z", li) + _path("M150 480h500l30 70q0 20-24 20H144q-24 0-24-20z", STEEL)
            + _path("M340 480h120l10 22H330z", "#8b939c"))


def speaker(m: str, d: str, li: str) -> str:
    return (_rect(270, 160, 260, 460, 50, m) + _rect(290, 180, 220, 420, 40, d, 'opacity=".4"') + _disc(400, 270, 54, INK)
            + _disc(400, 270, 26, STEEL) + _disc(400, 460, 100, INK) + _disc(400, 460, 66, d) + _disc(400, 460, 26, STEEL))


def camera(m: str, d: str, li: str) -> str:
    return (_path("M310 250l30-50h120l30 50z", d) + _rect(180, 250, 440, 290, 42, m) + _rect(180, 330, 440, 130, 0, d)
            + _disc(400, 395, 120, INK) + _disc(400, 395, 88, "#4b5b73") + _disc(400, 395, 50, "#22304a")
            + _disc(372, 366, 18, "#ffffff", 'opacity=".8"') + _rect(540, 276, 44, 26, 8, CREAM))


def watch(m: str, d: str, li: str) -> str:
    return (_path("M330 120h140l-14 160H344z", m) + _path("M344 520h112l14 160H330z", m) + _rect(270, 260, 260, 280, 70, INK)
            + _rect(288, 278, 224, 244, 56, "#20262e") + _line("M400 400v-80M400 400l56 40", li, 12) + _disc(400, 400, 12, "#ffffff")
            + _rect(530, 370, 20, 60, 8, STEEL))


def keyboard(m: str, d: str, li: str) -> str:
    keys = "".join(_rect(186 + 48 * c, 336 + 48 * r, 38, 38, 8, li if (r + c) % 7 else "#f0b35f")
                   for r in range(3) for c in range(9))
    return _rect(150, 300, 500, 240, 34, d) + _rect(160, 306, 480, 216, 28, m) + keys + _rect(282, 482, 236, 26, 8, li)


def charger(m: str, d: str, li: str) -> str:
    return (_rect(250, 260, 300, 300, 60, m) + _rect(272, 282, 256, 256, 46, li, 'opacity=".35"')
            + _path("M430 300l-96 130h62l-26 100 100-136h-64z", GOLD) + _line("M400 560q0 70 70 70h120", d, 18))


def tshirt(m: str, d: str, li: str) -> str:
    return (_path("M300 190q100 60 200 0l130 70-50 110-60-24v270H280V346l-60 24-50-110z", m)
            + _path("M300 190q100 90 200 0l-24-12q-76 60-152 0z", d) + _path("M460 300h60v316h-80q50-150 20-316z", d, 'opacity=".25"')
            + _rect(330, 330, 60, 60, 12, li))


def hoodie(m: str, d: str, li: str) -> str:
    return (_path("M290 220q110-110 220 0l130 110-30 250-66-6v50H256v-50l-66 6-30-250z", m)
            + _path("M310 230q90-120 180 0q-90 110-180 0z", d) + _path("M300 430h200l24 110H276z", d, 'opacity=".5"')
            + _line("M370 300v90M430 300v90", CREAM, 9))


def trousers(m: str, d: str, li: str) -> str:
    return (_path("M290 170h220l40 470h-110l-40-300-40 300H250z", m) + _rect(286, 166, 228, 48, 10, d)
            + _line("M400 214v120", d, 8) + _line("M300 250q20 50 56 50M500 250q-20 50-56 50", li, 7))


def dress(m: str, d: str, li: str) -> str:
    return (_path("M330 160q20 60 70 60t70-60l46 20-34 150 90 290q-172 60-344 0l90-290-34-150z", m)
            + _rect(316, 320, 168, 30, 12, d) + _line("M360 360l-40 240M400 360v250M440 360l40 240", li, 7))


def sneaker(m: str, d: str, li: str) -> str:
    return (_path("M160 540V420q40 20 90-20l60-90 90 20q60 110 220 150q30 14 30 60z", m)
            + _path("M160 430q44 20 90-20l30-44q40 90 180 174H160z", d, 'opacity=".35"')
            + _rect(150, 530, 510, 54, 27, CREAM) + _line("M330 350l60-20M360 390l60-24M396 428l58-26", li, 12)
            + _line("M170 560h470", d, 6))


def hat(m: str, d: str, li: str) -> str:
    return (_oval(400, 510, 260, 62, d) + _oval(400, 498, 260, 58, m) + _path("M260 490q0-240 140-240t140 240q-140 50-280 0z", m)
            + _path("M260 470q140 60 280 0l4 36q-144 56-288 0z", d) + _line("M330 300q30-30 70-30", li, 10))


def bag(m: str, d: str, li: str) -> str:
    return (_line("M310 320v-50q0-90 90-90t90 90v50", d, 24) + _path("M220 310h360l34 290q0 30-30 30H216q-30 0-30-30z", m)
            + _path("M450 310h130l34 290q0 30-30 30h-80q20-180-54-320z", d, 'opacity=".3"') + _rect(350, 390, 100, 60, 12, li)
            + _disc(400, 420, 12, d))


def backpack(m: str, d: str, li: str) -> str:
    return (_line("M350 190q0-50 50-50t50 50", d, 20) + _path("M240 360q0-180 160-180t160 180v210q0 60-60 60H300q-60 0-60-60z", m)
            + _rect(290, 430, 220, 160, 34, d) + _rect(300, 440, 200, 60, 24, li, 'opacity=".5"') + _line("M290 330h220", d, 12)
            + _rect(220, 380, 34, 160, 16, d) + _rect(546, 380, 34, 160, 16, d))


def scarf(m: str, d: str, li: str) -> str:
    return (_path("M250 230q150-90 300 0q30 80-40 120q-110 50-220 0q-70-40-40-120z", m) + _path("M300 330h110l30 270H300z", d)
            + _path("M410 340h100l30 210H430z", m) + _line("M312 600v36M346 600v36M380 600v36M414 600v36M446 550v34M480 550v34M514 550v34", d, 9)
            + _line("M290 260q110 60 220 0M300 420h116M304 500h122", li, 12))


def ball(m: str, d: str, li: str) -> str:
    return (_disc(400, 410, 210, m) + _path("M400 200q210 30 210 210t-150 200q120-160-60-410z", d, 'opacity=".3"')
            + _line("M400 200q-110 200 0 420M200 380q200 90 410 20M260 260q140 60 290 10", li, 10))


def dumbbell(m: str, d: str, li: str) -> str:
    return ('<g transform="rotate(-24 400 400)">' + _rect(270, 380, 260, 40, 16, STEEL) + _rect(190, 300, 70, 200, 26, m)
            + _rect(250, 330, 40, 140, 16, d) + _rect(540, 300, 70, 200, 26, m) + _rect(510, 330, 40, 140, 16, d)
            + _rect(200, 316, 18, 160, 9, li) + "</g>")


def mat(m: str, d: str, li: str) -> str:
    return (_path("M230 330l300-90q60-10 80 40l20 300-330 60q-60 0-70-60z", m) + _disc(290, 400, 96, d) + _disc(290, 400, 72, m)
            + _disc(290, 400, 48, d) + _disc(290, 400, 24, li) + _line("M420 300l26 300M510 276l26 300", li, 8))


def tent(m: str, d: str, li: str) -> str:
    return (_path("M400 200L150 600h500z", m) + _path("M400 200l250 400H500z", d) + _path("M400 290L320 600h160z", INK, 'opacity=".75"')
            + _path("M400 290L320 600h40z", li) + _line("M150 600l-40 30M650 600l40 30M400 200v-40", WOOD_DARK, 9))


def helmet(m: str, d: str, li: str) -> str:
    return (_path("M170 470q0-250 230-250t240 230q0 40-40 40z", m) + _path("M400 220q240 20 240 230q0 40-40 40h-90q30-160-110-270z", d, 'opacity=".4"')
            + _line("M300 260q-50 70-50 150M400 236v170M490 262q50 60 54 140", li, 20) + _line("M260 490q20 110 130 120M560 490q-20 110-150 120", INK, 12))


def bicycle(m: str, d: str, li: str) -> str:
    wheels = "".join(_disc(x, 500, 110, "none", f'stroke="{INK}" stroke-width="18"') + _disc(x, 500, 14, INK) for x in (240, 560))
    return (wheels + _line("M240 500l110-190h150l60 190M350 310l60 190h-170M410 500l90-190", m, 20)
            + _line("M500 310l-16-60h60M320 290h70", d, 18) + _disc(410, 500, 30, d))


def flask(m: str, d: str, li: str) -> str:
    return (_rect(330, 140, 140, 80, 22, INK) + _rect(300, 220, 200, 410, 46, m) + _rect(300, 300, 200, 22, 0, d)
            + _rect(322, 250, 24, 340, 12, li) + _rect(440, 340, 60, 270, 30, d, 'opacity=".3"'))


def bear(m: str, d: str, li: str) -> str:
    return (_disc(300, 230, 62, m) + _disc(500, 230, 62, m) + _disc(300, 230, 34, li) + _disc(500, 230, 34, li)
            + _oval(400, 520, 150, 140, m) + _oval(400, 540, 92, 92, li) + _disc(400, 320, 150, m) + _oval(400, 370, 66, 50, li)
            + _disc(340, 300, 16, INK) + _disc(460, 300, 16, INK) + _oval(400, 350, 24, 16, INK) + _line("M400 366v26", INK, 7)
            + _oval(250, 520, 46, 70, d) + _oval(550, 520, 46, 70, d))


def blocks(m: str, d: str, li: str) -> str:
    return (_rect(210, 430, 180, 180, 20, m) + _rect(410, 430, 180, 180, 20, "#5d9cc4") + _rect(310, 240, 180, 180, 20, "#f0b35f")
            + _disc(300, 520, 46, li) + _path("M500 470l52 96H448z", "#ffffff", 'opacity=".85"') + _path("M400 280l18 36 40 6-29 28 7 40-36-19-36 19 7-40-29-28 40-6z", "#ffffff"))


def puzzle(m: str, d: str, li: str) -> str:
    return (_path("M220 240h140q-20-70 40-70t40 70h140v140q70-20 70 40t-70 40v140H440q20-60-40-60t-40 60H220z", m)
            + _path("M400 460v140h-40q20-60 40-60zM580 420q70-20 70 0t-70 40z", d, 'opacity=".4"') + _line("M260 290h80M260 330h40", li, 14))


def train(m: str, d: str, li: str) -> str:
    return (_rect(200, 360, 280, 150, 26, m) + _rect(420, 260, 160, 250, 26, d) + _rect(450, 300, 100, 84, 14, "#dff1fa")
            + _rect(260, 280, 50, 90, 12, INK) + _disc(285, 230, 30, "#ffffff", 'opacity=".8"') + _disc(330, 190, 22, "#ffffff", 'opacity=".6"')
            + _disc(280, 530, 58, INK) + _disc(280, 530, 26, GOLD) + _disc(420, 530, 58, INK) + _disc(420, 530, 26, GOLD)
            + _disc(540, 530, 58, INK) + _disc(540, 530, 26, GOLD) + _disc(214, 420, 22, li))


def kite(m: str, d: str, li: str) -> str:
    return (_path("M400 140l150 190-150 210-150-210z", m) + _path("M400 140l150 190H400z", li) + _path("M400 330h150L400 540z", d)
            + _line("M400 540q40 40 0 70t0 60", INK, 6) + _path("M400 600l-40-20v40zM400 600l40-20v40z", GOLD))


def book(m: str, d: str, li: str) -> str:
    return ('<g transform="rotate(-7 400 400)">' + _rect(250, 180, 310, 430, 18, d) + _rect(270, 190, 290, 404, 8, CREAM)
            + _rect(240, 170, 300, 420, 18, m) + _rect(240, 170, 44, 420, 14, d) + _rect(320, 250, 180, 26, 8, li)
            + _rect(320, 300, 120, 18, 8, li) + _disc(410, 440, 56, GOLD) + "</g>")


def pencils(m: str, d: str, li: str) -> str:
    parts = "".join(
        f'<g transform="rotate({a} 400 600)">' + _rect(376, 250, 48, 260, 0, c) + _path("M376 250h48l-24-70z", "#f3d7ad")
        + _path("M392 204h16l-8-24z", INK) + "</g>" for a, c in ((-22, "#5d9cc4"), (-7, "#e2a33d"), (8, m), (23, LEAF)))
    return parts + _path("M270 450h260l-24 180H294z", d) + _rect(256, 436, 288, 44, 14, li)


def tube(m: str, d: str, li: str) -> str:
    return (_path("M280 170h240l-30 370H310z", m) + _rect(272, 150, 256, 40, 8, d) + _rect(330, 540, 140, 90, 18, CREAM)
            + _rect(330, 540, 140, 20, 0, d, 'opacity=".4"') + _oval(400, 320, 66, 88, li) + _line("M360 440h80", CREAM, 10))


def pump(m: str, d: str, li: str) -> str:
    return (_line("M400 250v-70h-90", INK, 26) + _rect(350, 230, 100, 60, 14, INK) + _rect(270, 290, 260, 330, 56, m)
            + _rect(316, 380, 168, 150, 20, CREAM) + _path("M400 400q50 66 0 110q-50-44 0-110z", d) + _rect(290, 330, 20, 250, 10, li))


def soap(m: str, d: str, li: str) -> str:
    return (_disc(300, 220, 40, "#ffffff", 'opacity=".7"') + _disc(480, 180, 56, "#ffffff", 'opacity=".7"') + _disc(560, 270, 26, "#ffffff", 'opacity=".7"')
            + _rect(210, 330, 380, 220, 80, d) + _rect(210, 310, 380, 220, 80, m) + _rect(270, 360, 260, 120, 50, li, 'opacity=".6"')
            + _path("M400 380q36 46 0 80q-36-34 0-80z", d))


def lipstick(m: str, d: str, li: str) -> str:
    return (_path("M340 330V220q60-80 120-60v170z", m) + _path("M420 168q30-10 40-8v170h-40z", d, 'opacity=".4"')
            + _rect(326, 320, 148, 90, 8, GOLD) + _rect(306, 400, 188, 230, 18, INK) + _rect(326, 420, 18, 190, 9, "#5a6470"))


def comb(m: str, d: str, li: str) -> str:
    teeth = "".join(_rect(226 + 30 * i, 400, 16, 170, 8, m) for i in range(12))
    return teeth + _path("M210 420V340q0-80 190-80t190 80v80z", m) + _path("M240 350q160-80 320 0v20q-160-70-320 0z", li)


def perfume(m: str, d: str, li: str) -> str:
    return (_rect(350, 150, 100, 90, 14, INK) + _rect(370, 236, 60, 50, 0, GOLD) + _path("M300 286h200l60 70v210q0 50-50 50H290q-50 0-50-50V356z", m, 'opacity=".85"')
            + _path("M240 440h320v126q0 50-50 50H290q-50 0-50-50z", d, 'opacity=".55"') + _rect(320, 400, 160, 110, 6, CREAM) + _line("M350 440h100M365 474h70", d, 8))


def tin(m: str, d: str, li: str) -> str:
    return (_rect(260, 230, 280, 390, 20, m) + _oval(400, 230, 140, 36, li) + _oval(400, 222, 120, 26, d)
            + _rect(260, 340, 280, 160, 0, CREAM) + _path("M400 360q80 20 60 110q-90 0-60-110zM400 360q-80 20-60 110q90 0 60-110z", LEAF)
            + _rect(500, 250, 40, 350, 18, d, 'opacity=".25"'))


def pouch(m: str, d: str, li: str) -> str:
    return (_path("M260 190h280l20 60-10 350q0 30-30 30H280q-30 0-30-30l-10-350z", m) + _rect(256, 180, 288, 44, 6, d)
            + _rect(306, 320, 188, 200, 20, CREAM) + _oval(370, 400, 30, 44, "#7a4b2a", 'transform="rotate(-20 370 400)"')
            + _oval(432, 430, 30, 44, "#5e3820", 'transform="rotate(24 432 430)"') + _line("M340 490h120", d, 8)
            + _path("M500 250l40 0-8 350q-20 26-50 24z", d, 'opacity=".3"'))


def chocolate(m: str, d: str, li: str) -> str:
    squares = "".join(_rect(276 + 86 * c, 200 + 86 * r, 76, 76, 12, "#8a5a3a") + _rect(288 + 86 * c, 212 + 86 * r, 52, 52, 8, "#754a2e")
                      for c in range(3) for r in range(3))
    return _rect(264, 188, 274, 274, 18, "#5e3820") + squares + _path("M240 420l70 40 80-40 80 40 90-40v190q0 20-20 20H260q-20 0-20-20z", m) + _rect(300, 510, 200, 70, 12, li)


def fruit(m: str, d: str, li: str) -> str:
    return (_disc(330, 440, 120, m) + _disc(480, 460, 120, "#e58b3a") + _disc(410, 360, 120, "#d4574e") + _line("M410 250q0-60 40-90", WOOD_DARK, 12)
            + _path("M440 190q80-50 120 10q-70 50-120-10z", LEAF) + _disc(370, 320, 24, "#ffffff", 'opacity=".4"')
            + _path("M180 500h440q-20 130-220 130T180 500z", WOOD) + _path("M180 500h440l-6 30H186z", WOOD_DARK))


def rice(m: str, d: str, li: str) -> str:
    grains = "".join(_oval(310 + (i * 53) % 190, 300 + (i * 29) % 60, 22, 10, "#ffffff", f'transform="rotate({(i * 47) % 180} {310 + (i * 53) % 190} {300 + (i * 29) % 60})"')
                     for i in range(14))
    return _oval(400, 330, 190, 90, CREAM) + grains + _path("M190 340h420q0 250-210 260T190 340z", m) + _path("M190 340h420l-4 40H194z", d) + _oval(400, 606, 90, 18, d) + _line("M250 430q150 50 300 0", li, 9)


def gift(m: str, d: str, li: str) -> str:
    return (_rect(220, 330, 360, 270, 18, m) + _rect(200, 280, 400, 80, 16, d) + _rect(370, 280, 60, 320, 0, li)
            + _path("M400 280q-20-110-120-110-60 10-40 60 20 40 160 50z", li) + _path("M400 280q20-110 120-110 60 10 40 60-20 40-160 50z", li)
            + _disc(400, 276, 30, d) + _rect(470, 430, 90, 130, 8, CREAM) + _line("M488 464h54M488 490h54M488 516h30", d, 6))


DRAWINGS: dict[str, Drawing] = {f.__name__: f for f in (
    lamp, chair, sofa, table, plant, vase, candle, pillow, blanket, clock, mug, teapot, pan, pot, knife, plate, bottle,
    jar, board, headphones, phone, laptop, speaker, camera, watch, keyboard, charger, tshirt, hoodie, trousers, dress,
    sneaker, hat, bag, backpack, scarf, ball, dumbbell, mat, tent, helmet, bicycle, flask, bear, blocks, puzzle, train,
    kite, book, pencils, tube, pump, soap, lipstick, comb, perfume, tin, pouch, chocolate, fruit, rice, gift)}


def picture(department: str, drawing: str, colour: str) -> str:
    """The whole SVG document of a product of a department in a colour (#rrggbb)."""
    first, second, disc = BACKDROPS[department]
    main, dark, light = tones(colour)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800">'
        f'<defs><linearGradient id="b" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="{first}"/>'
        f'<stop offset="1" stop-color="{second}"/></linearGradient></defs>'
        f'<rect width="800" height="800" fill="url(#b)"/><circle cx="400" cy="400" r="310" fill="{disc}" opacity=".7"/>'
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
        return (_rect(70, 70, 230, 300, 10, "#fdfdfb") + _rect(86, 86, 92, 268, 4, "#cfe6f1") + _rect(192, 86, 92, 268, 4, "#cfe6f1")
                + _path("M70 370h230l150 220H150z", "#ffffff", 'opacity=".16"'))
    if name == "plant":
        return (_path("M664 420q-70-120-10-220q60 100 10 220zM668 420q20-130 100-150q0 110-100 150zM660 420q-20-110-100-120q10 90 100 120z", LEAF_DARK)
                + _path("M614 420h104l-16 132h-72z", "#c98a68"))
    if name == "jars":
        return (_rect(520, 150, 240, 12, 4, "#a9825c") + "".join(_rect(540 + 72 * n, 78, 52, 72, 10, c) for n, c in enumerate(("#d8c7a0", "#9fb7a2", "#c9826a")))
                + "".join(_rect(546 + 72 * n, 66, 40, 14, 4, "#8a6a48") for n in range(3)))
    if name == "frame":
        return _rect(90, 90, 190, 240, 6, "#ffffff") + _rect(112, 112, 146, 196, 2, "#c7d3de") + _path("M112 308l60-90 40 50 20-26 26 66z", "#8fa3b5") + _disc(218, 160, 18, "#f4d58d")
    if name == "rail":
        return _line("M70 120h240M100 120v-40M280 120v-40", "#9b8f88", 8) + _path("M120 130h60l20 40-24 10v130h-52V180l-24-10z", "#b9c6b4") + _path("M210 130h60l20 40-24 10v130h-52V180l-24-10z", "#d7c2a6")
    if name == "hills":
        return _disc(660, 150, 56, "#fff3c9") + _path("M0 520q160-220 320-40q120-180 260-20q100-120 220 30v70H0z", "#a9c7a4") + _path("M0 560q200-140 400 0t400-10v70H0z", "#93b78f")
    return "".join(_path(f"M{60 + 98 * n} {92 + abs(3 - n) * -8 + 30}l40 0-20 46z", c) for n, c in enumerate(("#d9695f", "#e9b44c", "#6aa5cf", "#7a9b76", "#d98a9a", "#7d5a85", "#d29a3f")))


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
