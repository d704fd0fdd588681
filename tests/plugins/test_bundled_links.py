"""Whatever a page of any bundled plugin leads to answers: links, buttons, sheets, walls."""

from importlib import import_module
from pathlib import Path

import pytest

from crawling import offers_of, pages
from demo_world import TEAMS, fill
from desks import desk_of, entered
from hongxian_testing.laptop import open_laptop
from laptops import problems_of
from places import TOP

FOLDER = TOP / "plugins" / "hongxian_plugins"
BUNDLED = sorted(each.parent.name for each in FOLDER.glob("*/__init__.py"))
LEAST = 800
"""Pages that they have together."""


@pytest.mark.thorough
def test_every_link_and_button_of_the_demonstration_leads_to_a_page_that_answers(
    tmp_path: Path,
) -> None:
    modules = [import_module(f"hongxian_plugins.{name}") for name in BUNDLED]
    laptop = open_laptop(tmp_path, *modules, teams={"team-1": TEAMS[0], "team-2": TEAMS[1]})
    fill(laptop)
    with laptop:
        seeds = list(offers_of(laptop))
    found = [address for address, _ in pages(entered(desk_of(laptop)), ["/", *seeds])]
    assert len(found) > LEAST
    assert "/display/campaign.wall?go=1" in found
    assert problems_of(laptop) == []
