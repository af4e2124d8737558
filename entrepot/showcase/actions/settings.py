"""Synonyms, pins and buried products."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from entrepot.kit import audit
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.showcase import merchandising, rules
from entrepot.showcase.contracts import PinInfo, SynonymInfo
from entrepot.showcase.errors import NothingSearchable, TooFewWords
from entrepot.showcase.models import Pin, Synonym
from entrepot.showcase.permissions import MANAGE_SEARCH

_MAX_POSITION = 100


def save_synonyms(language: str, words: Iterable[str], *, synonym_id: int | None = None, actor: Actor) -> SynonymInfo:
    """Make a group of words that a search treats alike, or replace the words of one."""
    actor.require(MANAGE_SEARCH)
    kept = list(dict.fromkeys(w for w in map(rules.normalised_query, words) if w))
    if len(kept) < 2:
        raise TooFewWords
    if max(map(len, kept)) > 60:
        raise InvalidInput("words", N_("A word may have at most 60 characters."))
    with transaction.atomic():
        group = Synonym.objects.select_for_update().filter(pk=synonym_id).first() if synonym_id else Synonym()
        if group is None:
            raise NotFound(N_("group of synonyms"))
        old = list(group.words or [])
        group.language, group.words = language, kept
        group.save()
        audit.record(actor, "showcase.save_synonyms", "synonym", group.pk, old=old, new=kept)
    merchandising.forget()
    return SynonymInfo(group.pk, language, tuple(kept))


def delete_synonyms(synonym_id: int, *, actor: Actor) -> None:
    """Take a group of synonyms away. Raises NotFound."""
    actor.require(MANAGE_SEARCH)
    with transaction.atomic():
        group = Synonym.objects.select_for_update().filter(pk=synonym_id).first()
        if group is None:
            raise NotFound(N_("group of synonyms"))
        audit.record(actor, "showcase.delete_synonyms", "synonym", synonym_id, old=list(group.words))
        group.delete()
    merchandising.forget()


def pin(query: str, language: str, product_id: UUID, position: int, *, actor: Actor) -> PinInfo:
    """Put a product at a position of a query's result (1 is the top), or bury it below all others (0)."""
    actor.require(MANAGE_SEARCH)
    asked = rules.normalised_query(query)[:120]
    if not any(c.isalnum() for c in asked):
        raise NothingSearchable(query=query)
    if not 0 <= position <= _MAX_POSITION:
        raise InvalidInput("position", N_("Choose a position from 0 to 100."))
    with transaction.atomic():
        saved, _ = Pin.objects.update_or_create(query=asked, language=language, product_id=product_id,
                                                defaults={"position": position})
        audit.record(actor, "showcase.pin", "pin", saved.pk,
                     new={"query": asked, "product_id": product_id, "position": position})
    merchandising.forget()
    return PinInfo(saved.pk, asked, language, product_id, position)


def unpin(pin_id: int, *, actor: Actor) -> None:
    """Let the product find its own place again. Raises NotFound."""
    actor.require(MANAGE_SEARCH)
    with transaction.atomic():
        found = Pin.objects.select_for_update().filter(pk=pin_id).first()
        if found is None:
            raise NotFound(N_("pin"))
        audit.record(actor, "showcase.unpin", "pin", pin_id,
                     old={"query": found.query, "product_id": found.product_id, "position": found.position})
        found.delete()
    merchandising.forget()
