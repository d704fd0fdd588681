"""Every page that can be reached, in both languages, on a laptop's screen and on a telephone's.

The pages are found by their own links, so a new one is looked at too; `make pictures`
keeps a picture of each.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from demo_world import World
from desks import desk_of
from hongxian.plugins.loading import Plugins
from hongxian_client.replica.replica import Replica
from hongxian_plugins import roster
from hongxian_testing.laptop import open_laptop
from looking import (
    LOCALES,
    look_at_console,
    look_at_desk,
    look_at_joining,
    look_at_people,
    look_at_what_no_link_leads_to,
)

LEAST = 120
"""Pages of a desk with the bundled plugins."""
PARTS = 4
"""Of the desk's pages, each a test of its own: so that no process is left with all of them."""

in_each_language = pytest.mark.parametrize(
    "language", ["zh", pytest.param("en", marks=pytest.mark.thorough)]
)


@pytest.mark.thorough
@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_of_the_desk_is_whole(
    world: World, chromium: Browser, part: int, language: str
) -> None:
    assert len(world.pages) > LEAST, "the pages of every plugin are found"
    places = range(len(world.pages) * part // PARTS, len(world.pages) * (part + 1) // PARTS)
    look_at_desk(world, chromium, language, places)


@in_each_language
def test_what_no_link_of_the_desk_leads_to_is_whole(
    world: World, chromium: Browser, language: str
) -> None:
    look_at_what_no_link_leads_to(world, chromium, language)


@in_each_language
def test_every_page_of_the_console_is_whole(world: World, chromium: Browser, language: str) -> None:
    look_at_console(world, chromium, language)


@in_each_language
def test_the_page_of_a_laptop_that_has_not_joined_is_whole(
    tmp_path: Path, chromium: Browser, language: str
) -> None:
    laptop = Replica.open(tmp_path, plugins=Plugins(installed=False))
    look_at_joining(desk_of(laptop), chromium, language)


@in_each_language
def test_the_pages_of_a_desk_with_people_are_whole(
    tmp_path: Path, chromium: Browser, language: str
) -> None:
    look_at_people(desk_of(open_laptop(tmp_path, roster)), chromium, language)
