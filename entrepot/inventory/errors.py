"""Facts that stop a stock action."""

from __future__ import annotations

from entrepot.kit.errors import N_, DomainError


class OutOfStock(DomainError):
    """`lines` has every line that cannot be served: `line_id`, `variant_id`, and what is `available` of the variant."""

    code, status, text = "out_of_stock", 409, N_("Some items are no longer available in the quantity you want.")


class StockIsPromised(DomainError):
    code, status = "stock_is_promised", 409
    text = N_("{reserved} are promised to orders. Release or re-route them first.")


class NotEnoughOnHand(DomainError):
    code, status, text = "not_enough_on_hand", 409, N_("Only {on_hand} are on hand.")


class NotEnoughDamaged(DomainError):
    code, status, text = "not_enough_damaged", 409, N_("Only {damaged} are recorded as damaged.")


class NotReserved(DomainError):
    code, status, text = "not_reserved", 409, N_("Only {reserved} of this line are reserved there.")


class TransferStateForbids(DomainError):
    code, status, text = "transfer_state", 409, N_("This transfer is {state}; this cannot be done any more.")


class TooMuchReceived(DomainError):
    code, status, text = "too_much_received", 409, N_("Only {open} of this item are still on their way.")


class CountStateForbids(DomainError):
    code, status, text = "count_state", 409, N_("This count is closed or not ready for that.")


class CountNotWhole(DomainError):
    code, status, text = "count_not_whole", 409, N_("{open} items are not counted yet.")


class UnknownSkus(DomainError):
    code, status, text = "unknown_skus", 422, N_("There are no such SKUs: {skus}")


class CountRefused(DomainError):
    """A difference that cannot be booked as it is; the other lines were not booked either."""

    code, status, text = "count_refused", 409, N_("{sku}: {reserved} are promised to orders, {counted} were counted.")


class WarehouseClosed(DomainError):
    code, status, text = "warehouse_closed", 409, N_("{place} is closed: nothing can be sent there.")


class WarehouseNotEmpty(DomainError):
    code, status = "warehouse_not_empty", 409
    text = N_("This place still holds or expects stock. Move it away first.")


class CodeTaken(DomainError):
    code, status, text = "code_taken", 409, N_("The code “{value}” is already in use.")
