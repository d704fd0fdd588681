"""The console's overview: numbers at once, the journal on demand, plugins' figures one by one."""

import json
import os
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from peewee import CharField, fn

from command_line import DEADLINE, joined, new_hub, serving
from consoles import keepers, page, send
from hongxian import view
from hongxian.collections.local_time import local_moment
from hongxian.errors import FileRefused
from hongxian.plugins.loading import Plugins
from hongxian.shapes import Chart, Table
from hongxian.text import Text
from hongxian_client.replica.unsent.outbox import EntryState, set_state, with_state
from hongxian_client.review.attention import discard
from hongxian_server.backups.backup import backup
from hongxian_server.backups.recovery_sheet import new_sheet
from hongxian_server.backups.restore import IN_A_FILE, restore
from hongxian_server.backups.sources import Backup
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.overview import overview
from hongxian_server.tables.journal import Block
from meeting import meeting
from samples import PEOPLE, Person, plugin

HOSTILE = "<script>alert(1)</script>"


def keepers_view(title: Text, **said: Any) -> Any:
    return view(title=title, audience="keeper", console=True, **said)


@keepers_view(Text("时长", "Hours"), asks={"month": CharField(null=True)})
def hours(store: Any, month: str | None = None) -> Chart:
    assert (store.kind, month) == ("hub", None)
    return Chart([Text("一月", "January")], [(Text("小时", "Hours"), [21])], unit=Text("小时", "h"))


@keepers_view(Text("坏的", "Broken"))
def broken(store: Any) -> Table:
    raise RuntimeError("a secret of the code")


@keepers_view(Text("名单", "Names"))
def names(store: Any) -> Table:
    return Table([HOSTILE], [[HOSTILE]])


@view(title=Text("自己的", "Own"))
def own(store: Any) -> Table:
    raise AssertionError("the keeper is shown what is the leaders'")


@pytest.fixture
def hub(tmp_path: Path, database_url: str | None) -> Hub:
    plugins = Plugins(installed=False)
    sample = plugin("sample")
    vars(sample).update(hours=hours, broken=broken, names=names, own=own)
    plugins.add(sample)
    return Hub.init(tmp_path / "hub", "示例社区", database_url=database_url, plugins=plugins)


def test_the_keeper_is_told_what_was_refused_until_its_people_have_seen_to_it(
    tmp_path: Path,
) -> None:
    with meeting(tmp_path, PEOPLE) as told:
        told.team("甲队")
        laptop = told.laptop("甲队")
        with laptop:
            Person.create(name="示例·一")
            set_state([entry.stamp for entry in with_state(EntryState.UNSENT)], EntryState.REFUSED)
        told.sync()
        shown = re.sub(r"<[^>]+>", " ", page(keepers(told.hub), "/console/overview"))
        assert "Refused and waiting for their people 1 " in " ".join(shown.split())
        with laptop:
            discard(laptop, 1)
        told.sync()
        with told.hub:
            assert overview(told.hub)["refused"] == 0


@pytest.mark.either_database
def test_the_journal_is_checked_on_demand_and_what_was_found_is_kept(hub: Hub) -> None:
    keeper, path = keepers(hub), "/console/overview"
    with hub:
        devices.add_team(hub, "红马甲管家团")
    assert "not checked yet" in page(keeper, path)
    send(keeper, f"{path}/check", path)
    assert "sound, checked today" in after_check(keeper)
    with hub:
        Block.update(at=Block.at + 1).execute()
    assert "sound" in page(keeper, path)
    send(keeper, f"{path}/check", path)
    assert "The journal is broken at block 1" in wrong_with_the_hub(after_check(keeper))[0]


def after_check(keeper: Any) -> str:
    """The overview once the check under way has ended."""
    give_up = time.monotonic() + DEADLINE
    while time.monotonic() < give_up:
        told = page(keeper, "/console/overview")
        if "being checked …" not in told:
            return told
        time.sleep(0.05)
    raise AssertionError("the check does not end")


