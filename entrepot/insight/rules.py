"""The events of commerce, by the names that Google Analytics 4 gives them."""

EVENTS = frozenset({
    "view_item", "view_item_list", "select_item", "search", "add_to_cart", "remove_from_cart", "view_cart",
    "begin_checkout", "add_shipping_info", "add_payment_info", "purchase", "refund", "add_to_wishlist", "login",
    "sign_up", "select_promotion", "view_promotion",
})
# What only the ledgers may report: a browser that says so is not believed.
LEDGER_EVENTS = frozenset({"purchase", "refund"})
