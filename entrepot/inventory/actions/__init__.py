"""The writers of stock, one module per group of verbs."""
