"""A phone of a test: a browser as wide as a hand, let in by a code that a laptop signed, as its person would be."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, expect

from browsing import window_at
from hongxian.model.record import Record
from hongxian.plugins.offering import carry_out, offers
from hongxian.plugins.offers import View
from hongxian.plugins.viewer import Viewer
from hongxian.shapes import Beside, Facts, Qr
from hongxian_client.replica.replica import Replica
from hongxian_server.ops.phone_pages import publish
from meeting import Meeting

HAND = {"width": 390, "height": 760}


def publish_at(there: Meeting, address: str = "") -> str:
    """Open personal pages at an address, or the hub's own, as a browser trusts it on one machine; where they are."""
    address = address or there.address.replace("127.0.0.1", "localhost")
    with there.hub:
        publish(there.hub, address)
    return f"{address}/m/"


def code_for(laptop: Replica, record: Record) -> str:
    """What the page of somebody's phones shows to be scanned: an address."""
    with laptop:
        kind = laptop.collection(str(record._meta.collection))
        name = f"phones_{kind.name.partition('.')[2]}"
        found = offers(laptop, View, Viewer("leader")).values()
        offered = next(each for each in found if each.name.endswith(f".{name}"))
        shown = carry_out(laptop, offered, record, {}, Viewer("leader"))
        assert isinstance(shown, Beside)
        told = [cell for part in shown.shapes if isinstance(part, Facts) for _, cell in part.facts]
        return next(cell.text for cell in told if isinstance(cell, Qr))


@contextmanager
def phone(chromium: Browser, address: str, **options: Any) -> Iterator[BrowserContext]:
    """A phone that nobody has let in."""
    usual = {"viewport": HAND, "has_touch": True, "is_mobile": True}
    with window_at(chromium, address, **{**usual, **options}) as context:
        yield context


def scan(context: BrowserContext, code: str) -> Page:
    """Open what a camera reads, in a page of its own."""
    tab = context.new_page()
    tab.goto(code)
    return tab


def agree(tab: Page) -> None:
    """To what is told to whoever scans a code that lets them in."""
    tab.get_by_role("button", name=re.compile("I agree|我同意")).click()


def wait_for_worker(tab: Page) -> None:
    """Until its service worker keeps what is seen; one whose files did not all come begins anew with the next page."""
    try:
        tab.wait_for_function(_WORKS, timeout=10_000)
    except TimeoutError:
        tab.reload()
        tab.wait_for_function(_WORKS)


_WORKS = "() => navigator.serviceWorker.controller"


def let_in(context: BrowserContext, code: str, name: str) -> Page:
    """The same of a code that lets a phone in, and see that it did."""
    tab = scan(context, code)
    agree(tab)
    expect(tab.locator(".who")).to_contain_text(name)
    return tab
