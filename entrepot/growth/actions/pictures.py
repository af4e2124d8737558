"""The media library: pictures come in as anything and are kept as clean WebP files in several widths."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from entrepot.catalog import images
from entrepot.growth import queries
from entrepot.growth.contracts import Picture, Texts
from entrepot.growth.errors import PictureInUse
from entrepot.growth.models import Asset
from entrepot.growth.permissions import EDIT
from entrepot.kit import audit, clock
from entrepot.kit.actor import Actor
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import N_, NotFound
from entrepot.kit.ids import uuid7

_ASSET = "growth.picture"
_ODD = re.compile(r"[^\w .()-]+")


def add_picture(content: bytes, name: str, *, alt: Texts | None = None, actor: Actor) -> Picture:
    """Keep a picture; one that is here already is the same one, its alternative text left as it is."""
    actor.require(EDIT)
    texts = check_texts("alt", alt or {}, limit=500, one_line=True)
    digest = sha256(content).hexdigest()
    if known := Asset.objects.filter(digest=digest).first():
        return queries.picture(known)
    prepared = images.prepare(content)  # outside the transaction: this takes a moment
    id_ = uuid7()
    files = {_file(id_, width): body for width, _height, body in prepared.sizes}
    _store(files)
    width, height, body = prepared.sizes[0]
    try:
        with transaction.atomic():
            made = Asset.objects.create(
                id=id_, name=_name(name), alt=texts, file=_file(id_, width), width=width, height=height,
                size=len(body), digest=digest, created_at=clock.now(), created_by=actor.label[:200],
                renditions=[{"file": _file(id_, w), "width": w, "height": h, "type": "image/webp"}
                            for w, h, _body in prepared.sizes[1:]])
            audit.record(actor, "growth.add_picture", _ASSET, id_, new={"name": made.name, "width": width})
    except BaseException as error:
        _remove(list(files))
        if isinstance(error, IntegrityError):  # somebody else sent the same picture at the same moment
            return queries.picture(Asset.objects.get(digest=digest))
        raise
    return queries.picture(made)


def update_picture(picture_id: UUID, *, name: str | None = None, alt: Texts | None = None, actor: Actor) -> Picture:
    """Change a picture's name or its words for those who cannot see it. Raises NotFound, InvalidInput."""
    actor.require(EDIT)
    texts = None if alt is None else check_texts("alt", alt, limit=500, one_line=True)
    with transaction.atomic():
        asset = _locked(picture_id)
        old = {"name": asset.name, "alt": asset.alt}
        asset.name = asset.name if name is None else _name(name)
        asset.alt = asset.alt if texts is None else texts
        asset.save(update_fields=["name", "alt"])
        audit.record(actor, "growth.update_picture", _ASSET, picture_id, old=old,
                     new={"name": asset.name, "alt": asset.alt})
    queries.forget()
    return queries.picture(asset)


def delete_picture(picture_id: UUID, *, actor: Actor) -> None:
    """Remove a picture that no page shows; its files go once that is certain."""
    actor.require(EDIT)
    with transaction.atomic():
        asset = _locked(picture_id)
        if used := queries.where_used(picture_id):
            raise PictureInUse(count=len(used))
        files = [asset.file, *(r["file"] for r in asset.renditions)]
        audit.record(actor, "growth.delete_picture", _ASSET, picture_id, old={"name": asset.name})
        asset.delete()
        transaction.on_commit(lambda: _remove(files))
    queries.forget()


def _locked(picture_id: UUID) -> Asset:
    asset = Asset.objects.select_for_update().filter(id=picture_id).first()
    if asset is None:
        raise NotFound(N_("picture"))
    return asset


def _name(name: str) -> str:
    """What the file was called, without its folder and odd characters."""
    plain = _ODD.sub(" ", name.replace("\\", "/").rpartition("/")[2])
    return " ".join(plain.split())[:120] or "picture"


def _file(id_: UUID, width: int) -> str:
    return f"library/{id_.hex[-2:]}/{id_.hex}-{width}.webp"


def _store(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _remove(files: list[str]) -> None:
    for name in files:
        (Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)
