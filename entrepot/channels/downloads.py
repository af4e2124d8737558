"""Files that go out: what an export wrote, and the refused rows of an import, in the kind of file that came in."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse

from entrepot.channels import files, queries
from entrepot.channels.actions.export import may_export
from entrepot.channels.actions.import_catalogue import refused_rows
from entrepot.channels.errors import FileGone
from entrepot.channels.permissions import EXPORT, IMPORT
from entrepot.channels.tables import write_csv, write_xlsx
from entrepot.inventory import public as inventory
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, NotFound, PermissionDenied

TYPES = {".csv": "text/csv; charset=utf-8",
         ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def _headers(name: str) -> dict[str, str]:
    plain = "".join(c if c.isascii() and c not in '"\\' else "_" for c in name)
    return {"Content-Disposition": f'attachment; filename="{plain}"', "X-Content-Type-Options": "nosniff"}


def export_file(run_id: UUID, *, actor: Actor) -> StreamingHttpResponse:
    """The file of a finished export, piece by piece. Raises NotFound and FileGone."""
    actor.require(EXPORT)
    run = queries.get_export(run_id)
    if run is None:
        raise NotFound(N_("export"))
    if not may_export(run["what"], actor):
        raise PermissionDenied(permission=run["what"])
    if run["state"] != "done" or not files.is_kept(run_id):
        raise FileGone
    return StreamingHttpResponse(files.pieces(run_id), content_type=TYPES[Path(run["file_name"]).suffix],
                                 headers=_headers(run["file_name"]))


def refused_file(run_id: UUID, suffix: str = "", *, actor: Actor) -> HttpResponse:
    """The rows to correct: in the kind of file that was uploaded, unless asked otherwise; Parquet goes out as CSV."""
    actor.require(IMPORT)
    run = queries.get_run(run_id)
    if run is None:
        raise NotFound(N_("import"))
    stem, kind = Path(run["file_name"]).stem, f".{suffix}" if suffix else Path(run["file_name"]).suffix.lower()
    kind = kind if kind in TYPES else ".csv"
    header, rows = refused_rows(run_id, actor=actor)
    if kind == ".xlsx":
        sheet = io.BytesIO()
        write_xlsx(header, rows, sheet)
        body = sheet.getvalue()
    else:
        body = write_csv(header, rows)
    return HttpResponse(body, content_type=TYPES[kind], headers=_headers(f"{stem}.refused{kind}"))


EXAMPLE = (
    {"product": "mug", "name:en": "Stoneware mug", "name:zh-hans": "粗陶马克杯", "status": "draft", "brand": "Kiln",
     "categories": "Kitchen > Mugs", "tags": "tea; gift", "description:en": "<p>Holds 300 ml.</p>",
     "option_names:en": "size=Size; size/s=Small; size/l=Large", "sku": "MUG-S", "options": "size=s",
     "weight_g": "310", "price": "12.50", "cost": "4.20", "stock": "20"},
    {"product": "mug", "sku": "MUG-L", "options": "size=l", "weight_g": "420", "price": "15.00", "cost": "5.10"},
    {"product": "teapot", "name:en": "Teapot", "name:zh-hans": "茶壶", "status": "draft", "brand": "Kiln",
     "categories": "Kitchen > Teapots", "sku": "POT", "weight_g": "900", "price": "39.00", "sale_price": "35.00"})


def example_file(*, actor: Actor) -> HttpResponse:
    """Three rows of our own table, to be written over."""
    actor.require(IMPORT)
    code = next((w.code for w in inventory.warehouses()), "main")
    rows = [{f"stock:{code}" if k == "stock" else k: v for k, v in row.items()} for row in EXAMPLE]
    header = list(dict.fromkeys(key for row in rows for key in row))
    return HttpResponse(write_csv(header, rows), content_type=TYPES[".csv"], headers=_headers("products.csv"))
