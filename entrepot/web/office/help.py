"""Help on each page: what it is for, what to do there, its keys. Texts by the page's name in the addresses."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext

from entrepot.kit.errors import N_


class Help(NamedTuple):
    title: str
    about: tuple[str, ...]
    steps: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()


_SAVE = ("s", N_("save"))

HELP = {
    "index": Help(N_("Today's work"), (
        N_("What waits for you, by your rights: the red ones first. A number leads to the list behind it."),
        N_("Each channel shows today's sales, the change against yesterday at this time, and how much of the target is"
           " reached."),), (N_("Work off the red tiles from left to right."), N_("Set targets by the button above."))),
    "desk_search": Help(N_("Search"), (
        N_("Finds orders by number, mail address or name, customers, products, SKUs and every page of the office."),
        N_("You see only what your rights allow.")), (N_("Type two letters or more, choose with the arrow keys."),)),
    "desk_targets": Help(N_("Sales targets"), (
        N_("What each channel should sell in a month. A day's target is its share, unless it has one of its own."),),
        (N_("Type an amount and save; empty a field to take its target away."),), (_SAVE,)),
    "desk_notices": Help(N_("Notifications"), (
        N_("What grew in your queues, and what of your own is through. Reading one leads to the place concerned."),),
        (N_("Choose under “What to tell me” what you want to hear of, here and by mail."),)),
    "desk_notice_settings": Help(N_("What to tell me"), (
        N_("Tick what should be shown under the bell, and what should also come by mail."),), (), (_SAVE,)),
    "desk_order": Help(N_("One order"), (
        N_("Lines, money, parcels, changes and the whole story of an order; the buttons are exactly what may be done"
           " with it now."),), (
        N_("Look at holds first: they say why it does not move."), N_("Plan the parcels, pack, ship with the tracking"
                                                                      " number."),
        N_("Take goods back by a return: agree, receive, settle."))),
    "desk_board": Help(N_("Order board"), (
        N_("Orders by what they wait for. Move one on by dragging it, by its menu, or by the keyboard."),)),
    "desk_stock": Help(N_("Stock desk"), (
        N_("Find or scan a SKU: what lies where, what is reserved, and every movement with its reason."),), (
        N_("Goods came in: say how many and the delivery note."), N_("Count: what you counted replaces what the page"
                                                                     " showed."),
        N_("Corrections need a reason: they are on record."))),
    "desk_new_product": Help(N_("New product"), (
        N_("A name, at least one SKU, a price and where it is sold; everything else can follow on its page."),)),
    "desk_product": Help(N_("Product"), (
        N_("Names and texts side by side, variants with prices and stock, images, where it is sold, its history."),), (
        N_("Change what you like and save once."), N_("The history brings an earlier state back.")), (_SAVE,)),
    "desk_import": Help(N_("Imports"), (
        N_("Bring products, prices, stock, customers or orders in as a file. A look comes first: nothing is written"
           " until you say so."),), (
        N_("Upload the file, look at what would happen, start."),
        N_("Download the refused rows, put them right, upload them again."))),
    "desk_export": Help(N_("Exports"), (
        N_("Whole catalogues and books as files, made in the background. Lists have their own export button."),)),
    "desk_setting": Help(N_("Settings"), (
        N_("Everything that can be set, with a search over it. Each change is on record."),)),
    "desk_setup": Help(N_("Set-up"), (
        N_("The way from an empty shop to the first sale. What is done is ticked by itself."),)),
    "desk_pack": Help(N_("Pack"), (
        N_("Parcels that wait to be packed, by warehouse. Print the slips, pack, type the tracking numbers, ship."),)),
    "desk_refunds": Help(N_("Refunds to approve"), (
        N_("Refunds above the limit wait for a second person: whoever asked for one cannot agree to it."),)),
    "desk_ledger": Help(N_("Stock movements"), (
        N_("Every movement of stock with its reason; nothing in it can be changed."),)),
    "desk_low": Help(N_("Running low"), (N_("What is sold out or nearly so, to be ordered or transferred in time."),)),
    "desk_transfer": Help(N_("Transfers"), (
        N_("Goods on their way between warehouses: plan, send, receive what really arrived."),)),
    "desk_count": Help(N_("Stock counts"), (
        N_("Count a part of a warehouse; differences are shown before they are booked."),)),
    "desk_categor": Help(N_("Category tree"), (
        N_("Where shoppers look for goods. Move a category and everything below it moves along."),)),
    "desk_collection": Help(N_("Collections"), (
        N_("Goods put together by hand, or by a rule that is kept up to date by itself."),)),
    "desk_price": Help(N_("Price desk"), (
        N_("Price lists for channels, groups and companies. Try a change first: it shows old and new side by side."),)),
    "desk_promotion": Help(N_("Promotions"), (
        N_("Build a promotion in plain words, try it on a cart, rehearse it over past orders, then start it."),)),
    "desk_coupons": Help(N_("Coupons"), (
        N_("Codes in batches: make, download, see how many were used, stop a batch at once."),)),
    "desk_page": Help(N_("Pages of the shop"), (
        N_("Pages are made of blocks. A draft is seen by nobody until it is published; earlier versions come back."),)),
    "desk_menu": Help(N_("Menus"), (N_("What stands at the head and foot of every page of the shop."),)),
    "desk_media": Help(N_("Media library"), (
        N_("Pictures for pages. Say what each shows: that is read aloud to those who cannot see it."),)),
    "desk_door": Help(N_("Open and closed"), (
        N_("Closes the shop to visitors for a while; the office and incoming payments go on."),)),
    "desk_pe": Help(N_("People"), (
        N_("Colleagues with their roles. Invite by mail; whoever leaves is switched off, and their sessions end."),)),
    "desk_role": Help(N_("Roles"), (
        N_("A role is a set of rights. Nobody can hand out a right that they do not hold."),)),
    "desk_unit": Help(N_("Organisation"), (N_("The units that colleagues belong to."),)),
    "desk_key": Help(N_("API keys"), (
        N_("For programs. A key is shown once; give it only the rights it needs, and an end."),)),
    "desk_webhook": Help(N_("Webhooks"), (
        N_("Addresses outside that are told of events, with every attempt and its answer. What failed can be sent"
           " again."),)),
    "desk_job": Help(N_("Jobs and events"), (
        N_("What the worker does, what failed and why. Retry when the cause is gone; give up with a reason."),)),
    "desk_trail": Help(N_("Audit trail"), (
        N_("Who did what, when and why. Seals show whether a row was changed or removed since."),)),
}
_ALIASES = {"desk_all_coupons": "desk_coupons", "desk_picture": "desk_media"}
_LIST = Help(N_("A list"), (
    N_("Search, filter and sort; the columns button chooses what is shown and keeps the whole as a view, for you or for"
       " everybody."),
    N_("Tick rows to act on many at once. Export takes away exactly what is filtered.")), (), (
    ("f", N_("to the search field")), ("j / k", N_("next and previous row")), ("x", N_("tick the row")),
    ("n", N_("add"))))
_RECORD = Help(N_("A record"), (
    N_("All that is known of it. Grey fields belong to actions: the buttons above do what may be done, and ask first."),
    N_("The story on the right says who did what, when and why.")), (), (_SAVE,))


def help_of(request: HttpRequest) -> dict[str, Any] | None:
    match = request.resolver_match
    name = (match.url_name if match else "") or ""
    found = HELP.get(_ALIASES.get(name, name)) or _nearest(name)
    if found is None:
        return None
    return {"title": gettext(found.title), "paragraphs": [gettext(t) for t in found.about],
            "steps": [gettext(t) for t in found.steps], "keys": [(keys, gettext(t)) for keys, t in found.keys]}


def _nearest(name: str) -> Help | None:
    """Pages below a desk have its help; records and lists theirs."""
    if name.endswith("_changelist"):
        return _LIST
    if name.endswith(("_change", "_add", "_do", "_bulk")) and not name.startswith("desk_"):
        return _RECORD
    above = [known for known in HELP if name.startswith(known)]
    return HELP[max(above, key=len)] if above else None
