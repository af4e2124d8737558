"""What must always be true of fraud decisions."""

from entrepot.kit.errors import N_
from entrepot.kit.invariants import register

register("fraud.versions_kept", N_("Every rule version that a decision used is on record."), """
SELECT a.id, used.value ->> 0 AS rule, used.value ->> 1 AS version
  FROM fraud_assessment a, jsonb_array_elements(a.inputs -> 'rules') AS used
 WHERE NOT EXISTS (SELECT FROM fraud_ruleversion v JOIN fraud_rule r ON r.id = v.rule_id
                    WHERE r.code = used.value ->> 0 AND v.version = (used.value ->> 1)::int)
""")
register("fraud.score_is_reasons", N_("The score of a decision is the sum of its reasons, at most 100."), """
SELECT a.id, a.score FROM fraud_assessment a
 WHERE a.score <> least(100, (SELECT coalesce(sum((r ->> 'score')::int), 0) FROM jsonb_array_elements(a.reasons) r
                               WHERE NOT (r ->> 'dry_run')::boolean))
""")
