"""What others may ask of the shop's content."""

from __future__ import annotations

from entrepot.growth.actions.door import close_shop, open_shop
from entrepot.growth.actions.menus import delete_menu, save_menu
from entrepot.growth.actions.pages import (
    checked,
    create_page,
    delete_page,
    publish_page,
    restore_version,
    save_page,
    withdraw_page,
)
from entrepot.growth.actions.pictures import add_picture, delete_picture, update_picture
from entrepot.growth.queries import (
    addresses,
    articles,
    closure,
    find_pages,
    find_pictures,
    forget,
    get_menu,
    get_page,
    get_picture,
    get_version,
    home_blocks,
    list_menus,
    list_versions,
    menu,
    page,
    view_of,
    where_used,
)

__all__ = [
    "add_picture", "addresses", "articles", "checked", "close_shop", "closure", "create_page", "delete_menu",
    "delete_page", "delete_picture", "find_pages", "find_pictures", "forget", "get_menu", "get_page", "get_picture",
    "get_version", "home_blocks", "list_menus", "list_versions", "menu", "open_shop", "page", "publish_page",
    "restore_version", "save_menu", "save_page", "update_picture", "view_of", "where_used", "withdraw_page",
]
