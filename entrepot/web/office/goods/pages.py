"""The addresses of the goods desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from entrepot.catalog.permissions import EDIT, READ, STRUCTURE
from entrepot.showcase.permissions import MANAGE_SEARCH, SEE_SEARCH
from entrepot.web.office.goods import (
    columns,  # noqa: F401  adds to the list of products
    editor,
    finding,
    making,
    shelves,
    tree,
)
from entrepot.web.office.pages import work_page

PAGES = (
    work_page("desk_new_product", "desk/products/new/", making.new, EDIT, _("New product"), "add_box", "goods"),
    work_page("desk_product", "desk/products/<uuid:product_id>/", editor.show, READ),
    work_page("desk_product_do", "desk/products/<uuid:product_id>/do/<slug:verb>/", editor.do, READ),
    work_page("desk_product_history", "desk/products/<uuid:product_id>/history/", editor.page_of_history, READ),
    work_page("desk_product_copy", "desk/products/<uuid:product_id>/copy/", making.copy, EDIT),
    work_page("desk_product_upload", "desk/products/<uuid:product_id>/images/", making.upload, EDIT),
    work_page("desk_categories", "desk/categories/", tree.show, READ, _("Category tree"), "account_tree", "goods"),
    work_page("desk_categories_do", "desk/categories/do/<slug:verb>/", tree.do, STRUCTURE),
    work_page("desk_collections", "desk/collections/", shelves.listed, READ, _("Collection desk"),
              "collections_bookmark", "goods"),
    work_page("desk_collection_new", "desk/collections/new/", shelves.show, STRUCTURE),
    work_page("desk_collection_try", "desk/collections/try/", shelves.try_it, READ),
    work_page("desk_collection", "desk/collections/<int:collection_id>/", shelves.show, READ),
    work_page("desk_collection_delete", "desk/collections/<int:collection_id>/delete/", shelves.delete, STRUCTURE),
    work_page("desk_searching", "desk/searching/", finding.show, SEE_SEARCH, _("Search desk"), "manage_search",
              "goods"),
    work_page("desk_searching_do", "desk/searching/do/<slug:verb>/", finding.do, MANAGE_SEARCH),
)
