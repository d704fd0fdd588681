"""Lighthouse, by npm: put in place from its lock, and asked of pages of this machine in the distribution's Chromium."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from system_packages import LIGHTHOUSE

CHROMIUM = (
    "chromium",
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--remote-debugging-port=0",
)


@contextmanager
def debugged(folder: Path) -> Iterator[int]:
    """A browser that another program drives by this port."""
    asked = [*CHROMIUM, f"--user-data-dir={folder}", "about:blank"]
    with subprocess.Popen(asked, stderr=subprocess.PIPE, text=True) as browser:
        assert browser.stderr is not None
        try:
            lines = (_LISTENS.search(line) for line in browser.stderr)
            yield int(next(found for found in lines if found)[1])
        finally:
            browser.kill()


_LISTENS = re.compile(r"DevTools listening on ws://127\.0\.0\.1:(\d+)/")


def against(folder: Path, *urls: str) -> list[str]:
    """What Lighthouse has against these pages, on a phone of its own."""
    script = shutil.copy(Path(__file__).parent / "lighthouse" / "lighthouse.mjs", LIGHTHOUSE)
    with debugged(folder) as port:
        asked = ["node", script, str(port), *urls]
        said = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    found: list[str] = json.loads(said.stdout.splitlines()[-1])
    return found
