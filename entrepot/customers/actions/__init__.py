"""The verbs of customers, one module per subject."""

from entrepot.customers.actions.accounts import close_account, create_customer, register, update_customer
from entrepot.customers.actions.addresses import add_address, delete_address, update_address
from entrepot.customers.actions.balances import adjust_balance
from entrepot.customers.actions.consents import record_consent
from entrepot.customers.actions.directory import create_company, create_group, rename_group, update_company
from entrepot.customers.actions.keeping import add_wish, drop_code, remove_wish, save_code

__all__ = [
    "add_address", "add_wish", "adjust_balance", "close_account", "create_company", "create_customer", "create_group",
    "delete_address", "drop_code", "record_consent", "register", "remove_wish", "rename_group", "save_code",
    "update_address", "update_company", "update_customer",
]
