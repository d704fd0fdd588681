"""The pictures of README, made from the demonstration's records: `make pictures`."""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from browsing import open_chromium
from demo_world import PASSWORD, World, make_world, world_at
from desks import open_at, way_in
from hongxian.errors import HubOutOfReach
from hongxian_plugins.service import Attendance
from hongxian_server.backups.backup import backup
from hongxian_server.backups.recovery_sheet import new_sheet
from looking import LOCALES
from places import DOCS

FOLDER = DOCS / "pictures"
COLOURS = 64
"""Of a picture: half the bytes, and nobody sees it."""
SCREEN = {"width": 1024, "height": 640}
DESK = {
    "home": ("zh", "/"),
    "list": ("en", "/c/roster.person?q=sl"),
    "board": ("zh", "/view/knife_grinding.board"),
    "form": ("en", "/do/roster.new_volunteer"),
    "grid": ("zh", "/view/service.sign_in/{busiest}"),
}
"""Of the desk: the language and the address of each picture."""


def draw(world: World, browser: Browser, folder: Path) -> None:
    """Draw them all into a folder."""
    desk = world.desk()
    with world.laptop:
        [(busiest, _)] = Counter(each.activity for each in Attendance.select()).most_common(1)
    with open_at(desk) as address:
        for name, (language, path) in DESK.items():
            there = path.format(busiest=busiest)
            _draw(browser, folder / f"{name}.png", language, address, way_in(desk), there)
        desk.last = HubOutOfReach(url=world.hub_address, detail="")
        _draw(browser, folder / "away.png", "zh", address, way_in(desk), "/c/service.activity")
    _draw(browser, folder / "console.png", "en", world.hub_address, "/", "/")


def _draw(
    browser: Browser, picture: Path, language: str, address: str, first: str, path: str
) -> None:
    context = browser.new_context(
        locale=LOCALES[language], viewport=SCREEN, reduced_motion="reduce"
    )
    tab = context.new_page()
    tab.goto(address + first)
    tab.goto(address + path)
    if tab.locator("input[type=password]").count():
        tab.locator("input[type=password]").fill(PASSWORD)
        tab.keyboard.press("Enter")
        tab.get_by_role("navigation").first.wait_for()
    tab.wait_for_load_state("networkidle")
    tab.evaluate("document.activeElement.blur()")
    tab.screenshot(path=picture)
    context.close()
    with Image.open(picture) as drawn:
        drawn.convert("RGB").quantize(COLOURS).save(picture, optimize=True)


def main() -> None:
    """Write them where README looks for them."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        make_world(Path(folder))
        with world_at(Path(folder)) as world, open_chromium() as browser:
            with world.hub:
                new_sheet(world.hub)
            backup(world.hub, Path(folder) / "backup.db")
            draw(world, browser, FOLDER)


if __name__ == "__main__":
    sys.exit(main())
