"""Folders of a simulated world that are encrypted: what opens them lies in no folder, and goes with no copy."""

from pathlib import Path

from hongxian.security.key_file import KeyFile, Way
from hongxian.storage.data_key import DataKey, Safe

_SECRET = "what a keyring keeps"


def key_in(folder: Path) -> DataKey | None:
    """The key of a folder; None for one in clear."""
    held = KeyFile.read(folder)
    return None if held is None else held.open(Way.KEYRING, _SECRET)


def safe_in(folder: Path) -> Safe:
    """What small files of a folder lie in."""
    return Safe(key_in(folder))


def lock(folder: Path, *, is_wanted: bool) -> None:
    """Have whoever opens a folder next encrypt it, or put it in clear again."""
    held = KeyFile.read(folder)
    if held is None and is_wanted:
        KeyFile(folder).add(Way.KEYRING, _SECRET, DataKey.new())
    elif held is not None and not is_wanted:
        held.leave()
