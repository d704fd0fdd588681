"""A real browser, and windows of it that keep what went wrong in them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect, sync_playwright

WIDE = {"width": 1024, "height": 768}
PATIENCE = 60_000  # milliseconds
"""Until what is waited for counts as not coming: a machine with much to do takes its time."""


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """The distribution's Chromium, without a screen."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as play, _launched(play.chromium) as browser:
        yield browser


@contextmanager
def at_home_with(other: Browser, home: Path, authority: Path) -> Iterator[Browser]:
    """The same, of a person whose home is this new folder and who made it trust an authority, as on Linux."""
    database = home / ".pki" / "nssdb"
    database.mkdir(parents=True)
    told = ["-d", f"sql:{database}", "-A", "-t", "C,,", "-n", "hongxian", "-i", str(authority)]
    subprocess.run(["certutil", *told], check=True, capture_output=True)
    with _launched(other.browser_type, env={**os.environ, "HOME": str(home)}) as browser:
        yield browser


@contextmanager
def _launched(kind: BrowserType, **more: Any) -> Iterator[Browser]:
    options = ["--no-sandbox", "--disable-background-networking"]
    browser = kind.launch(executable_path="/usr/bin/chromium", args=options, **more)
    yield browser
    browser.close()


def fits(tab: Page) -> bool:
    """Whether the page is no wider than its window; its words are there before its style is."""
    tab.wait_for_load_state()
    return bool(tab.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@contextmanager
def window_at(
    browser: Browser, address: str | tuple[str, ...], **options: Any
) -> Iterator[BrowserContext]:
    """A window of its own; no script may fail in it, and nothing be asked of elsewhere.

    Its person wants no motion: what is on its way to another colour would be looked at half-way there.
    """
    usual = {"locale": "en", "viewport": WIDE, "reduced_motion": "reduce"}
    context = browser.new_context(**{**usual, **options})
    context.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on(
        "request",
        lambda asked: None if asked.url.startswith(address) else wrong.append(asked.url),
    )
    yield context
    context.close()
    assert not wrong
