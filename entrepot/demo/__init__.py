"""The demonstration company: a deterministic generator of catalogue, pictures, customers and ninety days of trade.

Everything is made through the contexts' own actions, so what the demo shows, the system did.
"""
