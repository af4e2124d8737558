"""What other contexts may call."""

from entrepot.channels.actions.export_catalogue import export_catalogue
from entrepot.channels.actions.import_catalogue import import_catalogue, refused_rows
from entrepot.channels.actions.import_online_retail import import_online_retail
from entrepot.channels.queries import get_run, latest_accounts, list_issues, list_runs

__all__ = ["export_catalogue", "get_run", "import_catalogue", "import_online_retail", "latest_accounts", "list_issues",
           "list_runs", "refused_rows"]
