"""Pure pricing: which price, which promotions, which tax, and how it all adds up. No database, clock or framework."""
