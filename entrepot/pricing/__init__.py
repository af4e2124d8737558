"""How much: price lists, tiers, promotions, coupons, tax, and the quote that a cart is priced by."""
