"""The demonstration: three teams and a hub, cut off and brought together, told step by step."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import click

from hongxian.terminal.commands import end_by_signals
from hongxian.terminal.layout import pad, table, width
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_client.demo.actors import Actors, GoesOn, Ran
from hongxian_client.demo.desks import stay
from hongxian_client.demo.room import Programme, room
from hongxian_client.demo.scarcity import tell_stories
from hongxian_client.demo.stage import (
    DemoFailed,
    Player,
    Serving,
    all_run,
    as_typed,
    at_once,
    say,
    scene,
    together,
    typed,
)

TEAMS = {"laptop1": "红马甲管家团", "laptop2": "夕阳红", "laptop3": "青鸟"}
"""Teams by their laptops' folders."""
_WORKBOOKS = [sys.executable, "-P", "-m", "hongxian_plugins.roster.demo_workbooks"]


def tell(
    day: date, asked: Path | None, ran: Ran, goes_on: GoesOn, *, once: bool, browser: bool
) -> None:
    """Tell the whole story of a day, unless it was told in the folder asked for; then stay up unless `once` is enough.

    `ran` is how its commands are run, `goes_on` those that stay. Raises `DemoFailed` when a step does not
    do what it tells, and `OtherFiles`.
    """
    end_by_signals()  # the hub must not outlive us
    with room(asked) as folder, Actors(ran, goes_on) as ensemble:
        hub = Player("hub", folder / "hub", ensemble)
        programme = Programme.of(folder)
        if programme is None:
            programme = _play(day, folder, hub)
        elif once:
            say(Text(f"{folder} 里已经演过了", f"It was played in {folder} before"))
        if not once:
            stay(programme, hub, browser=browser, kept=asked is not None)


def _play(day: date, folder: Path, hub: Player) -> Programme:
    began = time.monotonic()
    laptops = [replace(hub, name=team, folder=folder / where) for where, team in TEAMS.items()]
    with ThreadPoolExecutor(1) as thread:
        sheets = thread.submit(_make_workbooks, folder)  # while the community is founded
        _found_the_community(hub)
    with Serving(hub) as serving:
        laptops += _story(day, folder, sheets.result(), laptops, serving)
    seconds = time.monotonic() - began
    click.echo()
    say(
        Text(
            f"用时 {seconds:.0f} 秒。人物全部虚构。",
            f"{seconds:.0f} seconds. All people are invented.",
        )
    )
    programme = Programme(
        serving.port, serving.password, {each.folder.name: each.name for each in laptops}
    )
    programme.keep(folder)
    return programme


def _found_the_community(hub: Player) -> None:
    scene(Text("一、一台社区主机，三个团队的电脑", "1. A hub, and three teams' laptops"))
    hub.run("hub", "init", "--community", "示例社区")
    together([(hub, ("hub", "team", "add", team)) for team in TEAMS.values()])


def _story(
    day: date, folder: Path, sheets: Path, laptops: list[Player], serving: Serving
) -> list[Player]:
    """Tell it all; returns the laptops that joined on the way."""
    first, second, third = laptops
    _laptops_join(laptops, serving)
    _community_comes_in(sheets, laptops)
    person, tally = _before_the_cut(laptops)
    serving.end()
    _cut_off(person, tally, first, second)
    serving.begin()
    _back_together(person, tally, first, second)
    _stick_is_carried(day, folder, person, serving.hub, third)
    joined = tell_stories(day, folder, laptops, serving)
    _all_agree(serving.hub, [*laptops, *joined])
    return joined


def _laptops_join(laptops: list[Player], serving: Serving) -> None:
    say(Text(f"主机在 {serving.url}", f"The hub is at {serving.url}"))
    joined = at_once(partial(_joins, laptop, serving) for laptop in laptops)
    for laptop, (code, told) in zip(laptops, joined, strict=True):
        name = pad(laptop.name, max(map(width, TEAMS.values())))
        joins = Text("注册码 {code} → {number} 号", "code {code} → device {number}")
        joins = joins.format(code=code, number=told["device"])
        say(
            Text.of("{laptop}  {name}  {joins}").format(
                laptop=laptop.folder.name, name=name, joins=joins
            )
        )


