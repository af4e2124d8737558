"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

READ = declare("showcase.read", N_("Browse and search the shop"), everyone=True)
SEE_SEARCH = declare("showcase.see_search", N_("See search settings and what visitors search for"))
MANAGE_SEARCH = declare("showcase.manage_search", N_("Change synonyms, pins and buried products"))
REBUILD = declare("showcase.rebuild", N_("Rebuild shop documents and the search index"))
