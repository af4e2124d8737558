"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

BROWSE = declare("catalog.browse", N_("Look at what the shop offers"), everyone=True)
READ = declare("catalog.read", N_("See the catalogue with drafts, costs and history"))
EDIT = declare("catalog.edit", N_("Create and change products, variants and media"))
PUBLISH = declare("catalog.publish", N_("Publish products in channels"))
STRUCTURE = declare("catalog.structure", N_("Change attributes, product types, brands, categories and collections"))
CHANNELS = declare("catalog.channels", N_("Create and change channels"))
