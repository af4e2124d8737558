"""The shop: server-rendered pages that work without script. Each page is a view over the contexts' `public` modules."""
