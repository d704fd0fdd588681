"""Excel and CSV sheets of any collection: import, export and the empty template.

What a sheet looks like is in docs; this is the door to it for the command line and the pages.
"""

from hongxian_client.sheets.exporting import export_file, export_template
from hongxian_client.sheets.importing import ImportReport, import_file

__all__ = ["ImportReport", "export_file", "export_template", "import_file"]
