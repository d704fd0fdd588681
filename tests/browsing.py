"""A real browser, and windows of it that keep what went wrong in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

WIDE = {"width": 1024, "height": 768}


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """The distribution's Chromium, without a screen."""
    with sync_playwright() as play:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        yield browser
        browser.close()


@contextmanager
def window_at(browser: Browser, address: str, **options: Any) -> Iterator[BrowserContext]:
    """A window of its own; no script may fail in it, and nothing be asked of elsewhere."""
    context = browser.new_context(**{"locale": "en", "viewport": WIDE, **options})
    context.set_default_timeout(10_000)
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on(
        "request",
        lambda asked: None if asked.url.startswith(address) else wrong.append(asked.url),
    )
    yield context
    context.close()
    assert not wrong
