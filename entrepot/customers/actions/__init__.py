"""The verbs of customers, one module per subject."""

from entrepot.customers.actions.accounts import close_account, create_customer, register, update_customer
from entrepot.customers.actions.addresses import add_address, delete_address, update_address
from entrepot.customers.actions.balances import adjust_balance
from entrepot.customers.actions.consents import record_consent
from entrepot.customers.actions.directory import create_company, create_group, rename_group, update_company

__all__ = ["add_address", "adjust_balance", "close_account", "create_company", "create_customer", "create_group",
           "delete_address", "record_consent", "register", "rename_group", "update_address", "update_company",
           "update_customer"]