def wrong_with_the_hub(shown: str) -> list[str]:
    """The lines that tell of it."""
    return re.findall(r'<span role="alert">(.*?)</span><(?:a|form) ', shown)


@pytest.mark.either_database
def test_the_age_of_the_last_backup_is_told_with_a_warning_when_it_is_old_or_there_is_none(
    hub: Hub, tmp_path: Path
) -> None:
    keeper, now = keepers(hub), time.time()
    hub.now = lambda: int(now * 1000)

    def told() -> tuple[str, bool]:
        shown = page(keeper, "/console/overview")
        age = re.search(r"Last backup</dt>\s*<dd>([^<]*)", shown)[1].strip()
        return age.split(" ")[0], "backup" in " ".join(wrong_with_the_hub(shown))

    assert told() == ("none", True)
    with pytest.raises(FileRefused):
        backup(hub, tmp_path)
    assert told() == ("none", True), "a backup that was not made is none"
    with hub:
        sheet = new_sheet(hub)
    backup(hub, tmp_path / "backup.age")
    assert told() == ("today", False)
    for days, age, warned in (
        (1, "yesterday", False),
        (6, "6", False),
        (9, "9", True),
    ):
        made = now - days * 86_400
        os.utime(hub.folder / "last-backup", (made, made))
        assert told() == (age, warned)
    again = restore(hub.folder, Backup(tmp_path / "backup.age"), lambda: sheet, IN_A_FILE)
    with again:
        assert overview(again)["backed_up"] == int(made * 1000), "a restored hub knows of it still"


@pytest.mark.either_database
def test_a_plugin_s_figures_stand_on_the_overview_and_a_broken_one_stops_no_other(hub: Hub) -> None:
    keeper = keepers(hub)
    overview = page(keeper, "/console/overview")
    named = re.findall('hx-get="(/console/figures/[^"]+)"', overview)
    assert [each.rpartition("/")[2] for each in named] == [
        "sample.hours",
        "sample.broken",
        "sample.names",
    ]
    chart = re.search("data-chart='([^']+)'", page(keeper, named[0]))[1]
    assert json.loads(chart) == {"kind": "bars", "labels": ["January"], "series": [["Hours", [21]]]}
    answer = keeper.get(named[1])
    assert answer.status_code == 500
    assert "a secret of the code" not in answer.text
    assert "sample" in page(keeper, "/console/overview").partition("Plugins in trouble:")[2]
    assert HOSTILE not in page(keeper, named[2])
    assert keeper.get("/console/figures/sample.own").status_code == 404


def test_the_overview_tells_what_laptops_sent_by_their_teams(tmp_path: Path) -> None:
    place = new_hub(tmp_path / "hub", "红马甲管家团", "夕阳红")
    with serving(place) as url:
        laptop = joined(place, url, tmp_path / "甲机", "红马甲管家团")
        for name in ("示例·甲", "示例·乙"):
            laptop.json("add", "roster.person", f"name={name}")
        laptop.json("sync")
    hub = Hub.open(place.folder)
    with hub:
        at = Block.select(fn.MAX(Block.at)).scalar()
    hub.now = lambda: at  # so that it is of this week still
    told = page(keepers(hub), "/console/overview")
    numbers = told.partition("The numbers as a table")[2].partition("</table>")[0]
    assert re.findall('<th scope="col">(.*?)</th>', numbers) == ["红马甲管家团"]
    weeks = re.findall(r'<th scope="row">(.*?)</th><td>(\d+)</td>', numbers)
    day = local_moment(at).date()
    assert weeks[-1] == (f"{day - timedelta(days=day.weekday()):%m-%d}", "2")
    assert {count for _week, count in weeks[:-1]} == {"0"}
    assert "甲机 sent 2" in re.sub("<[^>]+>", "", told)
    for name in ("service.year", "mediation.figures"):
        assert f"/console/figures/{name}" in told
