"""Pictures of what cares for the body and of what is eaten and given."""

from __future__ import annotations

from entrepot.demo.art.pens import CREAM, GOLD, INK, LEAF, WOOD, WOOD_DARK, disc, line, oval, path, rect


def tube(m: str, d: str, li: str) -> str:
    return (path("M280 170h240l-30 370H310z", m) + rect(272, 150, 256, 40, 8, d) + rect(330, 540, 140, 90, 18, CREAM)
            + rect(330, 540, 140, 20, 0, d, 'opacity=".4"') + oval(400, 320, 66, 88, li) + line("M360 440h80", CREAM, 10))


def pump(m: str, d: str, li: str) -> str:
    return (line("M400 250v-70h-90", INK, 26) + rect(350, 230, 100, 60, 14, INK) + rect(270, 290, 260, 330, 56, m)
            + rect(316, 380, 168, 150, 20, CREAM) + path("M400 400q50 66 0 110q-50-44 0-110z", d) + rect(290, 330, 20, 250, 10, li))


def soap(m: str, d: str, li: str) -> str:
    return (disc(300, 220, 40, "#ffffff", 'opacity=".7"') + disc(480, 180, 56, "#ffffff", 'opacity=".7"') + disc(560, 270, 26, "#ffffff", 'opacity=".7"')
            + rect(210, 330, 380, 220, 80, d) + rect(210, 310, 380, 220, 80, m) + rect(270, 360, 260, 120, 50, li, 'opacity=".6"')
            + path("M400 380q36 46 0 80q-36-34 0-80z", d))


def lipstick(m: str, d: str, li: str) -> str:
    return (path("M340 330V220q60-80 120-60v170z", m) + path("M420 168q30-10 40-8v170h-40z", d, 'opacity=".4"')
            + rect(326, 320, 148, 90, 8, GOLD) + rect(306, 400, 188, 230, 18, INK) + rect(326, 420, 18, 190, 9, "#5a6470"))


def comb(m: str, d: str, li: str) -> str:
    teeth = "".join(rect(226 + 30 * i, 400, 16, 170, 8, m) for i in range(12))
    return teeth + path("M210 420V340q0-80 190-80t190 80v80z", m) + path("M240 350q160-80 320 0v20q-160-70-320 0z", li)


def perfume(m: str, d: str, li: str) -> str:
    return (rect(350, 150, 100, 90, 14, INK) + rect(370, 236, 60, 50, 0, GOLD) + path("M300 286h200l60 70v210q0 50-50 50H290q-50 0-50-50V356z", m, 'opacity=".85"')
            + path("M240 440h320v126q0 50-50 50H290q-50 0-50-50z", d, 'opacity=".55"') + rect(320, 400, 160, 110, 6, CREAM) + line("M350 440h100M365 474h70", d, 8))


def tin(m: str, d: str, li: str) -> str:
    return (rect(260, 230, 280, 390, 20, m) + oval(400, 230, 140, 36, li) + oval(400, 222, 120, 26, d)
            + rect(260, 340, 280, 160, 0, CREAM) + path("M400 360q80 20 60 110q-90 0-60-110zM400 360q-80 20-60 110q90 0 60-110z", LEAF)
            + rect(500, 250, 40, 350, 18, d, 'opacity=".25"'))


def pouch(m: str, d: str, li: str) -> str:
    return (path("M260 190h280l20 60-10 350q0 30-30 30H280q-30 0-30-30l-10-350z", m) + rect(256, 180, 288, 44, 6, d)
            + rect(306, 320, 188, 200, 20, CREAM) + oval(370, 400, 30, 44, "#7a4b2a", 'transform="rotate(-20 370 400)"')
            + oval(432, 430, 30, 44, "#5e3820", 'transform="rotate(24 432 430)"') + line("M340 490h120", d, 8)
            + path("M500 250l40 0-8 350q-20 26-50 24z", d, 'opacity=".3"'))


def chocolate(m: str, d: str, li: str) -> str:
    squares = "".join(rect(276 + 86 * c, 200 + 86 * r, 76, 76, 12, "#8a5a3a") + rect(288 + 86 * c, 212 + 86 * r, 52, 52, 8, "#754a2e")
                      for c in range(3) for r in range(3))
    return rect(264, 188, 274, 274, 18, "#5e3820") + squares + path("M240 420l70 40 80-40 80 40 90-40v190q0 20-20 20H260q-20 0-20-20z", m) + rect(300, 510, 200, 70, 12, li)


def fruit(m: str, d: str, li: str) -> str:
    return (disc(330, 440, 120, m) + disc(480, 460, 120, "#e58b3a") + disc(410, 360, 120, "#d4574e") + line("M410 250q0-60 40-90", WOOD_DARK, 12)
            + path("M440 190q80-50 120 10q-70 50-120-10z", LEAF) + disc(370, 320, 24, "#ffffff", 'opacity=".4"')
            + path("M180 500h440q-20 130-220 130T180 500z", WOOD) + path("M180 500h440l-6 30H186z", WOOD_DARK))


def rice(m: str, d: str, li: str) -> str:
    grains = "".join(oval(310 + (i * 53) % 190, 300 + (i * 29) % 60, 22, 10, "#ffffff", f'transform="rotate({(i * 47) % 180} {310 + (i * 53) % 190} {300 + (i * 29) % 60})"')
                     for i in range(14))
    return oval(400, 330, 190, 90, CREAM) + grains + path("M190 340h420q0 250-210 260T190 340z", m) + path("M190 340h420l-4 40H194z", d) + oval(400, 606, 90, 18, d) + line("M250 430q150 50 300 0", li, 9)


def gift(m: str, d: str, li: str) -> str:
    return (rect(220, 330, 360, 270, 18, m) + rect(200, 280, 400, 80, 16, d) + rect(370, 280, 60, 320, 0, li)
            + path("M400 280q-20-110-120-110-60 10-40 60 20 40 160 50z", li) + path("M400 280q20-110 120-110 60 10 40 60-20 40-160 50z", li)
            + disc(400, 276, 30, d) + rect(470, 430, 90, 130, 8, CREAM) + line("M488 464h54M488 490h54M488 516h30", d, 6))


DRAWINGS = (tube, pump, soap, lipstick, comb, perfume, tin, pouch, chocolate, fruit, rice, gift)
