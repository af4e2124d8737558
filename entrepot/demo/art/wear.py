"""Pictures of what is worn and carried."""

from __future__ import annotations

from entrepot.demo.art.pens import CREAM, disc, line, oval, path, rect


def tshirt(m: str, d: str, li: str) -> str:
    return (path("M300 190q100 60 200 0l130 70-50 110-60-24v270H280V346l-60 24-50-110z", m)
            + path("M300 190q100 90 200 0l-24-12q-76 60-152 0z", d) + path("M460 300h60v316h-80q50-150 20-316z", d, 'opacity=".25"')
            + rect(330, 330, 60, 60, 12, li))


def hoodie(m: str, d: str, li: str) -> str:
    return (path("M290 220q110-110 220 0l130 110-30 250-66-6v50H256v-50l-66 6-30-250z", m)
            + path("M310 230q90-120 180 0q-90 110-180 0z", d) + path("M300 430h200l24 110H276z", d, 'opacity=".5"')
            + line("M370 300v90M430 300v90", CREAM, 9))


def trousers(m: str, d: str, li: str) -> str:
    return (path("M290 170h220l40 470h-110l-40-300-40 300H250z", m) + rect(286, 166, 228, 48, 10, d)
            + line("M400 214v120", d, 8) + line("M300 250q20 50 56 50M500 250q-20 50-56 50", li, 7))


def dress(m: str, d: str, li: str) -> str:
    return (path("M330 160q20 60 70 60t70-60l46 20-34 150 90 290q-172 60-344 0l90-290-34-150z", m)
            + rect(316, 320, 168, 30, 12, d) + line("M360 360l-40 240M400 360v250M440 360l40 240", li, 7))


def sneaker(m: str, d: str, li: str) -> str:
    return (path("M160 540V420q40 20 90-20l60-90 90 20q60 110 220 150q30 14 30 60z", m)
            + path("M160 430q44 20 90-20l30-44q40 90 180 174H160z", d, 'opacity=".35"')
            + rect(150, 530, 510, 54, 27, CREAM) + line("M330 350l60-20M360 390l60-24M396 428l58-26", li, 12)
            + line("M170 560h470", d, 6))


def hat(m: str, d: str, li: str) -> str:
    return (oval(400, 510, 260, 62, d) + oval(400, 498, 260, 58, m) + path("M260 490q0-240 140-240t140 240q-140 50-280 0z", m)
            + path("M260 470q140 60 280 0l4 36q-144 56-288 0z", d) + line("M330 300q30-30 70-30", li, 10))


def bag(m: str, d: str, li: str) -> str:
    return (line("M310 320v-50q0-90 90-90t90 90v50", d, 24) + path("M220 310h360l34 290q0 30-30 30H216q-30 0-30-30z", m)
            + path("M450 310h130l34 290q0 30-30 30h-80q20-180-54-320z", d, 'opacity=".3"') + rect(350, 390, 100, 60, 12, li)
            + disc(400, 420, 12, d))


def backpack(m: str, d: str, li: str) -> str:
    return (line("M350 190q0-50 50-50t50 50", d, 20) + path("M240 360q0-180 160-180t160 180v210q0 60-60 60H300q-60 0-60-60z", m)
            + rect(290, 430, 220, 160, 34, d) + rect(300, 440, 200, 60, 24, li, 'opacity=".5"') + line("M290 330h220", d, 12)
            + rect(220, 380, 34, 160, 16, d) + rect(546, 380, 34, 160, 16, d))


def scarf(m: str, d: str, li: str) -> str:
    return (path("M250 230q150-90 300 0q30 80-40 120q-110 50-220 0q-70-40-40-120z", m) + path("M300 330h110l30 270H300z", d)
            + path("M410 340h100l30 210H430z", m) + line("M312 600v36M346 600v36M380 600v36M414 600v36M446 550v34M480 550v34M514 550v34", d, 9)
            + line("M290 260q110 60 220 0M300 420h116M304 500h122", li, 12))


DRAWINGS = (tshirt, hoodie, trousers, dress, sneaker, hat, bag, backpack, scarf)
