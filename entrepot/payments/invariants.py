"""What must always hold of money."""

from entrepot.kit.errors import N_
from entrepot.kit.invariants import register

register("payments.sums_follow_ledger", N_("A payment's sums are those of its ledger"), """
SELECT p.id AS payment_id FROM payments_payment p
LEFT JOIN (
    SELECT payment_id,
           greatest(coalesce(max(amount_minor) FILTER (WHERE kind = 'authorisation'), 0),
                    coalesce(sum(amount_minor) FILTER (WHERE kind = 'capture'), 0)) AS authorised,
           coalesce(sum(amount_minor) FILTER (WHERE kind = 'capture'), 0) AS captured,
           coalesce(sum(CASE kind WHEN 'refund' THEN amount_minor WHEN 'reversal' THEN -amount_minor END), 0)
               AS refunded
    FROM payments_transaction GROUP BY payment_id
) s ON s.payment_id = p.id
WHERE (p.authorised_minor, p.captured_minor, p.refunded_minor)
    IS DISTINCT FROM (coalesce(s.authorised, 0), coalesce(s.captured, 0), coalesce(s.refunded, 0))""")

register("payments.state_follows_sums", N_("A payment's state fits its sums"), """
SELECT id AS payment_id, state FROM payments_payment
WHERE (state = 'captured') <> (captured_minor > 0)
   OR (state = 'authorised' AND authorised_minor = 0)
   OR (state IN ('pending', 'failed') AND authorised_minor > 0)""")

register("payments.one_currency", N_("A payment's transactions are in its currency"), """
SELECT t.id AS transaction_id FROM payments_transaction t JOIN payments_payment p ON p.id = t.payment_id
WHERE t.currency <> p.currency""")

register("payments.refunds_answer_requests", N_("A refund request that is done is booked"), """
SELECT r.id AS request_id FROM payments_request r
JOIN payments_payment p ON p.id = r.payment_id
WHERE r.kind = 'refund' AND r.state = 'done' AND p.refunded_minor < (
    SELECT sum(d.amount_minor) FROM payments_request d
    WHERE d.payment_id = p.id AND d.kind = 'refund' AND d.state = 'done')""")

register("payments.refunds_within_capture", N_("Refunds, asked for and done, stay within what was captured"), """
SELECT p.id AS payment_id FROM payments_payment p
JOIN payments_request r ON r.payment_id = p.id AND r.kind = 'refund' AND r.state = 'pending'
GROUP BY p.id HAVING p.refunded_minor + sum(r.amount_minor) > p.captured_minor""")

register("payments.gift_cards_follow_ledger", N_("A gift card's balance is the sum of its entries"), """
SELECT c.id AS gift_card_id FROM payments_giftcard c
LEFT JOIN payments_giftcardentry e ON e.gift_card_id = c.id
GROUP BY c.id HAVING c.balance_minor <> coalesce(sum(e.delta_minor), 0)""")

register("payments.gift_card_payments_are_taken", N_("What gift cards paid was taken from a gift card"), """
SELECT p.id AS payment_id FROM payments_payment p
LEFT JOIN payments_giftcardentry e ON e.reference = p.id::text AND e.reason = 'payment' AND e.gift_card_id = p.payer_id
WHERE p.provider = 'gift_card' AND coalesce(-e.delta_minor, 0) <> p.captured_minor""")
