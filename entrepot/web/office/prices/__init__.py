"""The price desk: price lists, promotions with their rehearsal, coupons."""
