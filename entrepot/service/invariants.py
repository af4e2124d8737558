"""What must always hold about reviews."""

from entrepot.kit.errors import N_
from entrepot.kit.invariants import register

register(
    "service.helpful_is_votes", N_("A review was found helpful as often as people said so."),
    "SELECT r.id, r.helpful_count, count(v.id) AS votes FROM service_review r"
    " LEFT JOIN service_vote v ON v.review_id = r.id GROUP BY r.id HAVING r.helpful_count <> count(v.id)",
)
register(
    "service.review_is_of_a_buyer", N_("A review whose author is known belongs to an order of theirs."),
    "SELECT r.id FROM service_review r JOIN orders_order o ON o.id = r.order_id"
    " WHERE r.customer_id IS NOT NULL AND o.customer_id IS DISTINCT FROM r.customer_id",
)
