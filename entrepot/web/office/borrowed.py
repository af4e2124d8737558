"""Words that the office shows and that no catalogue of ours or of the packages would otherwise have in Chinese."""

from entrepot.kit.errors import N_

SKIN = (
    N_("Filters"), N_("Apply Filters"), N_("Next"), N_("Previous"), N_("Type to search"),
    N_("Search apps and models..."), N_("No results found"), N_("No results matching your query"), N_("Reset filters"),
    N_("Light"), N_("Dark"), N_("Loading more results..."), N_("More actions"), N_("General"), N_("Run"),
    N_("Return to site"), N_("Select all rows"), N_("Go back"),
    N_("This page yielded into no results. Create a new item or reset your filters."), N_("Choose file to upload"),
    N_("No data"), N_("Submit"), N_("All applications"), N_("True"), N_("False"), N_("Record picture"),
    N_("Expand row"), N_("By %(filter_title)s"), N_("Object history"), N_("Click to cancel"), N_("Click to download"),
    N_("Image preview"), N_("Recent searches"), N_("No recent searches"),
)
CONTEXTS = (
    N_("Kit"), N_("Identity"), N_("Catalog"), N_("Experiments"), N_("Pricing"), N_("Inventory"), N_("Payments"),
    N_("Fraud"), N_("Showcase"), N_("Orders"), N_("Checkout"), N_("Channels"), N_("Insight"),
)
RECORDS = (N_("Listing prices"), N_("Redemptions"), N_("Documents"))
