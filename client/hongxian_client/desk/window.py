"""A window of its own for the desk: the app mode of a browser of Chromium's kind, without tabs and address.

Where none of them is installed, or it does not come up, the page opens in the system's own browser.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import webbrowser
from collections.abc import Iterator, Mapping
from pathlib import Path

ON_PATH = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
    "brave-browser",
    "vivaldi-stable",
)
"""Commands of browsers that know `--app`, as their packages name them."""
_PLACES = ("ProgramFiles(x86)", "ProgramFiles", "LOCALAPPDATA")
_OF_WINDOWS = (
    "Microsoft/Edge/Application/msedge.exe",
    "Google/Chrome/Application/chrome.exe",
)
_LOOK_SECONDS = 2
"""Within which a browser that cannot come up has ended; one that runs already passes the page on and ends well."""


def open_window(page: str) -> None:
    """Show a page in a window of its own, or else in the system's browser; returns at once, for the page waits for
    whoever calls to answer."""
    threading.Thread(target=_open, args=(page,)).start()


def _open(page: str) -> None:
    browser = next(_browsers(os.environ), None)
    if browser is None or not _comes_up([browser, f"--app={page}"]):
        webbrowser.open(page)


def _browsers(environment: Mapping[str, str]) -> Iterator[str]:
    """Those of this machine, the first to be tried first."""
    for program in _OF_WINDOWS:
        for place in _PLACES:
            if (folder := environment.get(place)) and (Path(folder) / program).exists():
                yield str(Path(folder) / program)
    for name in ON_PATH:
        if found := shutil.which(name, path=environment.get("PATH")):
            yield found


def _comes_up(command: list[str]) -> bool:
    quiet = subprocess.DEVNULL
    try:
        started = subprocess.Popen(
            command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
        return started.wait(_LOOK_SECONDS) == 0
    except subprocess.TimeoutExpired:
        return True
    except OSError:
        return False
