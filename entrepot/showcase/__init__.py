"""What a visitor sees: one ready-to-send document per product, channel and language, and the search over them."""
