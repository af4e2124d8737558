"""What the office says of codes: states, kinds, ways to pay, events and acts; and of what is kept as an object."""

from __future__ import annotations

from django.utils.translation import gettext

from entrepot.kit import said
from entrepot.kit.errors import N_
from entrepot.orders.contracts import TEXT_OF

WORDS = {
    **TEXT_OF,
    "active": N_("on sale"), "archived": N_("taken off sale"), "authorised": N_("authorised"),
    "captured": N_("captured"), "failed": N_("failed"), "voided": N_("voided"), "refunded": N_("refunded"),
    "good": N_("good"), "damaged": N_("damaged"), "lost": N_("lost"),
    # ways to pay
    "test": N_("test payment"), "simulator": N_("gateway simulator"), "bank_transfer": N_("bank transfer"),
    "cash_on_delivery": N_("cash on delivery"), "gift_card": N_("gift card"), "store_credit": N_("store credit"),
    "points": N_("points"),
    # movements of money, balances, what the fraud rules say
    "authorisation": N_("set aside"), "capture": N_("taken"), "void": N_("let go"), "refund": N_("refund"),
    "reversal": N_("refund that came back"), "credit": N_("store credit"), "accept": N_("nothing found"),
    "review": N_("to look at"), "waiting": N_("waiting for a second person"), "withdrawn": N_("withdrawn"),
    # transfers and counts
    "sent": N_("sent"), "received": N_("received"), "counting": N_("counting"), "posted": N_("booked"),
    # movements of stock
    "receipt": N_("received"), "sale": N_("sold"), "adjustment": N_("corrected"), "damage": N_("set aside as damaged"),
    "write_off": N_("written off"), "transfer_out": N_("sent to another place"),
    "transfer_in": N_("came from another place"), "opening": N_("opening stock"),
    # operations of a change
    "return_line": N_("comes back"), "refund_delivery": N_("delivery charge back"), "add_line": N_("one more line"),
    "discount_line": N_("discount by hand"), "set_quantity": N_("another quantity"),
    "override_price": N_("another price"), "set_address": N_("another address"),
    "set_delivery": N_("another delivery"), "compensate": N_("money back"), "resend": N_("send again"),
}

# what happened to an order, as the timeline keeps it
EVENTS = {
    "placed": N_("Order placed"), "paid": N_("Paid"), "authorised": N_("Payment authorised"),
    "payment_failed": N_("Payment failed"), "held": N_("Put on hold"), "released": N_("Hold released"),
    "note": N_("Note written"), "cancelled": N_("Cancelled"), "expired": N_("Expired unpaid"),
    "fulfilment_planned": N_("Parcel planned"), "fulfilment_cancelled": N_("Plan of a parcel undone"),
    "shipped": N_("Shipped"), "ready": N_("Ready to collect"), "delivered": N_("Delivered"),
    "tracking_changed": N_("Tracking changed"), "change_requested": N_("Change requested"),
    "return_approved": N_("Return agreed to"), "return_declined": N_("Return declined"),
    "return_received": N_("Returned goods arrived"), "changed": N_("Change in effect"),
    "refund_waits": N_("Refund waits for a second person"), "refund_approved": N_("Refund agreed to"),
    "refund_declined": N_("Refund declined"), "collected": N_("Collected"), "return_confirmed": N_("Return settled"),
    "return_requested": N_("Return asked for"), "tracking_link": N_("Link to the order"),
    "refund_asked": N_("Refund asked for"), "refunded": N_("Refunded"), "refund_failed": N_("Refund failed"),
    "invoiced": N_("Invoice issued"), "split": N_("Split"), "merged": N_("Merged"),
    "merged_into": N_("Merged into another order"), "imported": N_("Imported"), "invoice": N_("Invoice issued"),
    "credit_note": N_("Credit note issued"),
    # what happened to a product, as the audit trail keeps it
    "catalog.create_product": N_("Created"), "catalog.import_product": N_("Imported"),
    "catalog.update_product": N_("Changed"), "catalog.archive_product": N_("Taken off sale"),
    "catalog.publish": N_("Published"), "catalog.unpublish": N_("Taken out of a channel"),
    "catalog.add_media": N_("Image added"), "catalog.delete_media": N_("Image removed"),
    "catalog.order_media": N_("Images put in order"), "catalog.add_variant": N_("SKU added"),
    "catalog.update_variant": N_("SKU changed"), "catalog.generate_variants": N_("SKUs made for every choice"),
    "catalog.bulk_edit": N_("Changed with others"), "catalog.set_options": N_("Other options"),
    "catalog.restore_product": N_("Brought back to an earlier version"), "catalog.update_media": N_("Image described"),
    "catalog.choose_collections": N_("Collections chosen"), "catalog.notice_dates": N_("A publication date came"),
}

