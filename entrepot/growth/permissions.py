"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

VISIT = declare("growth.visit", N_("Read the shop's pages"), everyone=True)
READ = declare("growth.read", N_("See pages, menus and the media library"))
EDIT = declare("growth.edit", N_("Write pages and menus, keep the media library"))
PUBLISH = declare("growth.publish", N_("Publish pages and take them back"))
CLOSE = declare("growth.close_shop", N_("Close the shop for maintenance and open it again"))
