"""Reading a SQLite database beside which nothing can be written: on a full disk, a read-only one, in another's folder.

SQLite keeps an index of its log in a file beside the two, and makes it whenever nobody has the database open.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlcipher3 import dbapi2 as sqlite

from hongxian.storage.data_key import DataKey
from hongxian.storage.kept import KeepingConnection


class OnlyReads(KeepingConnection):
    """Reads what stood there when it was opened; nobody else could open it to write either.

    It is not to be kept: once there is room again, others write.
    """

    copy: TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Let its copy go with it."""
        super().close()
        if self.copy is not None:
            self.copy.cleanup()


def opened_to_read(path: Path, key: DataKey | None) -> OnlyReads:
    """A connection to a database that cannot be opened as usual; raises `OSError`, `sqlite.Error`."""
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or not log.stat().st_size:
        return _connected(f"{path.absolute().as_uri()}?immutable=1", key)
    copy = TemporaryDirectory()  # what the log holds cannot be read without that index
    for each in (path, log):
        shutil.copyfile(each, Path(copy.name) / each.name)
    made = _connected((Path(copy.name) / path.name).as_uri(), key)
    made.copy = copy
    return made


def _connected(uri: str, key: DataKey | None) -> OnlyReads:
    made: OnlyReads = sqlite.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, factory=OnlyReads
    )
    if key is not None:
        made.execute(f"PRAGMA key = {key.of_databases()}")
    made.execute("PRAGMA query_only = 1")
    made.execute("PRAGMA temp_store = memory")
    return made
