"""What must always hold about checkouts."""

from entrepot.kit.errors import N_
from entrepot.kit.invariants import register

register(
    "checkout.placed_has_order", N_("A placed cart has its order."),
    "SELECT c.id AS checkout_id, c.order_id FROM checkout_checkout c WHERE c.state = 'placed'"
    " AND NOT EXISTS (SELECT 1 FROM orders_order o WHERE o.id = c.order_id AND o.checkout_id = c.id)",
)
register(
    "checkout.order_has_cart", N_("An order of the checkout comes from exactly one placed cart."),
    "SELECT o.id AS order_id, o.number FROM orders_order o WHERE o.origin = 'checkout' AND o.checkout_id IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM checkout_checkout c WHERE c.id = o.checkout_id AND c.order_id = o.id"
    " AND c.state = 'placed')",
)
register(
    "checkout.no_stale_hold", N_("Only an open cart holds stock."),
    "SELECT r.id AS reservation_id, r.owner_id AS checkout_id FROM inventory_reservation r"
    " WHERE r.kind = 'hold' AND EXISTS (SELECT 1 FROM checkout_checkout c WHERE c.id = r.owner_id"
    " AND c.state <> 'open')",
)
