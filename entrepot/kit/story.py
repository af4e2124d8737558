"""The story of one record, as the audit trail keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models

from entrepot.kit import db, said
from entrepot.kit.amounts import currency_of

_STORY = """
SELECT id, at, actor_kind, actor_label, action, old, new, reason FROM kit_audit
WHERE object_type = ANY(%s) AND object_id = ANY(%s) ORDER BY id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a record's story."""

    id: int
    at: datetime
    actor_kind: str
    actor: str
    action: str
    old: Any
    new: Any
    reason: str
    currency: str = ""  # of the record, for amounts that are kept without one

    @property
    def changes(self) -> list[tuple[str, str, str, bool]]:
        """What differs, by field: before and after, and whether these are codes rather than words."""
        old, new = _plain(self.old, self.currency), _plain(self.new, self.currency)
        keys = dict.fromkeys([*old, *new])
        return [(said.key(k), old.get(k, ""), new.get(k, ""), k in said.BARE) for k in keys
                if old.get(k, "") != new.get(k, "")]


def _plain(told: Any, currency: str) -> dict[str, str]:
    if not isinstance(told, Mapping):
        return {} if told in (None, "") else {"state": said.value("state", told)}  # nothing else is kept bare
    return {str(k): "" if v in (None, "", [], {}) else said.value(str(k), v, said.currency_in(told) or currency)
            for k, v in told.items()}


def story_of(subject: models.Model | str, subject_id: object = None, *, limit: int = 20) -> list[Entry]:
    """The newest rows about a record, given as itself or as the trail's type and id."""
    kinds, ids, currency = [str(subject)], [str(subject_id)], ""
    if isinstance(subject, models.Model):
        kinds, ids, currency = list(_kinds(subject)), list(_ids(subject)), currency_of(subject)
    return [replace(Entry(*r), currency=currency) for r in db.rows(_STORY, [kinds, ids, limit])]


def _kinds(record: models.Model) -> Iterator[str]:
    """`catalog.product_type`, `product_type`: how contexts name a kind of record in the trail."""
    opts = record._meta
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", opts.object_name or "").lower()
    for name in dict.fromkeys([snake, opts.model_name or ""]):
        yield name
        yield f"{opts.app_label}.{name}"


def _ids(record: models.Model) -> Iterator[str]:
    yield str(record.pk)
    for name in ("code", "slug", "number"):
        if value := getattr(record, name, ""):
            yield str(value)
