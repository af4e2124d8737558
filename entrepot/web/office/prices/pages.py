"""The addresses of the price desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from entrepot.pricing.permissions import MANAGE_COUPONS, MANAGE_PROMOTIONS, READ, SET_PRICES
from entrepot.web.office.pages import work_page
from entrepot.web.office.prices import changes, coupons, lists, promotions

PAGES = (
    work_page("desk_price_lists", "desk/prices/", lists.listed, READ, _("Price desk"), "price_change", "goods"),
    work_page("desk_price_list_new", "desk/prices/new/", lists.new, SET_PRICES),
    work_page("desk_price_list", "desk/prices/of/<slug:code>/", lists.show, READ),
    work_page("desk_prices_change", "desk/prices/of/<slug:code>/change/", changes.change, SET_PRICES),
    work_page("desk_promotions", "desk/promotions/", promotions.listed, READ, _("Promotion desk"), "campaign", "sell"),
    work_page("desk_promotion_new", "desk/promotions/new/<slug:kind>/", promotions.new, MANAGE_PROMOTIONS),
    work_page("desk_promotion_try", "desk/promotions/try/", promotions.try_it, READ),
    work_page("desk_promotion_record", "desk/promotions/record/<uuid:promotion_id>/", promotions.by_id, READ),
    work_page("desk_promotion", "desk/promotions/of/<slug:code>/", promotions.show, READ),
    work_page("desk_promotion_do", "desk/promotions/of/<slug:code>/do/<slug:verb>/", promotions.do, READ),
    work_page("desk_promotion_rehearsal", "desk/promotions/of/<slug:code>/rehearsal/", promotions.simulate, READ),
    work_page("desk_all_coupons", "desk/coupons/", coupons.listed, MANAGE_COUPONS, _("Coupon desk"),
              "confirmation_number", "sell"),
    work_page("desk_coupons", "desk/coupons/<slug:code>/", coupons.show, MANAGE_COUPONS),
    work_page("desk_coupons_download", "desk/coupons/<slug:code>/csv/", coupons.download, MANAGE_COUPONS),
    work_page("desk_coupons_do", "desk/coupons/<slug:code>/do/<slug:verb>/", coupons.do, MANAGE_COUPONS),
)
