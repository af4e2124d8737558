"""What other contexts may call."""

from entrepot.checkout.actions import (
    add_coupon,
    add_line,
    add_lines,
    buy_now,
    choose_delivery,
    create_checkout,
    create_delivery_method,
    delivery_options,
    merge,
    overview,
    own_cart,
    pay_order,
    place_order,
    remove_coupon,
    remove_line,
    renew_hold,
    set_addresses,
    set_contact,
    set_invoice_data,
    set_lines,
    set_payment_parts,
    set_points_rate,
    update,
    update_delivery_method,
    update_line,
    view,
)
from entrepot.checkout.offers import all_methods as delivery_methods
from entrepot.checkout.offers import countries as delivery_countries
from entrepot.checkout.rules.invoice import is_taxpayer_number, normalise_invoice_data

__all__ = [
    "add_coupon", "add_line", "add_lines", "buy_now", "choose_delivery", "create_checkout",
    "create_delivery_method", "delivery_countries", "delivery_methods", "delivery_options", "is_taxpayer_number",
    "merge", "normalise_invoice_data", "overview", "own_cart", "pay_order", "place_order", "remove_coupon",
    "remove_line", "renew_hold", "set_addresses", "set_contact", "set_invoice_data", "set_lines", "set_payment_parts",
    "set_points_rate", "update", "update_delivery_method", "update_line", "view",
]
