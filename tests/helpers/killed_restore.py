"""Restore a hub again and again, each time killed one step later; by itself, for it forks.

`killed_restore.py HUB BACKUP INTO LETTERS`: for each step at which it was killed a copy of the folder
HUB comes to be in INTO.
"""

import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

import pytest

from costs import cost_least
from hongxian.plugins.loading import Plugins
from hongxian.security.sheet import RecoverySheet
from hongxian_server.backups.restore import restore
from hongxian_server.backups.sources import Backup

STEPS = ("os.rename", "os.rmdir", "os.mkdir", "os.remove", "os.chmod")
"""What Python tells of before it does it, and what changes the names in a folder."""


def kill_before(step: int) -> None:
    """End this process before its so-manyth step, as a power cut would."""
    left = count(step, -1)

    def hear(event: str, _arguments: object) -> None:
        if event in STEPS and next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)


def main(hub: Path, backup: Path, into: Path, sheet: RecoverySheet) -> None:
    """Go on until one comes to its end."""
    for step in count():
        folder = into / f"{step:03}"
        shutil.copytree(hub, folder)
        child = os.fork()
        if child == 0:
            kill_before(step)
            restore(folder, Backup(backup), lambda: sheet)
            os._exit(0)
        if not os.WIFSIGNALED(os.waitpid(child, 0)[1]):
            break


if __name__ == "__main__":
    cost_least(pytest.MonkeyPatch())
    Plugins()  # loaded once, in the name of all
    *paths, letters = sys.argv[1:]
    main(*map(Path, paths), RecoverySheet.typed(letters))
