"""What the command line does for a hub its console does too; the manual says where, and why the rest is left."""

import re
import shutil
from pathlib import Path

import click

import home_visits
from consoles import keepers, last_act, page, send
from home_visits import Household
from hongxian_client.replica.replica import Replica
from hongxian_server.cli.main import hub as commands
from hongxian_server.hub import Hub
from hongxian_server.ops.scrub import scrub
from hongxian_server.tables.damaged import all_damaged
from hongxian_server.tables.keeper_log import Act
from hongxian_testing.laptop import with_only
from meeting import meeting
from places import DOCS, TOP
from put_back import Town
from samples import PEOPLE, Person

TEMPLATES = TOP / "server" / "hongxian_server" / "console" / "templates"
ROW = re.compile(r"^\| `hub ([a-z-]+)` \| (.+) \|$", re.MULTILINE)


def test_the_manual_says_of_every_command_where_the_console_has_it() -> None:
    told = dict(ROW.findall((DOCS / "console.md").read_text(encoding="utf-8")))
    assert isinstance(commands, click.Group)
    assert told.keys() == commands.commands.keys(), "docs/console.md lists each command of the hub"
    titles = {
        title
        for template in TEMPLATES.rglob("*.html")
        for title in re.findall(r'block title %}{{ _\("([^"]+)', template.read_text("utf-8"))
    }
    for command, where in told.items():
        if where.startswith("only in a terminal: "):
            continue
        pages = re.findall(r"\*\*([^*]+)\*\*", where)
        assert pages, command
        assert set(pages) <= titles | {"Laptop", "Town"}, command


def test_an_old_number_is_retired_from_its_page_and_the_only_one_is_not(tmp_path: Path) -> None:
    with meeting(tmp_path, PEOPLE) as met:
        met.team("甲队")
        laptop = met.laptop("甲队")
        met.agree()
        browser, path = keepers(met.hub), "/console/laptops/2"
        assert "Retire this number" not in page(browser, path)
        assert send(browser, f"{path}/retire", path).status_code == 400
        copied = tmp_path / "copy"
        shutil.copytree(laptop.folder, copied, ignore=shutil.ignore_patterns("*.lock"))
        copy = Replica.open(copied, plugins=with_only((PEOPLE,)))
        for each in (laptop, copy):
            with each:
                Person.create(name="示例·一")
        met.sync(laptop, copy)
        assert "Retire this number" in page(browser, path)
        assert send(browser, f"{path}/retire", path).location == "/console/laptops"
        assert last_act(met.hub)[:2] == [Act.RETIRED, "2"]
        assert "Retire this number" not in page(browser, path)


def test_the_circles_of_a_broken_laptop_go_to_another_of_its_team(tmp_path: Path) -> None:
    town = Town(tmp_path, (home_visits,))
    with town.serving():
        town.team("west")
        one, other, _stranger = town.laptop("east"), town.laptop("east"), town.laptop("west")
        with one:
            Household.create(name="示例·独居者", needs="示例：送餐")
        town.sync()
        browser, path = keepers(town.hub), "/console/laptops/2"
        takers = re.findall(r'<option value="(\d+)"', page(browser, path))
        assert takers == ["3"], "those of its team alone"
        send(browser, f"{path}/circles", path, to="3")
        assert last_act(town.hub)[0] == Act.CIRCLES_HANDED_OVER
        assert send(browser, f"{path}/circles", path, to="99").status_code == 404
        town.sync()
        with other:
            assert [each.name for each in Household.select()] == ["示例·独居者"]


def test_what_the_disk_changed_is_listed_and_taken_as_it_stands(tmp_path: Path) -> None:
    hub = Hub.init(tmp_path, "示例社区", plugins=with_only((PEOPLE,)))
    browser, path = keepers(hub), "/console/damaged"
    assert "changed nothing" in page(browser, path)
    with hub:
        Person.create(name="示例·一", note="原来")
        with hub.upkeep():
            hub.database.execute_sql("UPDATE people_person SET note = '被硬盘改动'")
        scrub(hub, whole=True)
    assert path in page(browser, "/console/overview")
    assert "示例·一" in page(browser, path)
    assert send(browser, path).location == path
    assert "changed nothing" in page(browser, path)
    assert last_act(hub) == [Act.AS_IT_STANDS, "1"]
    with hub:
        assert not all_damaged()
        assert [each.note for each in Person.select()] == ["被硬盘改动"]
