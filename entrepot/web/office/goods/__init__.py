"""The goods desk: the product editor, collections by rule, the category tree, and what search shows first."""
