"""Pictures of what stands at home and in the kitchen."""

from __future__ import annotations

from entrepot.demo.art.pens import CREAM, INK, LEAF, LEAF_DARK, STEEL, WOOD, WOOD_DARK, disc, line, oval, path, rect


def lamp(m: str, d: str, li: str) -> str:
    return (disc(400, 330, 210, "#fff3cf", 'opacity=".55"') + path("M290 220h220l70 190H220z", m)
            + path("M400 220h110l70 190H400z", d, 'opacity=".35"') + rect(390, 410, 20, 170, 6, WOOD_DARK)
            + oval(400, 590, 110, 24, WOOD))


def chair(m: str, d: str, li: str) -> str:
    return (line("M270 470l-40 150M530 470l40 150M330 480l-10 130M470 480l10 130", WOOD_DARK, 18)
            + path("M250 190q150-60 300 0l-20 220H270z", m) + path("M250 190q150-60 300 0l-5 40q-145-50-290 0z", li)
            + rect(240, 400, 320, 80, 34, d) + rect(240, 392, 320, 58, 28, m))


def sofa(m: str, d: str, li: str) -> str:
    return (line("M220 560l-14 50M580 560l14 50", WOOD_DARK, 18) + rect(210, 270, 380, 210, 46, d)
            + rect(240, 290, 155, 150, 26, m) + rect(405, 290, 155, 150, 26, m) + rect(210, 430, 380, 130, 36, m)
            + rect(150, 380, 100, 190, 44, d) + rect(550, 380, 100, 190, 44, d) + rect(250, 430, 300, 44, 20, li))


def table(m: str, d: str, li: str) -> str:
    return (line("M240 390l-50 220M560 390l50 220M330 400l-20 190M470 400l20 190", d, 20)
            + rect(150, 350, 500, 48, 20, m) + rect(150, 350, 500, 20, 10, li)
            + path("M370 350q-8-70 30-80 38 10 30 80z", CREAM) + line("M400 270q-10-70-50-90M400 270q6-60 52-84", LEAF, 9))


def plant(m: str, d: str, li: str) -> str:
    leaves = "".join(
        path(f"M400 420q{x} {y} {x * 2} {y - 60}q-{abs(x) // 3} 120-{x * 2} {60 - y}z", colour)
        for x, y, colour in ((70, -80, LEAF), (-70, -90, LEAF_DARK), (110, -20, LEAF_DARK), (-110, -30, LEAF)))
    return (leaves + path("M400 430q-60-130 0-260q60 130 0 260z", LEAF)
            + path("M290 420h220l-26 190q-84 26-168 0z", m) + rect(276, 400, 248, 48, 14, li)
            + path("M420 448h84l-20 162q-40 12-64 12z", d, 'opacity=".35"'))


def vase(m: str, d: str, li: str) -> str:
    return (line("M400 300q-20-90-70-140M400 300q10-100 60-150M400 290v-150", LEAF_DARK, 8) + disc(330, 160, 32, "#e58f7b")
            + disc(462, 148, 30, "#f0b35f") + disc(400, 132, 36, "#d9697a")
            + path("M350 270h100q-6 60 60 140t-50 200H340q-116-60-50-200t60-140z", m)
            + path("M420 270h30q-6 60 60 140t-50 200h-50q90-120 10-340z", d, 'opacity=".35"'))


def candle(m: str, d: str, li: str) -> str:
    return (disc(400, 250, 120, "#fff0c2", 'opacity=".6"') + path("M400 190q46 62 0 96q-46-34 0-96z", "#f3a63b")
            + path("M400 226q20 34 0 54q-20-20 0-54z", "#fff2c4") + line("M400 286v34", INK, 6)
            + rect(290, 320, 220, 280, 30, m) + oval(400, 322, 110, 26, li) + rect(330, 420, 140, 100, 10, CREAM)
            + line("M352 455h96M364 485h72", d, 6))


def pillow(m: str, d: str, li: str) -> str:
    return (path("M200 250q200 40 400 0q40 180 0 350q-200-40-400 0q-40-170 0-350z", m)
            + line("M250 300q150 26 300 0M250 550q150-26 300 0M246 300q-14 120 0 250M554 300q14 120 0 250", li, 7)
            + path("M400 360l30 64 70 8-52 46 14 70-62-36-62 36 14-70-52-46 70-8z", d, 'opacity=".55"'))


def blanket(m: str, d: str, li: str) -> str:
    stripes = "".join(rect(220, y, 360, 26, 8, li) for y in (300, 380, 460))
    return (rect(220, 240, 360, 320, 30, m) + stripes + path("M220 520h360v50q-180 60-360 0z", d)
            + line("M236 584v40M286 596v42M336 604v42M386 606v42M436 604v42M486 598v42M536 590v42M566 582v40", d, 9))