def _joins(laptop: Player, serving: Serving) -> tuple[str, JsonObject]:
    code = serving.hub.run("hub", "enrol", laptop.name)["code"]
    return code, laptop.run("join", serving.url, code, "--name", f"{laptop.name}的电脑")


def _make_workbooks(folder: Path) -> Path:
    """Let the roster plugin write the invented community as .xlsx files."""
    sheets = folder / "sheets"
    done = subprocess.run(
        [*_WORKBOOKS, str(sheets)], capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise DemoFailed(command="roster demo_workbooks", said=done.stderr)
    return sheets


def _community_comes_in(sheets: Path, laptops: list[Player]) -> None:
    scene(Text("二、名册从 Excel 导入", "2. The roster comes in from Excel"))
    first = laptops[0]
    people = next(sheets.glob("*志愿者名册.xlsx"))
    typed(first, "import", "roster.person", people.name)
    say(_counts(first.run("import", "roster.person", str(people))))
    all_run(laptops[:1], "sync")
    all_run(laptops[1:], "sync")
    say(Text("各队导入自己的队员和电话，只留在本队：", "Each team adds lists of its own:"))
    for kind, label in (("roster.membership", "队员"), ("roster.contact", "联系方式")):
        reports = together(
            [
                (laptop, ("import", kind, str(next(sheets.glob(f"*{laptop.name}-{label}.xlsx")))))
                for laptop in laptops
            ]
        )
        counts = "，".join(
            f"{laptop.name} {report['new']}"
            for laptop, report in zip(laptops, reports, strict=True)
        )
        say(f"{kind}: {counts}")


def _counts(report: JsonObject) -> Text:
    return Text(
        "新增 {new}，疑似重复 {double}，有错 {wrong}",
        "{new} new, {double} likely here already, {wrong} wrong",
    ).format(**report)


def _before_the_cut(laptops: list[Player]) -> tuple[str, str]:
    """The records that both sides will edit, known to all: a person and a head-count."""
    first = laptops[0]
    [person] = first.run("list", "roster.person", "--where", "state=active", "--limit", "1")
    words = ("add", "service.tally", "label=磨剪刀", "people=0", "--team", "community")
    tally = first.run(*words)
    all_run(laptops[:1], "sync")
    all_run(laptops[1:], "sync")
    return str(person["id"]), str(tally["id"])


def _cut_off(person: str, tally: str, first: Player, second: Player) -> None:
    scene(Text("三、断网：两队各写各的", "3. Cut off: both teams go on writing"))
    if not all(at_once([first.is_cut_off, second.is_cut_off])):
        raise DemoFailed(command="sync", said="the hub is in reach, and should not be")
    parts = ((first, "2024-03-01", "急救", 3), (second, "2023-09-01", "摄影", 4))
    for lines in at_once(partial(_both_edit, person, tally, *part) for part in parts):
        say(*lines)


def _both_edit(
    person: str, tally: str, laptop: Player, joined: str, skill: str, count: int
) -> tuple[str, Text]:
    edit = ("edit", "roster.person", person[-8:], f"joined={joined}", f"skills+={skill}")
    laptop.run(*edit)
    laptop.run("edit", "service.tally", tally, f"people=+{count}")
    unsent = laptop.run("status")["unsent"]
    counted = Text(
        f"磨剪刀 +{count} 人次；未送出 {unsent} 项", f"scissors +{count} visits; {unsent} unsent"
    )
    return as_typed(laptop, *edit), counted


def _back_together(person: str, tally: str, first: Player, second: Player) -> None:
    scene(Text("四、联网：什么都没丢", "4. Back together: nothing is lost"))
    for laptop in (first, second, first):
        laptop.run("sync")
    [conflict] = first.run("conflicts")
    say(Text("同一个人的加入日期填得不同，两个值都留着：", "Two days of joining, both kept:"))
    for title, side in ((Text("保留", "kept"), "kept"), (Text("落选", "lost"), "lost")):
        who = conflict[f"{side}_by"]["who"]
        say(_SIDE.format(title=title, value=conflict[side], who=who))
    resolve = ("resolve", conflict["id"][-8:], "--keep", "lost")
    typed(first, *resolve)
    first.run(*resolve)
    all_run([first], "sync")
    all_run([second], "sync")
    shown = second.run("show", "roster.person", person)
    count = second.run("show", "service.tally", tally)["people"]
    say(_AFTER.format(joined=shown["joined"], skills=shown["skills"]))
    say(Text(f"人次 3 + 4 = {count}：一个不少", f"visits 3 + 4 = {count}: not one lost"))
    if shown["joined"] != conflict["lost"] or count != 7:
        raise DemoFailed(command="show", said=f"{shown['joined']}, {count}")


_SIDE = Text("  {title}：{value:<8} （{who}）", "  {title}: {value:<8} ({who})")
_AFTER = Text("加入：{joined}；技能：{skills}", "joined: {joined}; skills: {skills}")


def _stick_is_carried(day: date, folder: Path, person: str, hub: Player, third: Player) -> None:
    scene(Text("五、没有网也能同步：U 盘带过去", "5. Sync without a network: carried on a stick"))
    third.run("add", "service.activity", "title=示例 楼道巡查", f"day={day}", "kind=patrol")
    third.run("edit", "roster.person", person, "born=1968")
    out, reply = folder / "stick.hx", folder / "reply.hx"
    typed(third, "bundle", "out", out.name)
    sent = third.run("bundle", "out", str(out))
    typed(hub, "hub", "bundle", out.name, reply.name)
    hub.run("hub", "bundle", str(out), str(reply))
    typed(third, "bundle", "in", reply.name)
    told = third.run("bundle", "in", str(reply))
    carried = Text(
        "带出 {out} 项 {out_bytes:,} B，带回 {back} 条 {back_bytes:,} B，未送出 {unsent} 项",
        "out {out} transactions, {out_bytes:,} B; in {back} records, {back_bytes:,} B; {unsent} unsent",
    )
    say(
        carried.format(
            out=sent["transactions"],
            out_bytes=out.stat().st_size,
            back=told["received"],
            back_bytes=reply.stat().st_size,
            unsent=told["unsent"],
        )
    )


def _all_agree(hub: Player, laptops: list[Player]) -> None:
    scene(Text("九、各处的摘要都相同", "9. The digests agree everywhere"))
    for _ in range(2):  # the second brings what the hub handed to others during the first
        all_run(laptops, "sync")
    theirs, *mine = all_run([hub], "hub", "digest") + all_run(laptops, "digest")
    rows: list[tuple[Text | str | int, ...]] = []
    for laptop, digests in zip(laptops, mine, strict=True):
        for scope, by_collection in digests.items():
            for name, each in by_collection.items():
                if theirs.get(scope, {}).get(name) != each:
                    raise DemoFailed(command=f"digest {laptop.name}", said=f"{scope} {name}")
        held = [each for by_collection in digests.values() for each in by_collection.values()]
        people = digests["community"]["roster.person"]["sum"]
        rows.append((laptop.name, sum(each["count"] for each in held), people, "✓"))
    everything = sum(each["count"] for parts in theirs.values() for each in parts.values())
    people = theirs["community"]["roster.person"]["sum"]
    rows.append((Text("主机", "hub"), everything, people, "✓"))
    headers = (
        Text("哪里", "where"),
        Text("记录", "records"),
        "roster.person",
        Text("相同", "equal"),
    )
    say(*table(headers, rows))
    say(Text("电脑只存全社区和本队的", "A laptop holds the community's and its team's"))
