"""Charts of the office, declared once in Python: drawn in the page by Vega, and as pictures for mail by the worker.

Altair and the converter are heavy, so no web process imports them: `write_files` runs once, before the servers start,
and leaves the specifications and the browser's bundle among the static files. A page only hands over its rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from entrepot.kit import home

Rows = list[dict[str, Any]]
_INK, _GRID, _FILL = "#63666c", "#e4e1dc", "#b5523b"


def _folder() -> Path:
    return home.folder("generated") / "charts"


def sales_by_day() -> dict[str, Any]:
    import altair as alt

    date_format = "%-m月%-d日" if (get_language() or "").startswith("zh") else "%-d %b"
    day = alt.X("day:T", timeUnit="yearmonthdate", title=None, axis=alt.Axis(format=date_format, grid=False))
    tip = [alt.Tooltip("day:T", title=_("Day"), format=date_format),
           alt.Tooltip("amount:Q", title=pgettext("amount", "Sales"), format=",.2f")]
    chart = alt.Chart(alt.NamedData("rows")).mark_bar(cornerRadiusEnd=3).encode(
        x=day, y=alt.Y("amount:Q", title=None, axis=alt.Axis(format="~s", tickCount=4)), tooltip=tip)
    return _finished(chart, 220)


def orders_by_state() -> dict[str, Any]:
    import altair as alt

    chart = alt.Chart(alt.NamedData("rows")).mark_bar(cornerRadiusEnd=3).encode(
        y=alt.Y("state:N", title=None, sort="-x", axis=alt.Axis(ticks=False, domain=False)),
        x=alt.X("orders:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=5)),
        tooltip=[alt.Tooltip("state:N", title=_("State")), alt.Tooltip("orders:Q", title=_("Orders"))])
    return _finished(chart, 220)


CHARTS: dict[str, Callable[[], dict[str, Any]]] = {"sales_by_day": sales_by_day, "orders_by_state": orders_by_state}


def _finished(chart: Any, height: int) -> dict[str, Any]:
    spec: dict[str, Any] = chart.properties(width="container", height=height).to_dict()
    font = "Inter, 'Noto Sans CJK SC', sans-serif"
    spec["config"] = {"font": font, "background": "transparent", "view": {"stroke": None},
                      "axis": {"labelColor": _INK, "gridColor": _GRID, "domainColor": _GRID, "tickColor": _GRID,
                               "labelFontSize": 12}, "bar": {"color": _FILL}}
    return spec


# ---- before the servers start

def stamp() -> str:
    """Changes with the charts and with the packages that draw them."""
    packages = version("altair") + version("vl-convert-python")
    return hashlib.sha256(Path(__file__).read_bytes() + packages.encode()).hexdigest()


def are_written() -> bool:
    mark = _folder() / "stamp"
    return mark.exists() and mark.read_text() == stamp()


def write_files() -> None:
    """Specifications in every language, and the browser's bundle."""
    import vl_convert

    _folder().mkdir(parents=True, exist_ok=True)
    for code, build in CHARTS.items():
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                (_folder() / f"{code}.{language}.json").write_text(json.dumps(build()))
    (_folder() / "vega.js").write_text(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
    (_folder() / "stamp").write_text(stamp())


# ---- in a page

def drawn(code: str, title: str, columns: Sequence[str], rows: Rows) -> dict[str, Any]:
    """What `office/_chart.html` needs; the rows are also shown as a table, for who cannot or will not see a drawing."""
    name = f"charts/{code}.{get_language() or 'en'}.json"
    there = bool(rows) and (home.folder("generated") / name).exists()
    return {"code": code, "rows_id": f"rows-{code}", "title": title, "columns": columns, "rows": rows,
            "table": [list(row.values()) for row in rows],
            "spec": static(name) if there else "", "script": static("charts/vega.js") if there else ""}


# ---- in the worker

def picture(code: str, rows: Rows, *, kind: str = "png", width: int = 560) -> bytes:
    """The same chart as a file for mail: PNG, or SVG."""
    import vl_convert

    spec = {**CHARTS[code](), "width": width, "background": "#ffffff"}
    spec["datasets"] = {"rows": rows}
    if kind == "svg":
        return bytes(vl_convert.vegalite_to_svg(spec).encode())
    return bytes(vl_convert.vegalite_to_png(spec, scale=2))


if __name__ == "__main__":
    from entrepot.kit.command import ready

    ready(start_database=False)
    write_files()
