"""The pictures of the manual and of both READMEs, made from the demonstration's records: `make pictures`."""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from browsing import open_chromium
from demo_world import PASSWORD, World, make_world, world_at
from desks import desk_of, open_at, way_in
from hongxian.errors import HubOutOfReach
from hongxian.plugins.loading import Plugins
from hongxian.text import LANGUAGES
from hongxian_client.replica.replica import Replica
from hongxian_plugins.service import Attendance
from hongxian_server.backups.backup import backup
from hongxian_server.backups.recovery_sheet import new_sheet
from hongxian_web.manual.pages import HERE
from looking import LOCALES

COLOURS = 48
"""Of a picture: half the bytes, and nobody sees it."""
SCREEN = {"width": 960, "height": 540}
DESK = {
    "today": "/",
    "list": "/c/roster.person?q=slj+01&gender=male",
    "form": "/do/roster.new_volunteer",
    "sign-in": "/view/service.sign_in/{busiest}",
    "board": "/view/knife_grinding.board",
    "waiting": "/attention",
    "conflict": "/attention/conflicts",
    "stick": "/laptop/stick",
    "laptop": "/laptop",
}
"""Of the desk: the address of each picture."""
USUAL_FOLDER = "/var/lib/hongxian"
"""What a picture tells in the place of the folder that was made for it."""
_CALL_IT = """([folder, usual]) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(folder, usual);
}"""
CONSOLE = {"console": "/", "codes": "/console/codes", "backups": "/console/backups"}


def draw(world: World, browser: Browser, language: str, new_laptop: Replica) -> None:
    """Draw those of one language."""
    folder = HERE / language / "pictures"
    folder.mkdir(exist_ok=True)
    desk = world.desk()
    with world.laptop:
        [(busiest, _)] = Counter(each.activity for each in Attendance.select()).most_common(1)
    with open_at(desk) as address:
        for name, path in DESK.items():
            there = path.format(busiest=busiest)
            _draw(browser, folder / f"{name}.png", language, address, way_in(desk), there)
        desk.last = HubOutOfReach(url=world.hub_address, detail="")
        _draw(browser, folder / "away.png", language, address, way_in(desk), "/")
    for name, path in CONSOLE.items():
        picture = folder / f"{name}.png"
        _draw(browser, picture, language, world.hub_address, "/", path, str(world.hub.folder))
    newcomer = desk_of(new_laptop)
    with open_at(newcomer) as address:
        _draw(browser, folder / "join.png", language, address, way_in(newcomer), "/join")


def _draw(
    browser: Browser,
    picture: Path,
    language: str,
    address: str,
    first: str,
    path: str,
    made_for_it: str = USUAL_FOLDER,
) -> None:
    context = browser.new_context(
        locale=LOCALES[language], viewport=SCREEN, reduced_motion="reduce", ignore_https_errors=True
    )
    tab = context.new_page()
    tab.goto(address + first)
    if tab.locator("input[type=password]").count():
        tab.locator("input[type=password]").fill(PASSWORD)
        tab.keyboard.press("Enter")
        tab.get_by_role("navigation").first.wait_for()
    tab.goto(address + path)
    tab.wait_for_load_state("networkidle")
    tab.evaluate("document.activeElement.blur()")
    tab.evaluate(_CALL_IT, [made_for_it, USUAL_FOLDER])
    height = tab.evaluate("document.querySelector('main').getBoundingClientRect().bottom")
    tab.set_viewport_size({**SCREEN, "height": max(SCREEN["height"], int(height))})
    tab.screenshot(path=picture)  # whole: what sticks to a foot is at the foot
    context.close()
    with Image.open(picture) as drawn:
        drawn.convert("RGB").quantize(COLOURS).save(picture, optimize=True)


def main() -> None:
    """Write them where the manual looks for them."""
    with tempfile.TemporaryDirectory() as folder:
        make_world(Path(folder))
        new_laptop = Replica.open(Path(folder) / "new", plugins=Plugins(installed=False))
        with world_at(Path(folder)) as world, open_chromium() as browser:
            with world.hub:
                new_sheet(world.hub)
            backup(world.hub, Path(folder) / "backup.db")
            for language in LANGUAGES:
                draw(world, browser, language, new_laptop)


if __name__ == "__main__":
    sys.exit(main())
