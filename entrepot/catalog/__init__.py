"""What we sell: channels, product types, products, variants, bundles, categories, collections, brands, media.

A product is one value (`rules.state.ProductState`). Every change, of one product or of thousands, loads states, makes
the next ones (`assembly`), and stores the difference (`saving`, `writing`) with audit, collection memberships and one
`ProductsChanged`. Statements do not grow with the number of products, variants or rules.

Always true, said by constraints and checked by `invariants`: SKUs, slugs and external ids belong to one; active
variants of a product differ in their options; parts of bundles are stocked variants and no bundles; the category tree
is a tree; an old slug leads to what had it. Everyone above may call `public`.
"""
