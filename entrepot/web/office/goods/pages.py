"""The addresses of the goods desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from entrepot.catalog.permissions import EDIT, READ
from entrepot.web.office.goods import editor, making
from entrepot.web.office.pages import work_page

PAGES = (
    work_page("desk_new_product", "desk/products/new/", making.new, EDIT, _("New product"), "add_box", "goods"),
    work_page("desk_product", "desk/products/<uuid:product_id>/", editor.show, READ),
    work_page("desk_product_do", "desk/products/<uuid:product_id>/do/<slug:verb>/", editor.do, READ),
    work_page("desk_product_history", "desk/products/<uuid:product_id>/history/", editor.page_of_history, READ),
    work_page("desk_product_copy", "desk/products/<uuid:product_id>/copy/", making.copy, EDIT),
    work_page("desk_product_upload", "desk/products/<uuid:product_id>/images/", making.upload, EDIT),
)
