"""A laptop that imports a sheet of volunteers, and tells how many rows it has been through.

`importing_laptop.py FOLDER SHEET`
"""

import sys
from pathlib import Path

import pytest

from costs import cost_least
from hongxian_client.sheets.importing import import_file
from hongxian_plugins import roster
from hongxian_testing.laptop import open_laptop

if __name__ == "__main__":
    cost_least(pytest.MonkeyPatch())
    folder, sheet = map(Path, sys.argv[1:])
    with open_laptop(folder, roster) as laptop:
        import_file(laptop, "roster.person", sheet, progress=lambda rows: print(rows, flush=True))
