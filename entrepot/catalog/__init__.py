"""What we sell: channels, product types, products, variants, bundles, categories, collections, brands, media."""
