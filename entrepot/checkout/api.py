"""HTTP of the checkout: carts, whole purchases, paying again; delivery methods and open carts for the office.

A guest proves a cart by the header `Cart-Secret`, which `POST /carts` answers once; a member's cart needs none. Answers
are written as they are made: they have passed the checks of their own types already.
"""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from entrepot.catalog import public as catalog
from entrepot.checkout import actions, carts, offers, shapes, shapes_page
from entrepot.checkout.contracts import BuyNow, CheckoutView, LineInput, Overview, Placement
from entrepot.checkout.permissions import BUY, DELIVERY, READ
from entrepot.customers import public as customers
from entrepot.kit import idempotency, paging
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.json import dumps
from entrepot.kit.rest import Routes, Strict, actor_of
from entrepot.orders import public as orders

cart_routes = Routes()
buy_routes = Routes()
pay_routes = Routes()
office_routes = Routes()
# Placing keeps its key in the transaction of the order: nothing that a crash could leave between the two.
for _route in ("checkouts/complete", "carts/<uuid:cart_id>/place"):
    idempotency.exempt(f"api/v1/{_route}")

ROUTES = [("/carts", cart_routes), ("/checkouts", buy_routes), ("/orders", pay_routes),
          ("/admin/checkout", office_routes)]


def _secret(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_CART_SECRET", ""))  # `headers` copies all there is


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"secret": _secret(request), "actor": actor_of(request)}


def _cart(view: CheckoutView, status: int = 200, secret: str | None = None) -> HttpResponse:
    """The cart as JSON, with its version as ETag."""
    body = _body(view)
    if secret is not None:
        body["secret"] = secret
    response = HttpResponse(dumps(body), status=status, content_type="application/json")
    response["ETag"] = f'"{view.version}"'
    return response


def _body(view: CheckoutView) -> dict[str, Any]:
    """Problems are said in the reader's language."""
    return {f: getattr(view, f) for f in CheckoutView.__slots__} | {"problems": [
        {"code": p.code, "text": gettext(p.text).format(**p.params), "line_id": p.line_id, "params": p.params,
         "is_blocking": p.is_blocking} for p in view.problems]}


def _placement(placement: Placement) -> HttpResponse:
    body = {"order": placement.order, "tracking_secret": placement.tracking_secret, "is_replay": placement.is_replay,
            "payments": [{"id": p.id, "provider": p.provider, "method": p.method, "state": p.state,
                          "currency": p.currency, "amount_minor": p.amount_minor,
                          "authorised_minor": p.authorised_minor, "captured_minor": p.captured_minor,
                          "action": p.action} for p in placement.payments]}
    return HttpResponse(dumps(body), status=200 if placement.is_replay else 201, content_type="application/json")


def _if_match(request: HttpRequest) -> int | None:
    """The version that the client saw, from `If-Match`."""
    given = request.META.get("HTTP_IF_MATCH", "*").strip().removeprefix("W/").strip('"')
    if given == "*":
        return None
    if not given.isdecimal() or len(given) > 9:
        raise InvalidInput("If-Match", N_("This is not an ETag of ours."))
    return int(given)


def _lines(given: list[shapes.LineIn]) -> list[LineInput]:
    return [LineInput(line.variant_id, line.quantity, line.note) for line in given]


def _plain(body: Strict | None) -> dict[str, Any] | None:
    return body.dict() if body is not None else None


@cart_routes.post("", permission=BUY, response={201: shapes.CartOut}, summary="Open a cart")
def create_cart(request: HttpRequest, body: shapes.CartIn) -> Any:
    """A new cart. `secret` is told this once: send it as header `Cart-Secret` from then on."""
    view, secret = actions.create_checkout(body.channel or None, body.language, body.customer_id, _lines(body.lines),
                                           actor=actor_of(request))
    return _cart(view, 201, secret)


@cart_routes.get("/mine", permission=BUY, response=shapes.CartOut,
                 summary="The cart that the signed-in customer used last")
