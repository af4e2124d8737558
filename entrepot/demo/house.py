"""The house behind the demo shop: who issues its invoices, its organisation, what is watched, who is told of what."""

from __future__ import annotations

from entrepot.demo.company import Company
from entrepot.fraud import public as fraud
from entrepot.identity import office as identity
from entrepot.identity import public as people
from entrepot.kit.actor import Actor
from entrepot.orders import public as orders

UNITS = (  # name, the one above
    ("Management", ""), ("Operations", "Management"), ("Technology", "Management"), ("Data", "Management"),
    ("Customer service", "Operations"), ("Warehouse", "Operations"))
PLACES = {"owner@demo.example": "Management", "clerk@demo.example": "Operations"}


def load(company: Company, *, actor: Actor) -> None:
    """After the staff are there."""
    orders.set_issuer(company.shop.id, name="Entrepot Demo Ltd", tax_number="GB 000 0000 00",
                      address="1 Canal Road\nCoventry CV1 1AA\nUnited Kingdom", contact="shop@demo.example",
                      bank_account="00-00-00 12345678", actor=actor)
    orders.set_issuer(company.china.id, name="货栈（演示）有限公司", address="浙江省杭州市余杭区运河路 1 号",
                      tax_number="91330000000000000X", bank_account="演示银行 0000 1234", contact="shop@demo.example",
                      actor=actor)
    fraud.ensure_rules(actor=actor)
    ids: dict[str, int] = {}
    for name, above in UNITS:
        ids[name] = identity.save_unit(name, parent_id=ids.get(above), actor=actor).id
    for user in people.list_users(staff=True):
        if unit := PLACES.get(user.email):
            people.update_user(user.id, unit_id=ids[unit], actor=actor)
