"""Every page that can be reached, in English, on a laptop's screen and on a telephone's.

The pages are found by their own links, so a new one is looked at too; `make pictures`
keeps a picture of each. The other language has a file of its own, so that both are looked at side by side.
"""

from pathlib import Path

from playwright.sync_api import Browser

from demo_world import World
from desks import TOKEN
from hongxian.plugins.loading import Plugins
from hongxian_client.desk.desk import Desk
from hongxian_client.plugins.testing import open_laptop
from hongxian_client.replica.replica import Replica
from hongxian_plugins import roster
from looking import look_at_console, look_at_desk, look_at_joining, look_at_people

LANGUAGE = "en"


def test_every_page_of_the_desk_is_whole(world: World, chromium: Browser) -> None:
    look_at_desk(world, chromium, LANGUAGE)


def test_every_page_of_the_console_is_whole(world: World, chromium: Browser) -> None:
    look_at_console(world, chromium, LANGUAGE)


def test_the_page_of_a_laptop_that_has_not_joined_is_whole(
    tmp_path: Path, chromium: Browser
) -> None:
    laptop = Replica.open(tmp_path, plugins=Plugins(installed=False))
    look_at_joining(Desk(laptop, TOKEN), chromium, LANGUAGE)


def test_the_pages_of_a_desk_with_people_are_whole(tmp_path: Path, chromium: Browser) -> None:
    look_at_people(Desk(open_laptop(tmp_path, roster), TOKEN), chromium, LANGUAGE)
