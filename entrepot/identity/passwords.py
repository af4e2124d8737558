"""Password rules: length by who it is, no composition rules; Django's common list and likeness check do the rest."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

CUSTOMER_LENGTH = 12
STAFF_LENGTH = 15
LONGEST = 128


class LengthValidator:
    """At least 12 characters for customers and 15 for staff, at most 128 so that hashing stays bounded."""

    def validate(self, password: str, user: Any = None) -> None:
        least = STAFF_LENGTH if getattr(user, "is_staff", False) else CUSTOMER_LENGTH
        if len(password) < least:
            raise ValidationError(ngettext("A password has at least %(n)d character.",
                                           "A password has at least %(n)d characters.", least) % {"n": least})
        if len(password) > LONGEST:
            raise ValidationError(ngettext("A password has at most %(n)d character.",
                                           "A password has at most %(n)d characters.", LONGEST) % {"n": LONGEST})

    def get_help_text(self) -> str:
        return _("At least %(n)d characters (%(staff)d for staff). A few words are better than odd signs.") % {
            "n": CUSTOMER_LENGTH, "staff": STAFF_LENGTH}
