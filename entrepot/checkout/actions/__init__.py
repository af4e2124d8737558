"""The verbs of the checkout."""

from entrepot.checkout.actions.carts import (
    add_coupon,
    add_line,
    add_lines,
    create_checkout,
    keep,
    own_cart,
    own_cart_id,
    remove_coupon,
    remove_line,
    set_addresses,
    set_contact,
    set_invoice_data,
    set_lines,
    update,
    update_line,
    view,
)
from entrepot.checkout.actions.cleaning import remove_abandoned
from entrepot.checkout.actions.delivering import choose_delivery, delivery_options
from entrepot.checkout.actions.holding import renew_hold
from entrepot.checkout.actions.merging import merge
from entrepot.checkout.actions.methods import create_delivery_method, set_points_rate, update_delivery_method
from entrepot.checkout.actions.overview import overview, own_overview, revise
from entrepot.checkout.actions.paying import set_payment_parts
from entrepot.checkout.actions.placing import buy_now, place_order
from entrepot.checkout.actions.retrying import pay_order

__all__ = [
    "add_coupon", "add_line", "add_lines", "buy_now", "choose_delivery", "create_checkout", "create_delivery_method",
    "delivery_options", "keep", "merge", "overview", "own_cart", "own_cart_id", "own_overview", "pay_order",
    "place_order", "remove_abandoned", "remove_coupon", "remove_line", "renew_hold", "revise", "set_addresses",
    "set_contact", "set_invoice_data", "set_lines", "set_payment_parts", "set_points_rate", "update",
    "update_delivery_method", "update_line", "view",
]