def own_cart(request: HttpRequest, channel: str = "") -> Any:
    """The open cart that the signed-in customer used last."""
    view = actions.own_cart(channel or None, actor=actor_of(request))
    if view is None:
        raise NotFound("cart")
    return _cart(view)


@cart_routes.get("/{uuid:cart_id}", permission=BUY, response=shapes.CartOut,
                 summary="A cart, priced, with what stands in its way")
def get_cart(request: HttpRequest, cart_id: UUID) -> Any:
    return _cart(actions.view(cart_id, **_who(request)))


@cart_routes.patch("/{uuid:cart_id}", permission=BUY, response={200: shapes.CartOut, 204: None},
                   summary="Change contact, addresses, invoice data, message or gifts")
def update_cart(request: HttpRequest, cart_id: UUID, body: shapes.CartPatch) -> Any:
    """Contact, addresses, invoice data, gift message, note, language, gifts: whatever is named, at once.

    Who does not need the cart in return says so by `Prefer: return=minimal` and is answered sooner.
    """
    changes, seen = _changes(body), _if_match(request)
    if "return=minimal" in request.META.get("HTTP_PREFER", ""):
        version = actions.keep(cart_id, changes, **_who(request), expected_version=seen)
        return HttpResponse(status=204, headers={"ETag": f'"{version}"', "Preference-Applied": "return=minimal"})
    return _cart(actions.update(cart_id, changes, **_who(request), expected_version=seen))


def _changes(body: shapes.CartPatch) -> dict[str, Any]:
    """What was sent; addresses and invoice data with all their fields, not only those that were sent."""
    names = ("shipping_address", "billing_address", "invoice_data")
    whole = {n: _plain(getattr(body, n)) for n in names if n in body.model_fields_set}
    return body.dict(exclude_unset=True) | whole


@cart_routes.post("/{uuid:cart_id}/lines", permission=BUY, response=shapes.CartOut, summary="Put goods into the cart")
def add_lines(request: HttpRequest, cart_id: UUID, body: shapes.LinesIn) -> Any:
    """Put more into the cart; quantities of the same item add up."""
    return _cart(actions.add_lines(cart_id, _lines(body.lines), **_who(request)))


@cart_routes.put("/{uuid:cart_id}/lines", permission=BUY, response=shapes.CartOut,
                 summary="Replace everything in the cart")
def set_lines(request: HttpRequest, cart_id: UUID, body: shapes.LinesIn) -> Any:
    """Replace everything in the cart."""
    return _cart(actions.set_lines(cart_id, _lines(body.lines), **_who(request)))


@cart_routes.patch("/{uuid:cart_id}/lines/{uuid:line_id}", permission=BUY, response=shapes.CartOut,
                   summary="Change quantity or note of a line")
def update_line(request: HttpRequest, cart_id: UUID, line_id: UUID, body: shapes.LinePatch) -> Any:
    return _cart(actions.update_line(cart_id, line_id, body.quantity, body.note, **_who(request)))


@cart_routes.delete("/{uuid:cart_id}/lines/{uuid:line_id}", permission=BUY, response=shapes.CartOut,
                    summary="Take a line out of the cart")
def remove_line(request: HttpRequest, cart_id: UUID, line_id: UUID) -> Any:
    return _cart(actions.remove_line(cart_id, line_id, **_who(request)))


@cart_routes.put("/{uuid:cart_id}/contact", permission=BUY, response=shapes.CartOut, summary="Set who buys")
def set_contact(request: HttpRequest, cart_id: UUID, body: shapes.ContactIn) -> Any:
    return _cart(actions.set_contact(cart_id, body.email, body.phone, **_who(request)))


@cart_routes.put("/{uuid:cart_id}/addresses", permission=BUY, response=shapes.CartOut,
                 summary="Set where to deliver and where to bill")
def set_addresses(request: HttpRequest, cart_id: UUID, body: shapes.AddressesIn) -> Any:
    """Where to deliver, and where the bill goes if that is elsewhere."""
    return _cart(actions.set_addresses(cart_id, _plain(body.shipping), _plain(body.billing), **_who(request)))