def clock(m: str, d: str, li: str) -> str:
    marks = "".join(line(p, INK, 8) for p in ("M400 226v26", "M400 548v26", "M226 400h26", "M548 400h26"))
    return (disc(400, 400, 210, m) + disc(400, 400, 176, CREAM) + marks + line("M400 400l-70-66", INK, 16)
            + line("M400 400l96-90", d, 10) + disc(400, 400, 16, INK))


def mug(m: str, d: str, li: str) -> str:
    steam = line("M340 240q-24-40 0-76t0-72M410 240q-24-40 0-76t0-72", "#ffffff", 12)
    return (steam + line("M520 340q120-10 110 90t-130 90", d, 34) + path("M250 290h290l-18 270q-126 56-254 0z", m)
            + oval(395, 290, 145, 30, d) + oval(395, 294, 124, 20, "#6b4630") + rect(282, 350, 26, 170, 13, li))


def teapot(m: str, d: str, li: str) -> str:
    return (line("M560 380q110-30 110 70t-120 70", d, 26) + path("M270 470q-90-20-130-150l44-14q40 76 104 70z", m)
            + oval(420, 450, 190, 150, m) + path("M420 300q190 0 190 150t-150 150q120-150-40-300z", d, 'opacity=".3"')
            + oval(420, 306, 90, 24, li) + disc(420, 272, 24, d) + oval(420, 600, 90, 16, d))


def pan(m: str, d: str, li: str) -> str:
    return (rect(560, 386, 190, 36, 18, WOOD_DARK) + oval(380, 410, 220, 190, d) + oval(380, 396, 220, 186, m)
            + oval(380, 398, 178, 148, "#3a3f46") + oval(340, 390, 92, 74, "#ffffff") + disc(340, 388, 34, "#f5b93e"))


def pot(m: str, d: str, li: str) -> str:
    return (line("M230 400h-50v60h50M570 400h50v60h-50", d, 22) + path("M230 350h340v190q0 60-60 60H290q-60 0-60-60z", m)
            + path("M460 350h110v190q0 60-60 60h-70q40-120 20-250z", d, 'opacity=".35"') + oval(400, 350, 180, 34, li)
            + path("M230 340q170-120 340 0z", m) + disc(400, 270, 24, WOOD_DARK))


def knife(m: str, d: str, li: str) -> str:
    return ('<g transform="rotate(-38 400 400)">' + path("M190 370h330v56q-160 60-330-56z", STEEL)
            + path("M190 370h330v20H220z", "#e4e8ec") + rect(520, 362, 170, 64, 22, m) + disc(560, 394, 8, li)
            + disc(605, 394, 8, li) + disc(650, 394, 8, li) + "</g>")


def plate(m: str, d: str, li: str) -> str:
    return (disc(400, 410, 220, m) + disc(400, 410, 220, d, 'opacity=".15"') + disc(400, 402, 216, m)
            + disc(400, 402, 150, li) + line("M400 260q36 40 0 84M400 545q-36-40 0-84M258 402q40-36 84 0M542 402q-40 36-84 0", d, 8))


def bottle(m: str, d: str, li: str) -> str:
    return (rect(350, 150, 100, 66, 16, INK) + path("M340 216h120q10 50 40 80v260q0 60-60 60h-80q-60 0-60-60V296q30-30 40-80z", m)
            + rect(300, 380, 200, 130, 0, CREAM, 'opacity=".9"') + line("M330 425h140M350 465h100", d, 10)
            + rect(320, 300, 22, 280, 11, li, 'opacity=".7"'))


def jar(m: str, d: str, li: str) -> str:
    return (rect(280, 190, 240, 66, 18, WOOD) + path("M270 256h260q30 30 30 80v210q0 60-60 60H300q-60 0-60-60V336q0-50 30-80z", "#ffffff", 'opacity=".65"')
            + path("M250 360h300v186q0 50-54 50H304q-54 0-54-50z", m) + rect(300, 400, 200, 120, 14, CREAM)
            + line("M330 440h140M350 480h100", d, 9))


def board(m: str, d: str, li: str) -> str:
    return (rect(230, 220, 340, 400, 40, WOOD) + rect(370, 150, 60, 110, 26, WOOD) + disc(400, 186, 14, "#efe2cf")
            + line("M270 300q120 30 260 0M270 420q140-26 260 0M270 540q120 26 260 0", WOOD_DARK, 6)
            + path("M330 470q70-120 150-20q-40 90-150 20z", m) + line("M340 466q70-26 130-14", li, 7))


DRAWINGS = (lamp, chair, sofa, table, plant, vase, candle, pillow, blanket, clock, mug, teapot, pan, pot, knife, plate, bottle, jar, board)
