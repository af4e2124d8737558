"""The sign-in package's forms for a code, as a phone likes them: digits to press, and the code offered by itself."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm

_KEYS = {"inputmode": "numeric", "autocomplete": "one-time-code"}


class _Code:
    """Codes of an app and codes for recovery are digits alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= _KEYS  # type: ignore[attr-defined]  # of the form it is mixed into


class CodeForm(_Code, AuthenticateForm):  # type: ignore[misc]  # untyped package
    """The second step of signing in."""


class AgainForm(_Code, ReauthenticateForm):  # type: ignore[misc]  # untyped package
    """Before something delicate."""


class SetUpForm(_Code, ActivateTOTPForm):  # type: ignore[misc]  # untyped package
    """The first code of a new app."""
