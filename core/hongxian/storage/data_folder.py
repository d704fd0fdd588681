"""A data folder: what lies in it beside its database, and where what is only on its way lies meanwhile."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from hongxian.storage.data_key import Safe
from hongxian.storage.database import AnyDatabase
from hongxian.storage.files import Files
from hongxian.storage.privacy import passing_folder


class DataFolder:
    """The folder of a laptop or a hub."""

    def __init__(self, folder: Path, database: AnyDatabase) -> None:
        self.folder, self.database, self.files = folder, database, Files(folder, database.key)

    @cached_property
    def safe(self) -> Safe:
        """What small files of the folder lie in."""
        return Safe(self.database.key)

    @cached_property
    def passing(self) -> Path:
        """The folder of files that only pass through: an upload, a sheet to be read."""
        return self.folder if self.database.key is None else passing_folder(self.folder)
