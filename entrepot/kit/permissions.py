"""Permissions over the system itself."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

ANYONE = declare("system.public", N_("Reach what is open to any visitor"), everyone=True)
AUDIT_READ = declare("system.audit_read", N_("Read and verify the audit trail"))
JOBS_READ = declare("system.jobs_read", N_("See background jobs and event deliveries"))
JOBS_RETRY = declare("system.jobs_retry", N_("Retry failed jobs and parked deliveries"))
WEBHOOKS_READ = declare("system.webhooks_read", N_("See outgoing webhooks and their deliveries"))
WEBHOOKS_MANAGE = declare("system.webhooks_manage", N_("Set up outgoing webhooks and replay deliveries"))
METRICS_READ = declare("system.metrics_read", N_("Read the metrics of the running system"))
RETENTION_READ = declare("system.retention_read", N_("See how long records of people are kept"))
RETENTION = declare("system.retention", N_("Decide how long records of people are kept"))
EXPORT = declare("system.export", N_("Take whole lists of the office away as files"))
