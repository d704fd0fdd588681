"""Trying a release in a process of its own, before one that people need begins anew with it.

`python -m hongxian.plugins.trial FOLDER` loads the plugins of a folder as a laptop or hub does. What does not
load goes back to the release before, as ever; what ends the process, or does not come back, ends this one alone.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hongxian.plugins.loading import Plugins
from hongxian.releases.shelf import MOST_TRIES, Shelf
from hongxian.words.logs import logger

log = logger(__name__)
TRIAL_SECONDS = 60
"""After which a release that has not loaded counts as one that ended its process."""


def is_loading(plugins: Path) -> bool:
    """Whether a process comes through loading what the shelf has in use, or what it goes back to."""
    command = [sys.executable, "-P", "-m", __name__, str(plugins)]
    for _ in range(MOST_TRIES + 1):
        try:
            ended = subprocess.run(
                command, stdin=subprocess.DEVNULL, check=False, timeout=TRIAL_SECONDS
            )
        except subprocess.TimeoutExpired:
            log.warning("loading the plugins took more than %d s", TRIAL_SECONDS)
            continue
        if ended.returncode == 0:
            return True
        log.warning("loading the plugins ended a process: %d", ended.returncode)
    return False


def _load(plugins: Path) -> None:
    with Shelf(plugins).trying():
        while Plugins(plugins).fall_back():
            pass


if __name__ == "__main__":
    _load(Path(sys.argv[1]))
