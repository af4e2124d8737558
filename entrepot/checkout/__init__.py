"""From cart to placed order.

Owns carts (with their lines as one document), delivery methods, and the verb `place_order`. A guest proves a cart by a
secret of which only the hash is stored, a member owns it. A cart is placed once: the same request again returns the
same order. The buyer never pays a total that they did not see.
"""
