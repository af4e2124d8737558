"""Pages and mounts that compose contexts: storefront, office, REST. No tables of its own."""
