"""The console's day at a glance: laptops as cards, what the keeper is asked for, and the box that finds."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from consoles import HOSTILE, keepers, page, send
from hongxian.plugins.loading import Plugins
from hongxian.releases.publisher import called
from hongxian_plugins import roster
from hongxian_plugins.roster import Person
from hongxian_server.backups import schedule
from hongxian_server.backups.recovery_sheet import new_sheet
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.releases.programs import add_program
from hongxian_server.tables.access import Incarnation
from meeting import meeting
from programs import PUBLISHER, program_of
from signing import enrolled

TEAM, DAY = "红马甲管家团", 86_400_000
NOW = 1_796_090_400_000  # 2026-12-01 10:00, the community's time
PATH = "/console/overview"


@pytest.fixture
def hub(tmp_path: Path, database_url: str | None) -> Hub:
    made = Hub.init(
        tmp_path / "hub", "示例社区", database_url=database_url, plugins=Plugins(installed=False)
    )
    made.now = lambda: NOW
    return made


@pytest.fixture
def keeper(hub: Hub) -> FlaskClient:
    return keepers(hub)


def laptop(hub: Hub, name: str, days: float | None = 0, **facts: int) -> int:
    """One that was here so many days ago; None for never."""
    number = enrolled(hub, TEAM, name=name).number
    seen = None if days is None else NOW - int(days * DAY)
    with hub:
        Incarnation.update(last_seen=seen, **facts).where(Incarnation.number == number).execute()
    return number


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def cards(keeper: FlaskClient) -> list[tuple[str, str]]:
    """Each laptop's tone, and all that its card says."""
    shown = page(keeper, PATH).partition('<ul class="laptops')[2].partition("</ul>")[0]
    return [
        (tone, words_of(card))
        for tone, card in re.findall(r'<li class="(\w+)">(.*?)</li>', shown, re.S)
    ]


def asked(keeper: FlaskClient) -> list[tuple[str, str]]:
    """What the keeper is asked for, each with where its act leads."""
    shown = page(keeper, PATH).partition('class="lines asks"')[2].partition("</ul>")[0]
    found = re.findall(
        r'<span(?: role="alert")?>(.*?)</span><a class="btn btn-s" href="([^"]+)"', shown
    )
    return [(words_of(said), url) for said, url in found]


@pytest.mark.either_database
def test_each_laptop_is_a_card_that_says_when_it_was_here_and_what_waits_on_it(
    hub: Hub, keeper: FlaskClient
) -> None:
    with hub:
        devices.add_team(hub, TEAM)
    laptop(hub, "刚来的", unsent=2)
    laptop(hub, "午夜前的", 0.5)
    laptop(hub, "四天的", 4)
    laptop(hub, "走了的", 19, unsent=14)
    laptop(hub, "新的", None)
    ended = laptop(hub, "停用的", 40)
    with hub:
        devices.revoke(hub, ended)
    assert cards(keeper) == [
        ("done", "刚来的 just now 2 unsent"),
        ("done", "午夜前的 yesterday 22:00 all sent"),
        ("wait", "四天的 4 days away all sent"),
        ("stop", "走了的 19 days away 14 unsent"),
        ("plan", "新的 not here yet"),
        ("rest", "停用的 access ended last here 10-22"),
    ]


def test_a_hub_with_many_laptops_shows_those_that_are_away(hub: Hub, keeper: FlaskClient) -> None:
    with hub:
        devices.add_team(hub, TEAM)
    for place in range(20):
        laptop(hub, f"电脑 {place}", 9 if place == 19 else 0)
    shown = cards(keeper)
    assert len(shown) == 16
    assert shown[0] == ("wait", "电脑 19 9 days away all sent")


