"""Who sees a flag: pure.

A subject (a customer, a visitor, a cart) falls into one of 10,000 buckets per flag: the first 8 bytes of
`sha256(key + ":" + subject)`, read as a big-endian number, modulo 10,000. A flag is on for the buckets below its share
(12.34 % = buckets 0 to 1233). So a subject keeps its answer for ever, on every machine, without a stored row; a larger
share only adds subjects; and two flags divide the same people independently.
"""

from decimal import Decimal
from hashlib import sha256

from entrepot.experiments.contracts import FlagInfo
from entrepot.kit.errors import N_, InvalidInput

BUCKETS = 10_000


def bucket(key: str, subject: str) -> int:
    """0 to 9,999, fixed for ever for a flag and a subject."""
    return int.from_bytes(sha256(f"{key}:{subject}".encode()).digest()[:8], "big") % BUCKETS


def is_on(flag: FlagInfo, subject: str) -> bool:
    return flag.is_enabled and bucket(flag.key, subject) < flag.share_percent * (BUCKETS // 100)


def check_share(share_percent: Decimal) -> None:
    """A share is a percentage with at most two decimals, so that it is a whole number of buckets."""
    if not share_percent.is_finite() or not 0 <= share_percent <= 100 or share_percent != round(share_percent, 2):
        raise InvalidInput("share_percent", N_("A share is between 0 and 100, with at most two decimals."))
