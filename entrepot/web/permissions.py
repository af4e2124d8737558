"""Permissions of the pages. What a page does is permitted by the actions it calls."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

VISIT = declare("web.visit", N_("Visit the shop"), everyone=True)
WORK = declare("web.work", N_("Work in the office"))
# What surrounds the pages of the office: who may enter it at all is decided by the office's site.
OFFICE = declare("web.office", N_("Search, notifications and look of the office"), everyone=True)
SETTINGS = declare("web.settings", N_("See the settings of the business; each is changed with the right over it"))
