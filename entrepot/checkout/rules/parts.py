"""How gift cards, store credit and points share a total."""

from __future__ import annotations

from collections.abc import Sequence

from entrepot.checkout.contracts import PaymentPart


def share(total_minor: int, *, gift_cards: Sequence[tuple[str, int]] = (), credit: tuple[str, int] = ("", 0),
          points: tuple[str, int] = ("", 0), minor_per_100: int = 0) -> list[PaymentPart]:
    """The parts in order: gift cards as given, then credit, then points; each takes what is left and no more.

    Gift cards are (code, usable amount), credit (customer, amount), points (customer, points). Of points only as many
    are taken as the rest needs.
    """
    left, parts = total_minor, []
    for kind, reference, most in [*(("gift_card", code, amount) for code, amount in gift_cards),
                                  ("store_credit", *credit)]:
        amount = min(left, most)
        if amount > 0:
            parts.append(PaymentPart(kind, reference, amount))
            left -= amount
    customer, have = points
    if left > 0 and have > 0 and minor_per_100 > 0:
        used = min(have, -(-left * 100 // minor_per_100))
        amount = min(left, used * minor_per_100 // 100)
        if amount > 0:
            parts.append(PaymentPart("points", customer, amount, used))
    return parts
