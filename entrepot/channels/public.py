"""What other contexts may call."""

from entrepot.channels.actions.export import ask_export, may_export
from entrepot.channels.actions.export_catalogue import export_catalogue
from entrepot.channels.actions.import_catalogue import import_catalogue, refused_rows
from entrepot.channels.actions.import_online_retail import import_online_retail
from entrepot.channels.actions.upload import discard_import, receive_file, start_import, stop_import
from entrepot.channels.downloads import example_file, export_file, refused_file
from entrepot.channels.formats import FORMATS
from entrepot.channels.preview import Preview, preview
from entrepot.channels.queries import get_export, get_run, latest_accounts, list_exports, list_issues, list_runs

__all__ = [
    "FORMATS", "Preview", "ask_export", "discard_import", "example_file", "export_catalogue", "export_file",
    "get_export", "get_run", "import_catalogue", "import_online_retail", "latest_accounts", "list_exports",
    "list_issues", "list_runs", "may_export", "preview", "receive_file", "refused_file", "refused_rows",
    "start_import", "stop_import",
]
