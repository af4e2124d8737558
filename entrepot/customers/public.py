"""What other contexts may call."""

from entrepot.customers.actions import (
    add_address,
    adjust_balance,
    close_account,
    create_company,
    create_customer,
    create_group,
    delete_address,
    record_consent,
    register,
    update_address,
    update_customer,
)
from entrepot.customers.actions.load import import_customers
from entrepot.customers.ledger import balance, book
from entrepot.customers.places import address_form
from entrepot.customers.queries import (
    customer_of_user,
    find_customer_by_external_id,
    find_customers,
    get_customer,
    group_id_of,
    has_consent,
    list_addresses,
    list_balances,
    list_consents,
)
from entrepot.customers.rules import address_problems, normalise_address

__all__ = [
    "add_address",
    "address_form",
    "address_problems",
    "adjust_balance",
    "balance",
    "book",
    "close_account",
    "create_company",
    "create_customer",
    "create_group",
    "customer_of_user",
    "delete_address",
    "find_customer_by_external_id",
    "find_customers",
    "get_customer",
    "group_id_of",
    "has_consent",
    "import_customers",
    "list_addresses",
    "list_balances",
    "list_consents",
    "normalise_address",
    "record_consent",
    "register",
    "update_address",
    "update_customer",
]
