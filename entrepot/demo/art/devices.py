"""Pictures of electronics."""

from __future__ import annotations

from entrepot.demo.art.pens import CREAM, GOLD, INK, STEEL, disc, line, path, rect


def headphones(m: str, d: str, li: str) -> str:
    return (line("M230 450V390q0-180 170-180t170 180v60", d, 34) + rect(186, 410, 110, 190, 50, m)
            + rect(504, 410, 110, 190, 50, m) + rect(262, 430, 40, 150, 20, INK) + rect(498, 430, 40, 150, 20, INK)
            + rect(206, 440, 24, 120, 12, li))


def phone(m: str, d: str, li: str) -> str:
    return (rect(270, 140, 260, 520, 48, d) + rect(286, 158, 228, 484, 36, INK) + rect(298, 172, 204, 456, 28, m)
            + path("M298 430q110-90 204 20v150q0 28-28 28H326q-28 0-28-28z", li) + disc(440, 280, 46, "#fff3cf")
            + rect(360, 186, 80, 16, 8, INK))


def laptop(m: str, d: str, li: str) -> str:
    return (rect(210, 210, 380, 270, 24, INK) + rect(228, 228, 344, 234, 10, m)
            + path("M228 400q120-110 220-30t124-50v142H228z", li) + path("M150 480h500l30 70q0 20-24 20H144q-24 0-24-20z", STEEL)
            + path("M340 480h120l10 22H330z", "#8b939c"))


def speaker(m: str, d: str, li: str) -> str:
    return (rect(270, 160, 260, 460, 50, m) + rect(290, 180, 220, 420, 40, d, 'opacity=".4"') + disc(400, 270, 54, INK)
            + disc(400, 270, 26, STEEL) + disc(400, 460, 100, INK) + disc(400, 460, 66, d) + disc(400, 460, 26, STEEL))


def camera(m: str, d: str, li: str) -> str:
    return (path("M310 250l30-50h120l30 50z", d) + rect(180, 250, 440, 290, 42, m) + rect(180, 330, 440, 130, 0, d)
            + disc(400, 395, 120, INK) + disc(400, 395, 88, "#4b5b73") + disc(400, 395, 50, "#22304a")
            + disc(372, 366, 18, "#ffffff", 'opacity=".8"') + rect(540, 276, 44, 26, 8, CREAM))


def watch(m: str, d: str, li: str) -> str:
    return (path("M330 120h140l-14 160H344z", m) + path("M344 520h112l14 160H330z", m) + rect(270, 260, 260, 280, 70, INK)
            + rect(288, 278, 224, 244, 56, "#20262e") + line("M400 400v-80M400 400l56 40", li, 12) + disc(400, 400, 12, "#ffffff")
            + rect(530, 370, 20, 60, 8, STEEL))


def keyboard(m: str, d: str, li: str) -> str:
    keys = "".join(rect(186 + 48 * c, 336 + 48 * r, 38, 38, 8, li if (r + c) % 7 else "#f0b35f")
                   for r in range(3) for c in range(9))
    return rect(150, 300, 500, 240, 34, d) + rect(160, 306, 480, 216, 28, m) + keys + rect(282, 482, 236, 26, 8, li)


def charger(m: str, d: str, li: str) -> str:
    return (rect(250, 260, 300, 300, 60, m) + rect(272, 282, 256, 256, 46, li, 'opacity=".35"')
            + path("M430 300l-96 130h62l-26 100 100-136h-64z", GOLD) + line("M400 560q0 70 70 70h120", d, 18))


DRAWINGS = (headphones, phone, laptop, speaker, camera, watch, keyboard, charger)