@pytest.mark.either_database
def test_the_keeper_is_asked_for_what_one_act_helps_and_the_gravest_comes_first(
    hub: Hub, keeper: FlaskClient
) -> None:
    with hub:
        scope = devices.add_team(hub, TEAM)
    refused = laptop(hub, "退回的", refused=3)
    away = laptop(hub, "走了的", 19, unsent=14)
    with hub:
        devices.make_code(hub, [TEAM], 90)
        devices.make_code(hub, [TEAM], 60 * 24)
    told = [each for each in asked(keeper) if "backup" not in each[0]]
    assert told == [
        ("走了的 : 19 days away , 14 unsent", f"/console/laptops/{away}"),
        ("退回的 : 3 refused, for its people to see to", f"/console/laptops/{refused}"),
        (f"The code for {TEAM} ends in 1 h", f"/console/codes?team={scope}"),
        ("The password alone opens this console.", "/console/second-factor"),
    ]


def test_a_laptop_s_name_is_no_markup_on_its_card_nor_in_what_is_asked(
    hub: Hub, keeper: FlaskClient
) -> None:
    with hub:
        devices.add_team(hub, TEAM)
    laptop(hub, HOSTILE, 19, refused=1)
    for path in (PATH, "/console/find?q=script"):
        assert "<script>alert" not in page(keeper, path)


def test_the_box_finds_laptops_teams_and_records_by_a_part_of_their_names(tmp_path: Path) -> None:
    with meeting(tmp_path, roster) as told:
        told.team(TEAM)
        first = told.laptop(TEAM)
        with first:
            Person.create(name="示例·红一")
        told.sync()
        keeper = keepers(told.hub)
        found = words_of(page(keeper, "/console/find?q=红").partition("<main")[2])
        assert TEAM in found
        assert "示例·红一" in found
        with told.hub:
            [one] = Incarnation.select()
        assert f"/console/laptops/{one.number}" in page(keeper, f"/console/find?q={one.number}")
        for odd in ("", " ", "%00", "没有的", "长" * 10_000, "%E2%80%AE"):
            assert 'class="lines"' not in page(keeper, f"/console/find?q={odd}")


def test_a_new_hub_says_the_next_thing_to_do_and_lets_one_do_it(
    hub: Hub, keeper: FlaskClient
) -> None:
    first_day = "/help/clerk/01-start#the-first-day"
    assert "Begin here" in page(keeper, PATH)
    assert f'href="{first_day}"' in page(keeper, PATH)
    answer = send(keeper, "/console/teams", PATH, name=TEAM, next=PATH)
    assert answer.location == PATH
    with hub:
        [scope] = devices.teams()
    shown = page(keeper, PATH)
    assert f"The first team is there: {TEAM}" in words_of(shown)
    assert f'href="/console/codes?team={scope}"' in shown
    [program] = re.findall("<li[^>]*>(?:(?!<li).)*programs add FILE.*?</li>", shown, re.S)
    assert "done" not in program
    with hub:
        add_program(hub, program_of(hub.folder, "9.9.0"), called(PUBLISHER.public))
    [program] = re.findall(
        "<li[^>]*>(?:(?!<li).)*programs add FILE.*?</li>", page(keeper, PATH), re.S
    )
    assert "done" in program
    laptop(hub, "刚来的")
    assert "Begin here" not in page(keeper, PATH)
    assert 'href="/help/clerk/02-monday"' in page(keeper, PATH)
    answer = send(keeper, "/console/teams", PATH, name="又一队", next="https://example.org/")
    assert answer.location == "/console/teams", "to no other site"


def test_what_a_look_at_a_backup_found_stands_beside_it_and_on_the_overview(
    hub: Hub, keeper: FlaskClient
) -> None:
    with hub:
        new_sheet(hub)
    path = schedule.make_here(hub)
    told = "/console/backups"
    assert "whole, checked" in page(keeper, told), "each is read whole when it is made"
    assert ">whole<" in page(keeper, PATH)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert "not checked" in page(keeper, told), "of another file than was read nothing is known"
    send(keeper, f"{told}/{path.name}/check", told)
    for shown in (page(keeper, told), page(keeper, PATH)):
        assert "not whole" in shown
        assert "no whole backup of a hub" in shown
    path.unlink()
    assert "not whole" not in page(keeper, told)
