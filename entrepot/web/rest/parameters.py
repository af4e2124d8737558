"""What parameters mean, told once by their name; elsewhere only where a name means something else.

A description that an operation gives itself counts first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

IF_MATCH = "The `ETag` that you saw; the change is refused (412) if there is a newer version."
_API = "/api/v1"
_LANGUAGE = "Code of a language, for example `en` or `zh-hans`."
_ONE_STATE, _SOME_STATES = "Only those in this state.", "Only those in one of these states; give it once for each."
_FIRST_ON, _LAST_ON = "The first day of the period, included.", "The last day of the period, included."

# In addresses, written as there.
IN_PATH = {
    "{address_id}": "The address's id.",
    "{approval_id}": "The id of the refund that waits for a second person.",
    "{assessment_id}": "The assessment's id.",
    "{audit_id}": "The id of the entry of the audit trail.",
    "{brand_id}": "The brand's id.",
    "{cart_id}": "The cart's id.",
    "{category_id}": "The category's id.",
    "{change_id}": "The id of the edit, return, exchange or claim.",
    "{channel}": "Code of a channel.",
    "{channel_id}": "The channel's id.",
    "{collection_id}": "The collection's id.",
    "{company_id}": "The company's id.",
    "{count_id}": "The stock count's id.",
    "{customer_id}": "The customer's id.",
    "{delivery_id}": "The delivery's id.",
    "{endpoint_id}": "The id of the webhook endpoint.",
    "{entry_id}": "The id of the entry of the history.",
    "{fulfilment_id}": "The id of the parcel or pick-up.",
    "{gift_card_id}": "The gift card's id.",
    "{index}": "The operation's place in the change, counted from 0.",
    "{invoice_id}": "The id of the invoice or credit note.",
    "{job_id}": "The job's id.",
    "{key_id}": "The API key's id.",
    "{key}": "The flag's key.",
    "{language}": _LANGUAGE,
    "{line_id}": "The line's id.",
    "{media_id}": "The image's id.",
    "{message_id}": "The message's id.",
    "{method}": "Code of a way to pay.",
    "{notice_id}": "The notice's id.",
    "{notification_id}": "The message's id.",
    "{order_id}": "The order's id.",
    "{page_id}": "The page's id.",
    "{payment_id}": "The payment's id.",
    "{photo_id}": "The photo's id.",
    "{picture_id}": "The picture's id.",
    "{pin_id}": "The id of the pinned or buried product's entry.",
    "{product_id}": "The product's id.",
    "{rate_id}": "The tax rate's id.",
    "{refund_id}": "The refund's id.",
    "{review_id}": "The review's id.",
    "{run_id}": "The id of the import or export.",
    "{session_id}": "The session's id.",
    "{statement_id}": "The statement's id.",
    "{synonym_id}": "The id of the group of synonyms.",
    "{transfer_id}": "The transfer's id.",
    "{unit_id}": "The organisation unit's id.",
    "{user_id}": "The user's id.",
    "{variant_id}": "The variant's id.",
    "{view_id}": "The view's id.",
}
IN_QUERY = {
    "action": "Only this action, for example `catalog.update_brand`.",
    "actor_id": "Only what the person or program with this id did.",
    "assignee_id": "Only orders that this colleague takes care of.",
    "batch": "Only coupons of this batch.",
    "before": "`next` of the page before.",
    "brand_id": "Only products of this brand.",
    "category_id": "Only products of this category and of those below it.",
    "channel": "Code of the channel; the default channel when left out.",
    "channel_id": "Only orders of this channel.",
    "collection_id": "Only products of this collection.",
    "country": "Two letters, as in ISO 3166.",
    "currency": "Three letters, as in ISO 4217; the channel's currency when left out.",
    "cursor": "`next` of the page before.",
    "customer_id": "Only orders of this customer.",
    "days": "How many days to look back.",
    "email": "Only orders with exactly this e-mail address, in capitals or not.",
    "endpoint_id": "Only deliveries to this webhook endpoint.",
    "fields": "Only these fields, separated by commas.",
    "first_on": _FIRST_ON,
    "is_open": "Only differences that nobody has resolved yet, or only those that are resolved.",
    "lang": "A language of the channel; else Accept-Language decides.",
    "language": _LANGUAGE,
    "last_on": _LAST_ON,
    "late": "Only what should have been delivered or sent by now.",
    "level": "Only what is `out` (no more for sale), `low` (no more than the safety stock), `damaged`"
             " or `incoming`.",
    "limit": "Entries of a page.",
    "list_name": "Name of the list in the office, for example `orders.order`.",
    "number": "How the order's number begins.",
    "object_id": "Only entries about the thing with this id.",
    "object_type": "Only entries about things of this type, for example `catalog.product`.",
    "only_empty": "Only searches that found nothing.",
    "order_id": "Only what belongs to this order.",
    "origin": "Only orders that came by `checkout`, `import`, `exchange` or `split`.",
    "owner_id": "Only what is kept for this cart or order.",
    "placed_from": "Only orders placed at this moment or later.",
    "placed_until": "Only orders placed before this moment.",
    "postcode": "The postcode of the place.",
    "product_id": "Only reviews of this product.",
    "promotion": "Only coupons of the promotion with this code.",
    "provider": "Only what came through this payment provider.",
    "reference": "Only movements with exactly this reference.",
    "region": "The region of the place, as addresses write it.",
    "scope": "Only promotions in the listing price (`catalogue`) or in the cart (`cart`).",
    "since": "Only what happened at this moment or later.",
    "sku": "The variant's own code.",
    "staff": "Only people who work here, or only those who do not.",
    "state": _ONE_STATE,
    "statement_id": "Only differences of this statement.",
    "status": "Only those in this state.",
    "tag": "Only products with this tag.",
    "type": "Only products of the product type with this code.",
    "until": "Only what happened before this moment.",
    "verdict": "Only assessments that came to this verdict.",
    "waiting": "Only messages that have not been processed yet.",
    "warehouse": "Code of a warehouse.",
    "warehouse_id": "Only what this warehouse has to send or hand over.",
}
# Below this address the name means this. The longest beginning that fits counts.
BELOW = {
    ("/account/coupon-codes", "{code}"): "The coupon code.",
    ("/admin/catalog/attributes", "{code}"): "The attribute's code.",
    ("/admin/catalog/channels", "{code}"): "The channel's code.",
    ("/admin/catalog/product-types", "{code}"): "The product type's code.",
    ("/admin/catalog/products", "channel"): "Only products offered in the channel with this code.",
    ("/admin/catalog/products", "q"): "A part of the name or slug, or how the SKU of a variant begins.",
    ("/admin/channels/imports", "channel"): "Code of the channel to import into; as the run was told when left out.",
    ("/admin/channels/imports", "language"): "Language of the file's texts; as the run was told when left out.",
    ("/admin/checkout/delivery-methods", "{code}"): "Code of the way of delivery.",
    ("/admin/customers", "q"): "Words that all occur in the name, the e-mail address or the phone number.",
    ("/admin/customers/companies", "q"): "A part of the company's name.",
    ("/admin/customers/groups", "{code}"): "Code of the customer group.",
    ("/admin/fraud/rules", "{code}"): "The rule's code.",
    ("/admin/growth/menus", "{code}"): "The menu's code.",
    ("/admin/growth/pages", "kind"): "Only pages of this kind: `home`, `page`, `article` or `landing`.",
    ("/admin/growth/pages", "q"): "A part of the slug or title.",
    ("/admin/growth/pages", "{number}"): "Number of the version.",
    ("/admin/growth/pictures", "q"): "A part of the name or of the alternative text.",
    ("/admin/identity/roles", "{code}"): "The role's code.",
    ("/admin/identity/users", "query"): "A part of the name or e-mail address.",
    ("/admin/insight/figures", "channel"): "Only the channel with this code.",
    ("/admin/inventory/channels", "{code}"): "The warehouse's code.",
    ("/admin/inventory/movements", "kind"): "Only movements of this kind: `receipt`, `sale`, `return`, `adjustment`,"
                                            " `transfer_out`, `transfer_in`, `damage` or `write_off`.",
    ("/admin/inventory/reservations", "kind"): "Only what is kept for a cart until it expires (`hold`), or promised to"
                                               " an order (`firm`).",
    ("/admin/inventory/warehouses", "{code}"): "The warehouse's code.",
    ("/admin/office/search", "limit"): "Hits of each kind.",
    ("/admin/office/search", "q"): "What to look for; from two characters on among orders, customers and goods too.",
    ("/admin/orders", "state"): _SOME_STATES,
    ("/admin/orders/changes", "kind"): "Only those of one of these kinds; give it once for each.",
    ("/admin/orders/fulfilments", "state"): _ONE_STATE,
    ("/admin/orders/invoices", "kind"): "Only invoices, or only credit notes.",
    ("/admin/orders/mail-templates", "{kind}"): "The kind of mail, one of those that `GET /admin/orders/mail-templates`"
                                                " lists.",
    ("/admin/orders/notifications", "state"): _ONE_STATE,
    ("/admin/orders/number", "{number}"): "The order's number.",
    ("/admin/orders/number-series", "{kind}"): "The kind of document: `invoice` or `credit_note`.",
    ("/admin/orders/refund-approvals", "state"): _ONE_STATE,
    ("/admin/orders/refunds", "failed"): "Only refunds of which a part could not be paid out.",
    ("/admin/payments/inbox", "failed"): "Only messages that could not be processed.",
    ("/admin/payments/methods", "channel"): "Code of a channel.",
    ("/admin/pricing/coupons", "code"): "Only the coupon with exactly this code, in capitals or not.",
    ("/admin/pricing/listing-prices", "variant_id"): "The variants to price; give it once for each.",
    ("/admin/pricing/price-lists", "{code}"): "The price list's code.",
    ("/admin/pricing/promotions", "status"): "Only promotions in this state: `draft`, `active` or `ended`.",
    ("/admin/pricing/promotions", "{code}"): "The promotion's code.",
    ("/admin/pricing/tax-rates", "country"): "Only rates of this country; two letters, as in ISO 3166.",
    ("/admin/showcase/pins", "query"): "Only pins of exactly this search.",
    ("/admin/showcase/queries", "language"): "Only searches in this language.",
    ("/admin/showcase/synonyms", "language"): "Only groups of this language.",
    ("/admin/system/retention", "{code}"): "The kind of record, one of those that `GET /admin/system/retention` lists.",
    ("/carts", "{code}"): "The coupon's code.",
    ("/categories", "{slug}"): "The category's slug.",
    ("/checkouts/address-form", "city"): "The city chosen so far: its districts are offered.",
    ("/checkouts/address-form", "region"): "The region chosen so far: its cities are offered.",
    ("/collections", "{slug}"): "The collection's slug.",
    ("/content/menus", "{code}"): "The menu's code.",
    ("/content/pages", "kind"): "Only pages of this kind: `page`, `article` or `landing`.",
    ("/content/pages", "{slug}"): "The page's slug.",
    ("/payment-methods", "country"): "Two letters, as in ISO 3166; the channel's country when left out.",
    ("/reviews", "product_id"): "The product whose reviews are asked for.",
    ("/shelf", "language"): "A language of the channel; its first one when left out.",
    ("/shelf", "variant_id"): "The variant to send; the product's first one when left out.",
    ("/shelf", "{slug}"): "The product's slug.",
}


def describe(path: str, parameters: list[Json]) -> None:
    """Of one operation, in place."""
    for parameter in parameters:
        if parameter.get("name") and not parameter.get("description") and (text := _meaning(path, parameter)):
            parameter["description"] = text


def _meaning(path: str, parameter: Json) -> str:
    if parameter["name"] == "If-Match":
        return IF_MATCH
    in_path = parameter["in"] == "path"
    name = f"{{{parameter['name']}}}" if in_path else parameter["name"]
    for place in _places(path.removeprefix(_API)):
        if (place, name) in BELOW:
            return BELOW[place, name]
    return (IN_PATH if in_path else IN_QUERY).get(name, "")


def _places(path: str) -> Iterator[str]:
    """An address and what it lies below, the longest first."""
    while path:
        yield path
        path = path.rpartition("/")[0]
