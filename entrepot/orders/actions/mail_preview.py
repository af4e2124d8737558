"""How a mail to customers will look: filled with an example, on the page or in one's own mailbox."""

from __future__ import annotations

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation

from entrepot.catalog import public as catalog
from entrepot.kit import audit
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.mailbox import is_mailbox
from entrepot.orders import mailtexts
from entrepot.orders.actions.notify import _texts
from entrepot.orders.errors import MailNotSent
from entrepot.orders.permissions import MAIL

_EXAMPLE = {
    "name": "Alice Example", "number": "E100123", "total": "GBP 42.50", "amount": "GBP 12.50",
    "lines": "1 × Stoneware mug (MUG-S)\n2 × Teapot (POT)", "link": "https://shop.example/track/…",
    "carrier": "Royal Mail", "tracking_number": "RM123456785GB", "tracking_url": "https://carrier.example/RM123456785GB",
    "reason": "…", "place": "London Store", "return_number": "R100045"}


def preview_mail(kind: str, language: str, *, subject: str = "", body: str = "", actor: Actor) -> tuple[str, str]:
    """Subject and text filled with an example; those of the template where none are given."""
    actor.require(MAIL)
    if kind not in mailtexts.TEXTS:
        raise NotFound("mail template")
    with translation.override(language):
        stored = _texts(kind, language)
        shops = catalog.channels()
        shop = catalog.in_language(shops[0].name, language) if shops else "Entrepot"
    values = {**_EXAMPLE, "shop": shop}
    return mailtexts.fill(subject or stored[0], values), mailtexts.fill(body or stored[1], values)


def send_test_mail(kind: str, language: str, to: str, *, subject: str = "", body: str = "", actor: Actor) -> None:
    """Send the example to somebody of the house. Raises MailNotSent with what the mail server said."""
    actor.require(MAIL)
    if not is_mailbox(to):
        raise InvalidInput("to", N_("This is not an e-mail address."))
    told, text = preview_mail(kind, language, subject=subject, body=body, actor=actor)
    try:
        EmailMessage(" ".join(told.split()), text, to=[to], headers={"Auto-Submitted": "auto-generated"}).send()
    except OSError as error:
        raise MailNotSent(why=type(error).__name__) from error
    with transaction.atomic():
        audit.record(actor, "orders.send_test_mail", "mail_template", f"{kind}/{language}")
