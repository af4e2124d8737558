"""What a visitor allows: read from one first-party cookie and from what the browser itself says. Pure.

Three purposes: what is necessary needs no word; analytics and marketing are off until the visitor says yes, and stay
off while the browser asks not to be tracked (Global Privacy Control, Do Not Track), whatever an older cookie says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

NOTICE = "2026-11"  # the version of the notice that visitors are shown; a new one asks everybody again
PURPOSES = ("analytics", "marketing")
COOKIE, VISITOR_COOKIE = "consent", "visitor"
KEEP_S = 180 * 86_400  # half a year, then we ask again

# Programs that visit: their own names for themselves, and what tools send when nobody set a name.
_BOT = re.compile(r"(?<!cu)bot\b|crawl|spider|slurp|headless|lighthouse|preview|monitor|scrap|fetch|archiv|facebookext"
                  r"|python|curl|wget|java/|go-http|okhttp|libwww|httpclient|axios|node|phantom|selenium|embedly", re.I)


@dataclass(frozen=True, slots=True)
class Consent:
    """`decided`: the visitor has chosen under the present notice; `signal`: the browser asks not to be tracked."""

    decided: bool = False
    signal: bool = False
    granted: frozenset[str] = frozenset()

    def allows(self, purpose: str) -> bool:
        return not self.signal and purpose in self.granted

    @property
    def must_ask(self) -> bool:
        return not self.decided and not self.signal


def parse(cookie: str, *, gpc: str = "", dnt: str = "") -> Consent:
    """From the cookie's value and the headers Sec-GPC and DNT; anything that is not ours counts as no word."""
    notice, _, said = cookie.partition("~")
    signal = gpc.strip() == "1" or dnt.strip() == "1"
    if notice != NOTICE:
        return Consent(signal=signal)
    return Consent(True, signal, frozenset(p for p in said.split("~") if p in PURPOSES))


def encode(granted: Iterable[str]) -> str:
    """The cookie's value: the notice that was shown and what was said yes to."""
    return "~".join([NOTICE, *(p for p in PURPOSES if p in set(granted))])


def is_bot(user_agent: str) -> bool:
    """Whether a visitor is a program. One that tells nothing of itself is."""
    return len(user_agent) < 16 or bool(_BOT.search(user_agent))
