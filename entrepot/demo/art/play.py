"""Pictures of sports gear, toys and what is read."""

from __future__ import annotations

from entrepot.demo.art.pens import CREAM, GOLD, INK, LEAF, STEEL, WOOD_DARK, disc, line, oval, path, rect


def ball(m: str, d: str, li: str) -> str:
    return (disc(400, 410, 210, m) + path("M400 200q210 30 210 210t-150 200q120-160-60-410z", d, 'opacity=".3"')
            + line("M400 200q-110 200 0 420M200 380q200 90 410 20M260 260q140 60 290 10", li, 10))


def dumbbell(m: str, d: str, li: str) -> str:
    return ('<g transform="rotate(-24 400 400)">' + rect(270, 380, 260, 40, 16, STEEL) + rect(190, 300, 70, 200, 26, m)
            + rect(250, 330, 40, 140, 16, d) + rect(540, 300, 70, 200, 26, m) + rect(510, 330, 40, 140, 16, d)
            + rect(200, 316, 18, 160, 9, li) + "</g>")


def mat(m: str, d: str, li: str) -> str:
    return (path("M230 330l300-90q60-10 80 40l20 300-330 60q-60 0-70-60z", m) + disc(290, 400, 96, d) + disc(290, 400, 72, m)
            + disc(290, 400, 48, d) + disc(290, 400, 24, li) + line("M420 300l26 300M510 276l26 300", li, 8))


def tent(m: str, d: str, li: str) -> str:
    return (path("M400 200L150 600h500z", m) + path("M400 200l250 400H500z", d) + path("M400 290L320 600h160z", INK, 'opacity=".75"')
            + path("M400 290L320 600h40z", li) + line("M150 600l-40 30M650 600l40 30M400 200v-40", WOOD_DARK, 9))


def helmet(m: str, d: str, li: str) -> str:
    return (path("M170 470q0-250 230-250t240 230q0 40-40 40z", m) + path("M400 220q240 20 240 230q0 40-40 40h-90q30-160-110-270z", d, 'opacity=".4"')
            + line("M300 260q-50 70-50 150M400 236v170M490 262q50 60 54 140", li, 20) + line("M260 490q20 110 130 120M560 490q-20 110-150 120", INK, 12))


def bicycle(m: str, d: str, li: str) -> str:
    wheels = "".join(disc(x, 500, 110, "none", f'stroke="{INK}" stroke-width="18"') + disc(x, 500, 14, INK) for x in (240, 560))
    return (wheels + line("M240 500l110-190h150l60 190M350 310l60 190h-170M410 500l90-190", m, 20)
            + line("M500 310l-16-60h60M320 290h70", d, 18) + disc(410, 500, 30, d))


def flask(m: str, d: str, li: str) -> str:
    return (rect(330, 140, 140, 80, 22, INK) + rect(300, 220, 200, 410, 46, m) + rect(300, 300, 200, 22, 0, d)
            + rect(322, 250, 24, 340, 12, li) + rect(440, 340, 60, 270, 30, d, 'opacity=".3"'))


def bear(m: str, d: str, li: str) -> str:
    return (disc(300, 230, 62, m) + disc(500, 230, 62, m) + disc(300, 230, 34, li) + disc(500, 230, 34, li)
            + oval(400, 520, 150, 140, m) + oval(400, 540, 92, 92, li) + disc(400, 320, 150, m) + oval(400, 370, 66, 50, li)
            + disc(340, 300, 16, INK) + disc(460, 300, 16, INK) + oval(400, 350, 24, 16, INK) + line("M400 366v26", INK, 7)
            + oval(250, 520, 46, 70, d) + oval(550, 520, 46, 70, d))


def blocks(m: str, d: str, li: str) -> str:
    return (rect(210, 430, 180, 180, 20, m) + rect(410, 430, 180, 180, 20, "#5d9cc4") + rect(310, 240, 180, 180, 20, "#f0b35f")
            + disc(300, 520, 46, li) + path("M500 470l52 96H448z", "#ffffff", 'opacity=".85"') + path("M400 280l18 36 40 6-29 28 7 40-36-19-36 19 7-40-29-28 40-6z", "#ffffff"))


def puzzle(m: str, d: str, li: str) -> str:
    return (path("M220 240h140q-20-70 40-70t40 70h140v140q70-20 70 40t-70 40v140H440q20-60-40-60t-40 60H220z", m)
            + path("M400 460v140h-40q20-60 40-60zM580 420q70-20 70 0t-70 40z", d, 'opacity=".4"') + line("M260 290h80M260 330h40", li, 14))


def train(m: str, d: str, li: str) -> str:
    return (rect(200, 360, 280, 150, 26, m) + rect(420, 260, 160, 250, 26, d) + rect(450, 300, 100, 84, 14, "#dff1fa")
            + rect(260, 280, 50, 90, 12, INK) + disc(285, 230, 30, "#ffffff", 'opacity=".8"') + disc(330, 190, 22, "#ffffff", 'opacity=".6"')
            + disc(280, 530, 58, INK) + disc(280, 530, 26, GOLD) + disc(420, 530, 58, INK) + disc(420, 530, 26, GOLD)
            + disc(540, 530, 58, INK) + disc(540, 530, 26, GOLD) + disc(214, 420, 22, li))


def kite(m: str, d: str, li: str) -> str:
    return (path("M400 140l150 190-150 210-150-210z", m) + path("M400 140l150 190H400z", li) + path("M400 330h150L400 540z", d)
            + line("M400 540q40 40 0 70t0 60", INK, 6) + path("M400 600l-40-20v40zM400 600l40-20v40z", GOLD))


def book(m: str, d: str, li: str) -> str:
    return ('<g transform="rotate(-7 400 400)">' + rect(250, 180, 310, 430, 18, d) + rect(270, 190, 290, 404, 8, CREAM)
            + rect(240, 170, 300, 420, 18, m) + rect(240, 170, 44, 420, 14, d) + rect(320, 250, 180, 26, 8, li)
            + rect(320, 300, 120, 18, 8, li) + disc(410, 440, 56, GOLD) + "</g>")


def pencils(m: str, d: str, li: str) -> str:
    parts = "".join(
        f'<g transform="rotate({a} 400 600)">' + rect(376, 250, 48, 260, 0, c) + path("M376 250h48l-24-70z", "#f3d7ad")
        + path("M392 204h16l-8-24z", INK) + "</g>" for a, c in ((-22, "#5d9cc4"), (-7, "#e2a33d"), (8, m), (23, LEAF)))
    return parts + path("M270 450h260l-24 180H294z", d) + rect(256, 436, 288, 44, 14, li)


DRAWINGS = (ball, dumbbell, mat, tent, helmet, bicycle, flask, bear, blocks, puzzle, train, kite, book, pencils)