@cart_routes.put("/{uuid:cart_id}/invoice-data", permission=BUY, response=shapes.CartOut,
                 summary="Set what the invoice must show")
def set_invoice_data(request: HttpRequest, cart_id: UUID, body: shapes.InvoiceIn) -> Any:
    return _cart(actions.set_invoice_data(cart_id, body.dict(), **_who(request)))


@cart_routes.get("/{uuid:cart_id}/delivery-options", permission=BUY, response=list[shapes.OptionOut],
                 summary="Ways of delivery for these goods and this address")
def delivery_options(request: HttpRequest, cart_id: UUID) -> Any:
    found = actions.delivery_options(cart_id, **_who(request))
    return HttpResponse(dumps(found), content_type="application/json")


@cart_routes.get("/{uuid:cart_id}/overview", permission=BUY, response=shapes_page.OverviewOut,
                 summary="All that a checkout page shows")
def overview(request: HttpRequest, cart_id: UUID) -> Any:
    """The cart with its delivery options, parcels, ways to pay and the member's own money, at once."""
    return _overview(actions.overview(cart_id, **_who(request)))


@cart_routes.patch("/{uuid:cart_id}/overview", permission=BUY, response=shapes_page.OverviewOut,
                   summary="Change the cart and be answered with all that the next page shows")
def revise(request: HttpRequest, cart_id: UUID, body: shapes.CartPatch) -> Any:
    """Change the cart as `PATCH /carts/{cart_id}` does and be answered with its overview: the delivery options of the
    address just given, without another call."""
    return _overview(actions.revise(cart_id, _changes(body), **_who(request), expected_version=_if_match(request)))


def _overview(found: Overview) -> HttpResponse:
    response = HttpResponse(dumps({
        "cart": _body(found.cart), "delivery_options": found.delivery_options, "parcels": [
            {"warehouse_id": p.warehouse_id, "items": [{"line_id": line, "quantity": q} for line, q in p.items]}
            for p in found.parcels],
        "payment_methods": found.payment_methods, "wallet": found.wallet}), content_type="application/json")
    response["ETag"] = f'"{found.cart.version}"'
    return response


@cart_routes.put("/{uuid:cart_id}/delivery", permission=BUY, response=shapes.CartOut,
                 summary="Choose a way of delivery and hold the goods")
def choose_delivery(request: HttpRequest, cart_id: UUID, body: shapes.DeliveryIn) -> Any:
    """The goods are held for the buyer from now on. A way that these goods or this address do not have is refused
    (409 `delivery_not_offered`)."""
    return _cart(actions.choose_delivery(cart_id, body.method, pickup_warehouse_id=body.pickup_warehouse_id,
                                         split=body.split, collected_by=body.collected_by, **_who(request)))


@cart_routes.post("/{uuid:cart_id}/hold", permission=BUY, response=shapes.CartOut, summary="Hold the goods for longer")
def renew_hold(request: HttpRequest, cart_id: UUID) -> Any:
    """More time to pay: hold the goods anew."""
    return _cart(actions.renew_hold(cart_id, **_who(request)))


@cart_routes.post("/{uuid:cart_id}/coupons", permission=BUY, response=shapes.CartOut, summary="Enter a coupon")
def add_coupon(request: HttpRequest, cart_id: UUID, body: shapes.CouponIn) -> Any:
    """A code that does not exist is no error: it stands among `problems` as `coupon_unknown`."""
    return _cart(actions.add_coupon(cart_id, body.code, **_who(request)))


@cart_routes.delete("/{uuid:cart_id}/coupons/{str:code}", permission=BUY, response=shapes.CartOut,
                    summary="Take a coupon off")
def remove_coupon(request: HttpRequest, cart_id: UUID, code: str) -> Any:
    return _cart(actions.remove_coupon(cart_id, code, **_who(request)))


