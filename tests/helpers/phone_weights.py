"""What the pages for phones weigh on a slow line: `.venv/bin/python tests/helpers/phone_weights.py`.

Chromium's own throttling plays slow 3G: 400 kbit/s, and 400 ms until anything comes back. Its worker is off, which
would ask beside the throttled line. Each page twice: with nothing kept, as on the first day, and as on any other.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import CDPSession, Page

sys.path.insert(0, str(Path(__file__).parent))

from browsing import open_chromium
from hongxian_plugins import certificates, knife_grinding, requests, reward_station, roster, service
from hongxian_plugins.roster import Person
from meeting import meeting
from phones import code_for, let_in, phone, publish_at

PLUGINS = (roster, service, certificates, reward_station, requests, knife_grinding)
SLOW = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}


def main() -> None:
    """Print a table."""
    with meeting(Path(tempfile.mkdtemp()), *PLUGINS) as there, open_chromium() as chromium:
        there.team("红马甲管家团")
        address = publish_at(there)
        laptop = there.laptop("红马甲管家团")
        there.sync()
        with laptop:
            laptop.plugins.tell("hongxian_demo_was_asked", store=laptop, seed=7)
            person = Person.select().order_by(Person.id).first()
        there.sync()
        with phone(chromium, address, service_workers="block", locale="zh-CN") as context:
            tab = let_in(context, code_for(laptop, person), person.name)
            tab.goto(f"{address}all")
            one = tab.locator('main a[href^="/m/"]').first.get_attribute("href") or ""
            paths = ["", "all", "me", one.removeprefix("/m/")]
            line = context.new_cdp_session(tab)
            line.send("Network.enable")
            line.send("Network.emulateNetworkConditions", SLOW)
            print("| page | first visit | | later | |\n|---|--:|--:|--:|--:|")
            for path in paths:
                line.send("Network.clearBrowserCache")
                first, later = (_loaded(tab, line, address + path) for _ in range(2))
                print(f"| `/m/{path}` | {first} | {later} |", flush=True)


def _loaded(tab: Page, line: CDPSession, address: str) -> str:
    sizes: list[float] = []

    def add(told: dict[str, float]) -> None:
        sizes.append(told["encodedDataLength"])

    line.on("Network.loadingFinished", add)
    begun = time.monotonic()
    tab.goto(address, wait_until="load", timeout=60_000)
    seconds = time.monotonic() - begun
    tab.wait_for_load_state("networkidle")
    line.remove_listener("Network.loadingFinished", add)
    return f"{sum(sizes) / 1000:.0f} kB | {seconds:.1f} s"


if __name__ == "__main__":
    main()
