"""The guided set-up: from an empty database to a shop that takes an order. What is done is seen, never ticked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo
from entrepot.catalog.permissions import CHANNELS
from entrepot.checkout import public as checkout
from entrepot.growth import public as growth
from entrepot.growth.contracts import PageState
from entrepot.identity import public as identity
from entrepot.inventory import public as inventory
from entrepot.kit import said
from entrepot.kit.rest import actor_of
from entrepot.payments import public as payments
from entrepot.pricing import public as pricing
from entrepot.showcase import public as showcase
from entrepot.web.office import mail_server
from entrepot.web.office.pages import office_page, work_page
from entrepot.web.office.system.settings.entry import NEW, Setting
from entrepot.web.office.system.settings.first import FIRST, LEGAL
from entrepot.web.office.system.settings.shop import issuer
from entrepot.web.office.system.settings_desk import SETTINGS, form_of, save

LOOKED_AT = 200  # products that are looked at one by one


class Facts:
    """The state of the shop, each part read when a step asks for it."""

    @cached_property
    def channel(self) -> ChannelInfo | None:
        return catalog.default_channel() if catalog.channels() else None

    @cached_property
    def company(self) -> str:
        return issuer(self.channel.id).get("name", "") if self.channel else ""

    @cached_property
    def taxes(self) -> list[str]:
        country = self.channel.country if self.channel else ""
        return [f"{said.coded('tax_class', t.tax_class) or t.tax_class} {t.rate * 100:.0f}%"
                for t in pricing.list_tax_rates(0, 100, country=country)]

    @cached_property
    def places(self) -> list[str]:
        code = self.channel.code if self.channel else ""
        return [said.in_language(w.name) for w in inventory.warehouses()
                if w.is_active and code in inventory.served_by(w.code)]

    @cached_property
    def deliveries(self) -> list[str]:
        return [said.in_language(m.name) for m in checkout.delivery_methods().values()
                if self.channel and m.is_active and (not m.channels or self.channel.id in m.channels)]

    @cached_property
    def payments(self) -> list[str]:
        return [m.name for m in payments.methods(self.channel.id, self.channel.currency)] if self.channel else []

    @cached_property
    def on_sale(self) -> int:
        """Products with a price and stock in the default channel; in a larger shop, those that its visitors see."""
        if self.channel is None:
            return 0
        products = catalog.product_ids(limit=LOOKED_AT)
        if len(products) == LOOKED_AT:
            return showcase.count_products(self.channel.id, self.channel.languages[0])
        facts = catalog.variant_facts(v for ids in catalog.variants_of(products).values() for v in ids)
        shown = [v for v, f in facts.items() if self.channel.id in f.published_in]
        priced = {v for v in shown if pricing.tiers(self.channel.id, v)} if len(shown) < 5 else \
            set(pricing.listing_prices(self.channel.id, shown))
        there = inventory.available(self.channel.id, priced)
        return len({facts[v].product_id for v in priced if v in there and there[v].quantity > 0})

    @cached_property
    def staff(self) -> list[Any]:
        return [u for u in identity.list_users(staff=True, limit=100) if u.is_active]

    @cached_property
    def legal(self) -> list[str]:
        wanted = dict(LEGAL)
        return [p.slug for p in growth.find_pages(limit=100)[0] if p.slug in wanted and p.state == PageState.LIVE]


class Use(NamedTuple):
    """A form of a step: a setting and what of it is changed."""

    setting: Setting
    target: str


@dataclass(frozen=True, slots=True)
class Step:
    """`done` looks at the facts, `told` says how it stands; without `needed` a shop sells all the same."""

    code: str
    title: Any
    text: Any
    done: Callable[[Facts], bool]
    told: Callable[[Facts], str]
    uses: Callable[[Facts], list[Use]] = field(default=lambda facts: [])
    pages: tuple[tuple[str, Any], ...] = ()  # desks that do it too
    needed: bool = True
    after: str = ""  # the step that comes first

    @property
    def changes(self) -> bool:
        """Its form changes the one thing there is; the other steps add another."""
        return self.code in ("company", "payment")


def _use(code: str, target: Callable[[ChannelInfo], str] | str = NEW) -> Callable[[Facts], list[Use]]:
    setting = SETTINGS.get(code) or FIRST[code]

    def uses(facts: Facts) -> list[Use]:
        if callable(target):
            return [Use(setting, target(facts.channel))] if facts.channel else []
        return [Use(setting, target)]

    return uses


def _joined(names: list[str]) -> str:
    return ", ".join(names[:4]) + (" …" if len(names) > 4 else "")


def _people(facts: Facts) -> str:
    return ngettext("%(n)d person", "%(n)d people", len(facts.staff)) % {"n": len(facts.staff)}


STEPS = (
    Step("channel", gettext_lazy("Shop, country and currency"),
         gettext_lazy("What the shop is called, where it sells, in which currency and languages."),
         lambda f: f.channel is not None,
         lambda f: f"{said.in_language(f.channel.name)} · {f.channel.currency}" if f.channel else "",
         _use("channels")),
    Step("company", gettext_lazy("Company"), gettext_lazy("What invoices say of the seller."),
         lambda f: bool(f.company), lambda f: f.company, _use("issuer", lambda c: c.code), after="channel"),
    Step("tax", gettext_lazy("Tax"), gettext_lazy("The rate on ordinary goods in your country; 0 if you charge none."),
         lambda f: bool(f.channel and f.taxes), lambda f: _joined(f.taxes), _use("taxes"), after="channel"),
    Step("warehouse", gettext_lazy("Where the goods are"),
         gettext_lazy("A warehouse, a store or a shelf at home: stock lies there and parcels leave from there."),
         lambda f: bool(f.places), lambda f: _joined(f.places), _use("warehouses"), after="channel"),
    Step("delivery", gettext_lazy("Ways of delivery"),
         gettext_lazy("How goods reach customers and what they pay for it."),
         lambda f: bool(f.deliveries), lambda f: _joined(f.deliveries), _use("delivery"), after="channel"),
    Step("payment", gettext_lazy("Payment"),
         gettext_lazy("Bank transfer and cash on delivery need no contract. Cards, Alipay and WeChat Pay are switched"
                      " on by their keys in the installation's environment."),
         lambda f: bool(f.payments), lambda f: _joined(f.payments), _use("ways", lambda c: c.code), after="channel"),
    Step("products", gettext_lazy("First products on sale"),
         gettext_lazy("A product is on sale when it is published and has a price and stock."),
         lambda f: f.on_sale > 0,
         lambda f: ngettext("%(n)d product on sale", "%(n)d products on sale", f.on_sale) % {"n": f.on_sale},
         _use("first-product"),
         (("desk_imports", gettext_lazy("Import a file of products")),
          ("desk_new_product", gettext_lazy("The whole product form"))), after="warehouse"),
    Step("staff", gettext_lazy("People with a second factor"),
         gettext_lazy("Everybody who works here signs in with a password and a second factor."),
         lambda f: bool(f.staff) and all(u.has_second_factor for u in f.staff), _people,
         pages=(("desk_people", gettext_lazy("Invite colleagues")),), needed=False),
    Step("legal", gettext_lazy("Legal pages"),
         gettext_lazy("Terms and a privacy notice that customers can read before they order."),
         lambda f: {"terms", "privacy"} <= set(f.legal),
         lambda f: _joined([str(dict(LEGAL)[slug]) for slug in f.legal]),
         _use("legal"),
         (("desk_pages", gettext_lazy("Pages and menus")),), needed=False),
)
_BY_CODE = {step.code: step for step in STEPS}


def unfinished(facts: Facts) -> list[Step]:
    """The steps without which no order can be taken."""
    return [step for step in STEPS if step.needed and not step.done(facts)]


def wants_setup(request: HttpRequest) -> bool:
    """Whether the first screen of this person is the set-up: there is no shop yet, and they may make one."""
    return not catalog.channels() and actor_of(request).can(CHANNELS)


def index(request: HttpRequest) -> HttpResponse:
    facts = Facts()
    chosen = request.GET.get("step", "")
    step = _BY_CODE.get(chosen) or next(iter(unfinished(facts)), None) or \
        next((s for s in STEPS if not s.done(facts)), None)
    return _page(request, facts, step, {})


def _page(request: HttpRequest, facts: Facts, step: Step | None, typed: dict[str, Any],
          status: int = 200) -> HttpResponse:
    shown = [{"step": s, "done": done, "told": s.told(facts) if done else ""}
             for s, done in ((s, s.done(facts)) for s in STEPS)]
    left = len(unfinished(facts))
    forms = [(use, typed.get(use.target) or form_of(use.setting, use.target, _asking(request)))
             for use in (step.uses(facts) if step else []) if actor_of(request).can(use.setting.permission)]
    links = [(reverse(f"admin:{name}"), label) for name, label in (step.pages if step else ()) if _exists(name)]
    context = {"steps": shown, "chosen": step, "forms": forms, "left": left, "can_sell": left == 0, "links": links,
               "finished": sum(1 for s in shown if s["done"]), "before": _before(step, facts),
               "mails_wait": mail_server.warns(actor_of(request))}
    return office_page(request, "system/setup", _("Set up the shop"), context, status=status)


def _before(step: Step | None, facts: Facts) -> Step | None:
    """The step that must come first and has not."""
    first = _BY_CODE.get(step.after) if step else None
    return first if first is not None and not first.done(facts) else None


def _asking(request: HttpRequest) -> HttpRequest:
    """The forms that were not sent start from what is stored."""
    asking = HttpRequest()
    asking.method = "GET"
    return asking


def _exists(name: str) -> bool:
    from django.urls import NoReverseMatch

    try:
        reverse(f"admin:{name}")
    except NoReverseMatch:
        return False
    return True


def do(request: HttpRequest, code: str, target: str) -> HttpResponse:
    """Save the form of a step; taken, the next open step is shown."""
    step, facts = _BY_CODE.get(code), Facts()
    if step is None:
        raise Http404
    back = reverse("admin:desk_setup")
    if request.method != "POST":
        return HttpResponseRedirect(f"{back}?step={code}")
    use = next((u for u in step.uses(facts) if u.target == target), None)
    if use is None:
        raise Http404
    form = form_of(use.setting, use.target, request)
    if form.is_bound and save(use.setting, use.target, form, actor_of(request)):
        return HttpResponseRedirect(f"{back}#next" if unfinished(Facts()) else back)
    return _page(request, facts, step, {use.target: form}, 422 if form.is_bound else 200)


PAGES = (
    work_page("desk_setup", "desk/setup/", index, CHANNELS, gettext_lazy("Set-up"), "checklist", "system"),
    work_page("desk_setup_do", "desk/setup/<slug:code>/<str:target>/", do, CHANNELS),
)