# what the verb of an action says where the whole has no words of its own
_VERBS = {
    N_("Created"): {"create", "add", "open", "register", "plan", "issue", "write", "generate"},
    N_("Changed"): {"update", "set", "change", "edit", "adjust", "order", "move", "assign", "rename", "choose",
                    "override", "save", "bulk"},
    N_("Removed"): {"delete", "remove", "drop", "forget", "void", "unpin"},
    N_("Cancelled"): {"cancel", "withdraw", "decline", "discard"}, N_("Put on hold"): {"hold"},
    N_("Hold released"): {"release"}, N_("Shipped"): {"ship"}, N_("Paid"): {"pay", "capture"},
    N_("Refunded"): {"refund"}, N_("Note written"): {"note"}, N_("Invited"): {"invite"}, N_("Tried out"): {"try"},
    N_("Tried again"): {"retry", "replay", "resend"}, N_("Sent off"): {"send"}, N_("Asked for"): {"ask", "request"},
    N_("Approved"): {"approve"}, N_("Confirmed"): {"confirm"}, N_("Turned down"): {"refuse"},
    N_("Published"): {"publish"},
    N_("Answered"): {"answer"}, N_("Recorded"): {"record", "tally", "mark"}, N_("Received"): {"receive"},
    N_("Settled"): {"settle", "resolve", "reconcile", "earn", "redeem"}, N_("Imported"): {"import", "upload"},
    N_("Taken away as a file"): {"export"}, N_("Built anew"): {"rebuild", "refresh"},
    N_("Put back"): {"reset", "restore"},
    N_("Started"): {"start", "activate", "serve", "post"}, N_("Stopped"): {"stop", "end", "pause"},
    N_("Closed"): {"close", "leave", "disable", "deactivate", "revoke"}, N_("Split"): {"split"},
    N_("Merged"): {"merge", "adopt"},
    N_("New secret"): {"rotate"}, N_("Put in front"): {"pin"}, N_("Voted"): {"vote"},
    N_("Second factor set up"): {"enrol"},
}


def happened(kind: str) -> str:
    """What an event or an action of ours was, in words; the code itself where there are none."""
    act = kind.rpartition(".")[2]
    verb = act.partition("_")[0]
    of_verb = next((words for words, verbs in _VERBS.items() if verb in verbs), None)
    text = EVENTS.get(kind) or EVENTS.get(act) or of_verb
    if text:
        return gettext(text)
    return kind if "." in kind else kind.replace("_", " ").capitalize()


# ---- the same on records and their lists

said.tell(WORDS, "state", "status", "verdict", "provider", "method", "condition", "op", "transaction.kind",
          "request.kind", "orderchange.kind")
said.tell({**WORDS, "paid": N_("paid")}, "state", "booked")
said.tell({"paid": N_("paid"), "pending": N_("not paid yet"), "on_delivery": N_("cash on delivery")}, "payment")
said.tell({"delivery": N_("delivery")}, ".name")  # the line of an invoice that is no article
said.tell(EVENTS, "timelineentry.kind", "notification.kind")
said.say(said.key, "changed")  # names of fields
said.say(happened, "action")
said.say(said.kind_of_record, "object_type")
said.tell({"en": "English", "zh-hans": "简体中文"}, "language", "languages")
said.tell({"standard": N_("standard rate"), "reduced": N_("reduced rate"), "zero": N_("zero rate"),
           "exempt": N_("free of tax")}, "tax_class")
said.tell({"pcs": N_("pieces")}, "unit")
said.tell({"email_marketing": N_("news by e-mail"), "sms_marketing": N_("news by text message"),
           "profiling": N_("suggestions from what was bought"), "analytics": N_("statistics of visits")}, "purpose")
said.tell({"account": N_("account page"), "checkout": N_("checkout"), "newsletter": N_("newsletter"),
           "office": N_("office"), "import": N_("import")}, "consentrecord.channel")
said.tell({"adjustment": N_("corrected"), "issue": N_("handed out"), "payment": N_("paid with"), "refund": N_("refund"),
           "closed": N_("account closed"), "earned": N_("earned"), "expired": N_("expired")},
          "accountentry.reason", "giftcardentry.reason")
said.tell({"opening stock": N_("opening stock"), "return": N_("return"), "exchange": N_("exchange"),
           "claim": N_("claim"), "edit": N_("edit"), "import": N_("import"), "count": N_("stock count"),
           # what the desk proposes, kept in the language of whoever chose it
           **{t: t for t in (N_("stock count"), N_("found again"), N_("lost"), N_("wrongly booked"))}},
          "movement.reason")
