"""Consent per purpose."""

from __future__ import annotations

import re
from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from entrepot.customers.actions._common import _locked, _require_self_or_manage
from entrepot.customers.contracts import ConsentInfo
from entrepot.customers.events import ConsentChanged
from entrepot.customers.models import ConsentRecord
from entrepot.kit import audit, clock, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput

_PURPOSE = re.compile(r"[a-z][a-z0-9_]{1,39}")


def record_consent(customer_id: UUID, purpose: str, granted: bool, notice_version: str, channel: str, *,
                   actor: Actor) -> ConsentInfo:
    """Write down a yes or a no to one purpose, with the notice the person saw and where they said it."""
    _require_self_or_manage(customer_id, actor)
    if not _PURPOSE.fullmatch(purpose):
        raise InvalidInput("purpose", N_("Use lower-case letters, digits and underscores."))
    if not notice_version.strip():
        raise InvalidInput("notice_version", N_("This field is required."))
    info = ConsentInfo(purpose, granted, notice_version, channel, clock.now())
    with transaction.atomic():
        _locked(customer_id)
        ConsentRecord.objects.create(customer_id=customer_id, **asdict(info))
        audit.record(actor, "customers.record_consent", "customer", customer_id,
                     new={"purpose": purpose, "granted": granted, "notice_version": notice_version})
        outbox.publish(ConsentChanged(customer_id, purpose, granted))
    return info
