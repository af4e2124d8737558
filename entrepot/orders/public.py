"""What the contexts above may call. Ids and contracts in, contracts out."""

from entrepot.orders.actions.adopt import adopt_order
from entrepot.orders.actions.approvals import find_approvals
from entrepot.orders.actions.cancel import cancel_order, expire_unpaid
from entrepot.orders.actions.care import (
    give_back,
    give_back_amount,
    leave_order,
    set_return_window,
    take_order,
)
from entrepot.orders.actions.change import (
    add_operation,
    approve_change,
    cancel_change,
    decline_change,
    open_change,
    preview,
    receive_return,
    remove_operation,
    request_change,
)
from entrepot.orders.actions.confirm import confirm_change, decide_refund
from entrepot.orders.actions.fulfil import (
    cancel_fulfilment,
    change_tracking,
    create_fulfilment,
    mark_ready,
    plan_fulfilments,
    record_delivery,
    ship_fulfilment,
)
from entrepot.orders.actions.hold import add_note, approve, hold, release_hold
from entrepot.orders.actions.invoice import issue_invoices, set_issuer
from entrepot.orders.actions.load import import_credit_notes, import_orders
from entrepot.orders.actions.mail_preview import preview_mail, send_test_mail
from entrepot.orders.actions.money import pay_order, retry_refund, sync_payments
from entrepot.orders.actions.notify import (
    leave_unsent,
    resend_notification,
    reset_template,
    retry_notification,
    send_due,
    set_template,
)
from entrepot.orders.actions.numbers import number_series, set_number_prefix
from entrepot.orders.actions.place import create_order
from entrepot.orders.actions.regroup import merge_orders, split_order
from entrepot.orders.actions.selfcare import add_photo, forget_customer, send_tracking_link
from entrepot.orders.actions.selfservice import request_return
from entrepot.orders.board import BoardFilter, Parcel, board, orders_to_plan, parcels_to_pack
from entrepot.orders.carriers import carrier_names
from entrepot.orders.daily import LOST, DaySales, sales_by_day
from entrepot.orders.documents import Paper, invoice_pdf, packing_slip_pdf, packing_slips_pdf
from entrepot.orders.finding import orders_of_papers, search_orders
from entrepot.orders.kin import relatives_of
from entrepot.orders.lists import (
    customer_value,
    issuer_of,
    list_notifications,
    list_refunds,
    list_templates,
    mails_wait,
)
from entrepot.orders.options import kept as kept_options
from entrepot.orders.options import options_of
from entrepot.orders.options import said as said_options
from entrepot.orders.own import Received, names_in, photo, received_by
from entrepot.orders.queries import (
    find_changes,
    find_fulfilments,
    find_invoices,
    find_order_id,
    find_orders,
    get_change,
    get_fulfilment,
    get_order,
    guest_of,
    hash_secret,
    track,
)
from entrepot.orders.rules import returnable, sent_from

__all__ = [
    "LOST",
    "BoardFilter",
    "DaySales",
    "Paper",
    "Parcel",
    "Received",
    "add_note",
    "add_operation",
    "add_photo",
    "adopt_order",
    "approve",
    "approve_change",
    "board",
    "cancel_change",
    "cancel_fulfilment",
    "cancel_order",
    "carrier_names",
    "change_tracking",
    "confirm_change",
    "create_fulfilment",
    "create_order",
    "customer_value",
    "decide_refund",
    "decline_change",
    "expire_unpaid",
    "find_approvals",
    "find_changes",
    "find_fulfilments",
    "find_invoices",
    "find_order_id",
    "find_orders",
    "forget_customer",
    "get_change",
    "get_fulfilment",
    "get_order",
    "give_back",
    "give_back_amount",
    "guest_of",
    "hash_secret",
    "hold",
    "import_credit_notes",
    "import_orders",
    "invoice_pdf",
    "issue_invoices",
    "issuer_of",
    "kept_options",
    "leave_order",
    "leave_unsent",
    "list_notifications",
    "list_refunds",
    "list_templates",
    "mails_wait",
    "mark_ready",
    "merge_orders",
    "names_in",
    "number_series",
    "open_change",
    "options_of",
    "orders_of_papers",
    "orders_to_plan",
    "packing_slip_pdf",
    "packing_slips_pdf",
    "parcels_to_pack",
    "pay_order",
    "photo",
    "plan_fulfilments",
    "preview",
    "preview_mail",
    "receive_return",
    "received_by",
    "record_delivery",
    "relatives_of",
    "release_hold",
    "remove_operation",
    "request_change",
    "request_return",
    "resend_notification",
    "reset_template",
    "retry_notification",
    "retry_refund",
    "returnable",
    "said_options",
    "sales_by_day",
    "search_orders",
    "send_due",
    "send_test_mail",
    "send_tracking_link",
    "sent_from",
    "set_issuer",
    "set_number_prefix",
    "set_return_window",
    "set_template",
    "ship_fulfilment",
    "split_order",
    "sync_payments",
    "take_order",
    "track",
]
