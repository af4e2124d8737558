"""The life of an order: states, timeline, holds, changes, fulfilments, returns, invoices, guest tracking.

We own the facts of a sale. What we promise: an order's total is the sum of its parts; `paid_minor` is what the payments
ledger says; nothing is returned that was not handed over and nothing refunded that was not paid; whatever changes a
sale afterwards is a new signed entry (`SaleEntry`), so that net revenue is a sum. Checkout places orders; channels
import them; everyone above reads them through `public` and the views `reporting.orders_v1`, `reporting.order_lines_v1`.
"""
