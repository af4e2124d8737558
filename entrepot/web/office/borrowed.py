"""Words that the office shows and that no catalogue of ours or of the packages would otherwise have in Chinese."""

from entrepot.kit.errors import N_

CONTEXTS = (
    N_("Kit"), N_("Identity"), N_("Catalog"), N_("Experiments"), N_("Pricing"), N_("Inventory"), N_("Payments"),
    N_("Fraud"), N_("Showcase"), N_("Orders"), N_("Checkout"), N_("Channels"), N_("Insight"),
)
RECORDS = (N_("Listing prices"), N_("Redemptions"), N_("Documents"))
