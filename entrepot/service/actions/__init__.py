"""The verbs of reviews: what authors do, what the shop does."""
