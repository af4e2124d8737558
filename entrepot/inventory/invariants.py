"""What must always be true of stock."""

from entrepot.inventory.actions.stock import TRUTH
from entrepot.kit.errors import N_
from entrepot.kit.invariants import register

# The columns of the cache against their sources, places without a balance included.
_COMPARED = f"""
SELECT coalesce(b.variant_id, t.variant_id) AS variant_id, coalesce(b.warehouse_id, t.warehouse_id) AS warehouse_id,
       b.{{0}} AS cached, t.{{0}} AS true
  FROM inventory_balance b FULL JOIN ({TRUTH}) t ON t.variant_id = b.variant_id AND t.warehouse_id = b.warehouse_id
 WHERE coalesce(b.{{0}}, 0) <> coalesce(t.{{0}}, 0)
"""  # noqa: S608 our own SQL

register("inventory.on_hand_is_ledger", N_("Stock on hand is the sum of its movements."), _COMPARED.format("on_hand"))
register("inventory.damaged_is_ledger", N_("Damaged stock is the sum of its movements."), _COMPARED.format("damaged"))
register("inventory.reserved_is_reservations", N_("Reserved stock is the sum of open reservations."),
         _COMPARED.format("reserved"))
register("inventory.incoming_is_transfers", N_("Incoming stock is what transfers have sent and not delivered."),
         _COMPARED.format("incoming"))
register("inventory.transfer_conserved", N_("Nothing is lost between sending and receiving a transfer."), """
SELECT t.number, coalesce(m.moved, 0) AS moved, coalesce(l.under_way, 0) AS under_way
  FROM inventory_transfer t
  LEFT JOIN (SELECT reference, sum(on_hand_delta) AS moved FROM inventory_movement
              WHERE kind IN ('transfer_in', 'transfer_out') GROUP BY 1) m ON m.reference = t.number
  LEFT JOIN (SELECT transfer_id, sum(quantity - received_qty) AS under_way FROM inventory_transferline GROUP BY 1) l
         ON l.transfer_id = t.id AND t.state = 'sent'
 WHERE coalesce(m.moved, 0) + coalesce(l.under_way, 0) <> 0
""")
