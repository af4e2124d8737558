"""Pure decisions of the checkout."""