@cart_routes.put("/{uuid:cart_id}/payment-parts", permission=BUY, response=shapes.CartOut,
                 summary="Set what gift cards, points and store credit shall pay")
def set_payment_parts(request: HttpRequest, cart_id: UUID, body: shapes.PartsIn) -> Any:
    """What gift cards, points and store credit shall pay."""
    return _cart(actions.set_payment_parts(cart_id, **body.dict(), **_who(request)))


@cart_routes.post("/{uuid:cart_id}/merge", permission=BUY, response=shapes.CartOut,
                  summary="Bring a guest's cart into one's own")
def merge(request: HttpRequest, cart_id: UUID) -> Any:
    """After signing in: bring the guest's cart (proved by its secret) into one's own."""
    return _cart(actions.merge(cart_id, **_who(request)))


@cart_routes.post("/{uuid:cart_id}/place", permission=BUY,
                  response={200: shapes.PlacementOut, 201: shapes.PlacementOut}, summary="Place the order")
def place(request: HttpRequest, cart_id: UUID, body: shapes.PlaceIn) -> Any:
    """201 when this request placed it, 200 when an earlier one did: then `tracking_secret` is null, as it is told once.

    Refused with 409: `not_ready` (why is in `params.problems`), `total_changed` and `due_changed` (the amounts of now
    are in `params`), `out_of_stock`, `promotion_used_up`, `method_not_offered`; `busy` may be sent again.
    """
    return _placement(actions.place_order(
        cart_id, expected_total_minor=body.expected_total_minor, expected_due_minor=body.expected_due_minor,
        payment_method=body.payment_method, return_url=body.return_url,
        idempotency_key=_key(request), fingerprint=_fingerprint(request), **_who(request)))


def _key(request: HttpRequest) -> str:
    """The key that placing keeps with the order; nothing without one."""
    key: str | None = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None:
        idempotency.check_key(key)
    return key or ""


def _fingerprint(request: HttpRequest) -> str:
    return hashlib.sha256(request.body).hexdigest()


@buy_routes.post("/complete", permission=BUY, response={200: shapes.PlacementOut, 201: shapes.PlacementOut},
                 summary="Buy in one request")
def complete(request: HttpRequest, body: shapes.BuyIn) -> Any:
    """Cart, addresses, delivery, payment and order in one transaction, or nothing. It answers and refuses as placing
    a cart does."""
    delivery = body.delivery
    return _placement(actions.buy_now(BuyNow(
        channel=body.channel, lines=tuple(_lines(body.lines)), email=body.email, payment_method=body.payment_method,
        phone=body.phone, language=body.language, shipping_address=_plain(body.shipping_address),
        billing_address=_plain(body.billing_address), delivery_method=delivery.method if delivery else "",
        pickup_warehouse_id=delivery.pickup_warehouse_id if delivery else None,
        split=delivery.split if delivery else False,
        collected_by=delivery.collected_by if delivery else "", coupons=tuple(body.coupons), gifts=tuple(body.gifts),
        gift_card_codes=tuple(body.gift_card_codes), points=body.points, credit_minor=body.credit_minor,
        invoice_data=_plain(body.invoice_data), gift_message=body.gift_message, note=body.note,
        expected_total_minor=body.expected_total_minor, expected_due_minor=body.expected_due_minor,
        return_url=body.return_url),
        idempotency_key=_key(request), fingerprint=_fingerprint(request), actor=actor_of(request)))


@buy_routes.get("/address-form", permission=BUY, response=shapes_page.AddressFormOut,
                summary="Fields of an address in a country")
def address_form(request: HttpRequest, country: shapes_page.Country, region: shapes_page.PlaceName = "",
                 city: shapes_page.PlaceName = "") -> Any:
    """Which fields an address has in a country, what they are called there, and what they offer."""
    return customers.address_form(country, region, city)


@pay_routes.post("/{uuid:order_id}/pay", permission=BUY, response=shapes.PlacementOut,
                 summary="Pay what an order still owes")
