"""After the sale: what customers say of what they bought, for now reviews and their moderation.

Always true: a review belongs to somebody who received the product, one per person and product; nothing is shown before
the shop has looked at it; the number of helpful votes is the number of people who gave one. Called by `web`.
"""
