"""The usual reasons for what happens to an order, and how any reason is read.

A reason is kept as the words that the buyer reads, perhaps with words of somebody's own behind it. Who reads another
language is told a usual one in that.
"""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.translation import gettext, override

from entrepot.kit.errors import N_

CANCEL = (N_("The customer changed their mind"), N_("An item is not available"), N_("The payment did not come"),
          N_("The order looks fraudulent"), N_("Ordered twice"), N_("The address cannot be reached"))
RETURN = (N_("Does not fit"), N_("Does not please"), N_("Arrived damaged"), N_("Does not work"),
          N_("Wrong item sent"), N_("Arrived too late"))
HOLD = (N_("Address to be checked"), N_("Waiting for an answer of the customer"), N_("Waiting for stock"),
        N_("Payment to be checked"))
# What buyers choose from
OWN_RETURN = (N_("It does not fit"), N_("It is not as described"), N_("It arrived damaged"), N_("It is faulty"),
              N_("The wrong article came"), N_("I changed my mind"))
OWN_CANCEL = N_("Cancelled by the customer")


def read(text: str) -> str:
    """The reason in the reader's language, as far as it is a usual one."""
    usual, colon, own = text.partition(": ")
    known = _known()
    if text in known:
        return gettext(known[text])
    return f"{gettext(known[usual])}{gettext(': ')}{own}" if colon and usual in known else text


@cache
def _known() -> dict[str, str]:
    """Every usual reason by what it is called in any language."""
    told: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            told |= {gettext(text): text for text in (*CANCEL, *RETURN, *HOLD, *OWN_RETURN, OWN_CANCEL)}
    return told


def choices(texts: tuple[str, ...], language: str) -> list[tuple[str, str]]:
    """Choices whose value is what is kept, in the order's language, and whose text is in the reader's."""
    with override(language):
        kept = [gettext(text) for text in texts]
    return [("", gettext("Another reason, in your own words")), *zip(kept, [gettext(text) for text in texts],
                                                                     strict=True)]
