"""What must always hold about customers."""

from entrepot.kit.errors import N_
from entrepot.kit.invariants import register

register(
    "customers.balance_is_sum", N_("A balance of points or store credit is the sum of its entries."),
    "SELECT a.id AS account_id, a.balance, coalesce(sum(e.delta), 0) AS entries FROM customers_account a"
    " LEFT JOIN customers_accountentry e ON e.account_id = a.id GROUP BY a.id"
    " HAVING a.balance <> coalesce(sum(e.delta), 0)",
)
register(
    "customers.closed_is_erased", N_("A closed account keeps no personal data."),
    "SELECT c.id FROM customers_customer c WHERE c.closed_at IS NOT NULL AND (c.name <> '' OR c.email <> ''"
    " OR c.phone <> '' OR EXISTS (SELECT 1 FROM customers_address a WHERE a.customer_id = c.id))",
)
