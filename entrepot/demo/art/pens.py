"""Strokes and colours that all pictures share: a stroke is an SVG element on a canvas of 800 x 800."""

from __future__ import annotations

WOOD, WOOD_DARK, STEEL, INK, CREAM, LEAF, LEAF_DARK, GOLD = (
    "#c99b6d", "#a87b4f", "#b9c0c8", "#2f3640", "#fbf6ec", "#6fa26b", "#4c7f4d", "#d9b25f")


def path(d: str, fill: str, extra: str = "") -> str:
    return f'<path d="{d}" fill="{fill}" {extra}/>'


def rect(x: int, y: int, w: int, h: int, r: int, fill: str, extra: str = "") -> str:
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{fill}" {extra}/>'


def disc(x: int, y: int, r: int, fill: str, extra: str = "") -> str:
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="{fill}" {extra}/>'


def oval(x: int, y: int, rx: int, ry: int, fill: str, extra: str = "") -> str:
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{fill}" {extra}/>'


def line(d: str, stroke: str, width: int) -> str:
    return (f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{width}" stroke-linecap="round" '
            'stroke-linejoin="round"/>')