def pay_order(request: HttpRequest, order_id: UUID, body: shapes.PayIn) -> Any:
    """Pay what an order still owes. A guest proves the order by the header `Order-Secret`, its tracking secret."""
    return _placement(actions.pay_order(order_id, payment_method=body.payment_method, return_url=body.return_url,
                                        tracking_secret=request.headers.get("Order-Secret", ""),
                                        actor=actor_of(request)))


@pay_routes.post("/adopt", permission=BUY, response=shapes_page.AdoptedOut,
                 summary="Bring a guest's order into one's own account")
def adopt_order(request: HttpRequest) -> Any:
    """What was bought as a guest comes into one's account: the order of the header `Order-Secret`."""
    return {"order_id": orders.adopt_order(request.headers.get("Order-Secret", ""), actor=actor_of(request))}


@office_routes.get("/delivery-methods", permission=READ, response=list[shapes.MethodOut], summary="Ways of delivery")
def list_methods(request: HttpRequest) -> Any:
    return list(offers.all_methods().values())


@office_routes.post("/delivery-methods", permission=DELIVERY, response={201: shapes.MethodOut},
                    summary="Create a way of delivery")
def create_method(request: HttpRequest, body: shapes.MethodIn) -> Any:
    return actions.create_delivery_method(**_method_values(body), actor=actor_of(request))


@office_routes.get("/delivery-methods/{slug:code}", permission=READ, response=shapes.MethodOut,
                   summary="A way of delivery")
def get_method(request: HttpRequest, code: str) -> Any:
    return offers.method_by_code(code)


@office_routes.patch("/delivery-methods/{slug:code}", permission=DELIVERY, response=shapes.MethodOut,
                     summary="Change a way of delivery")
def update_method(request: HttpRequest, code: str, body: shapes.MethodPatch) -> Any:
    """Change what is named; null is possible for `cut_off` only."""
    values = {k: v for k, v in _method_values(body).items() if v is not None or k == "cut_off"}
    return actions.update_delivery_method(code, values, actor=actor_of(request))


def _method_values(body: Strict) -> dict[str, Any]:
    """Zones and rates keep only what was said of them."""
    values = body.dict(exclude_unset=True)
    for field in ("zones", "rates"):
        if values.get(field):
            values[field] = [{k: v for k, v in item.items() if v not in (None, "", False)} | _amount(item)
                             for item in values[field]]
    return values


def _amount(item: dict[str, Any]) -> dict[str, Any]:
    return {"amount_minor": item["amount_minor"]} if "amount_minor" in item else {}


@office_routes.get("/points-rates", permission=DELIVERY, response=list[shapes.PointsRateOut],
                   summary="What points are worth as payment")
def points_rates(request: HttpRequest) -> Any:
    """What 100 points are worth as payment, channel by channel; 0 where they are not taken."""
    return [{"channel": c.code, "minor_per_100": offers.points_rate(c.id)} for c in catalog.channels()]


@office_routes.put("/points-rates/{slug:channel}", permission=DELIVERY, response=shapes.PointsRateOut,
                   summary="Set what points are worth in a channel")
def set_points_rate(request: HttpRequest, channel: str, body: shapes.PointsRateIn) -> Any:
    """What 100 points are worth as payment in a channel."""
    actions.set_points_rate(channel, body.minor_per_100, actor=actor_of(request))
    return {"channel": channel, "minor_per_100": body.minor_per_100}


@office_routes.get("/carts", permission=READ, response=shapes.OpenCartPage,
                   summary="Open carts, the last touched first")
def open_carts(request: HttpRequest, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None) -> Any:
    """Open carts with something in them, the last touched first."""
    limit = max(1, min(limit, paging.MAX_LIMIT))
    found = carts.list_open(limit + 1, paging.at_and_id(cursor))
    following = paging.encode([found[limit - 1].updated_at, found[limit - 1].id]) if len(found) > limit else None
    return {"items": found[:limit], "next": following}