said.tell({"opening": N_("opening stock"), "import": N_("import")}, "movement.reference")
said.tell({"checkout": N_("checkout"), "import": N_("import"), "exchange": N_("exchange"), "split": N_("split off"),
           "merge": N_("by merging")}, "origin")
said.tell({"priority": N_("warehouses by rank"), "nearest": N_("the nearest warehouse"),
           "fewest": N_("as few parcels as possible")}, "allocation")
said.tell({"staff": N_("colleague"), "customer": N_("customer"), "system": N_("the system"), "key": N_("API key"),
           "anonymous": N_("a visitor")}, "actor_kind")
said.tell({"product": N_("article"), "delivery": N_("delivery"), "gift": N_("gift"), "fee": N_("fee"),
           "adjustment": N_("corrected")}, "line_kind", "kind")
said.tell({"orders": N_("Orders"), "payments": N_("Payments"), "checkout": N_("Checkout"), "demo": N_("Demo"),
           "showcase": N_("Shop pages"), "catalogue": N_("Catalogue"), "inventory": N_("Stock"), "import": N_("Import"),
           "export": N_("Export"), "expiry": N_("Expiry of unpaid orders"), "publisher": N_("Timed publication"),
           "cli": N_("Command line"), "settings": N_("Settings"), "setup": N_("Set-up"), "cleaner": N_("Clean-up"),
           "pricing": N_("Prices"), "customers": N_("Customers"), "checkout.guest": N_("Guest's checkout"),
           "growth": N_("Content"), "guest": N_("guest")},
          "actor", "actor_label", "opened_by", "released_by", "requested_by", "asked_by", "decided_by", "made_by")
said.tell({str(n): day for n, day in enumerate((N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"),
                                                N_("Sun")), start=1)}, "working_days")
said.call({
    # addresses and what invoices print
    "line1": N_("street"), "line2": N_("second line"), "city": N_("city"), "district": N_("district"),
    "region": N_("region"), "postcode": N_("postcode"), "company": N_("company name"), "contact": N_("contact"),
    "seller": N_("seller"), "buyer": N_("buyer"), "ship_to": N_("sent to"), "taxes": N_("taxes"),
    "net_minor": N_("net"), "gross_minor": N_("gross"), "order_number": N_("order"), "original": N_("for invoice"),
    # orders, delivery, returns
    "earliest_on": N_("earliest"), "latest_on": N_("latest"), "split": N_("in several parcels"),
    "method_id": N_("delivery method"), "weight_g": N_("weight (g)"), "up_to_g": N_("up to (g)"),
    "from_minor": N_("from this amount"), "zones": N_("zones"), "op": N_("what"), "condition": N_("condition"),
    "receipts": N_("what came back"), "image": N_("image"), "is_stocked": N_("kept in stock"),
    "needs_shipping": N_("is sent"), "regular_unit_minor": N_("regular price"), "fulfilment_id": N_("parcel"),
    "tracking_url": N_("tracking page"), "discounts": N_("discounts"), "label": N_("label"), "id": N_("number"),
    # rules of prices and of fraud
    "amounts": N_("amounts"), "percent": N_("per cent"), "buy": N_("buy"), "get": N_("get"), "spend": N_("spend"),
    "steps": N_("steps"), "min_spend": N_("spend at least"), "categories": N_("categories"),
    "products": N_("products"), "variants": N_("variants"), "by": N_("counted by"), "of": N_("what is counted"),
    "limit": N_("at most"), "minutes": N_("within minutes"), "facts": N_("what was known"), "keys": N_("keys"),
    "counts": N_("counts"), "rules": N_("rules"), "review_from": N_("to look at from"), "ip": N_("IP address"),
    "shipping_country": N_("delivery to"), "billing_country": N_("billed to"), "values": N_("choices"),
    # what the audit trail keeps beside the fields
    "approve_above_minor": N_("orders approved by hand above"), "days": N_("days"), "roles": N_("roles"),
    "unit_id": N_("organisation unit"), "per_variant": N_("chosen per SKU"), "required": N_("required"),
    "skus": N_("SKUs"),
    "items": N_("items"), "blind": N_("without showing the books"), "has_account": N_("has an account"),
    "prices": N_("prices"), "group_id": N_("customer group"), "type_id": N_("product type"), "demo": N_("demo"),
    "list": N_("list"), "value": N_("value"), "job": N_("job"), "delivery": N_("event delivery"),
    "audit": N_("audit trail"),
    "retention": N_("retention"), "showcase": N_("shop pages"), "payment": N_("payment"), "url": N_("address"),
    "text": N_("text"),
    "return_url": N_("comes back to"),
    "changed": N_("fields changed"), "media": N_("images"),
    "booked": N_("booked as"),
    "to": N_("into"),
    "from": N_("out of"), "paid": N_("paid"),
})
