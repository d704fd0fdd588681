"""The demonstration's stories of what must not be given twice: each team's work, cut off and together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from hongxian.text import Text
from hongxian_client.demo.stage import (
    DemoFailed,
    Player,
    Serving,
    all_run,
    at_once,
    say,
    scene,
    typed,
)
from hongxian_client.replica.replica import DATABASE

MEDIATORS = "老娘舅"
_SECRET = "示例·不可外传"


def tell_stories(day: date, folder: Path, laptops: list[Player], serving: Serving) -> list[Player]:
    """Tell the three; returns the laptops that joined for them."""
    first, second, _ = laptops
    serving.hub.run("hub", "team", "add", MEDIATORS)
    newcomers = (
        replace(first, folder=folder / "laptop4"),
        replace(first, folder=folder / "laptop5", name=MEDIATORS),
    )
    colleague, mediators = at_once(partial(_join, serving, each) for each in newcomers)
    _same_slot(day, first, colleague, serving)
    _behind_closed_doors(mediators, second)
    _last_bottle(day, first, second, serving)
    return [colleague, mediators]


def _join(serving: Serving, laptop: Player) -> Player:
    code = serving.hub.run("hub", "enrol", laptop.name)["code"]
    laptop.run("join", serving.url, code, "--name", f"{laptop.name}的{laptop.folder.name}")
    laptop.run("sync")
    return laptop


@contextmanager
def _cut_off(serving: Serving) -> Iterator[None]:
    serving.end()
    say(Text("—— 断网 ——", "—— cut off ——"))
    try:
        yield
    finally:
        serving.begin()
        say(Text("—— 联网 ——", "—— back together ——"))


def _do(laptop: Player, *words: str) -> None:
    """Do something that a plugin offers, and tell what it said."""
    say(_done(laptop, *words))


def _done(laptop: Player, *words: str) -> Text:
    told = laptop.run("do", *words)
    told = told.get("told", told) if isinstance(told, dict) else told
    told = told.get("title", told) if isinstance(told, dict) else told  # of what leads to a record
    return Text.of("[{laptop}] {told}").format(laptop=laptop.folder.name, told=told)


# -- knife grinding ----------------------------------------------------------------------------


def _same_slot(today: date, first: Player, colleague: Player, serving: Serving) -> None:
    scene(
        Text(
            "六、磨刀预约：同一个时段只给一家",
            "6. Knife grinding: one bench, one time, one resident",
        )
    )
    day = first.run(
        "add",
        "knife_grinding.day",
        "title=示例 红管大篷车",
        f"date={today + timedelta(days=7)}",
        "begins=09:00",
        "ends=10:00",
        "slot_minutes=20",
        "benches=1",
    )["id"]
    all_run([first], "sync")  # so that it knows of its colleague
    _do(first, "knife_grinding.prepare", day)
    all_run([first], "sync")
    all_run([colleague], "sync")
    with _cut_off(serving):
        parts = ((first, "示例·甲001"), (colleague, "示例·乙002"))
        (_, lines), (booking, more) = at_once(partial(_book, day, *part) for part in parts)
        say(*lines, *more)
    all_run([first], "sync")
    all_run([colleague], "sync")
    [rejected] = colleague.run("attention")
    say(_BUMPED.format(why=rejected["reasons"]["slot"][0]))
    free = dict(zip(rejected["taken"]["fields"], rejected["taken"]["free"][0], strict=True))
    words = ("edit", "knife_grinding.booking", booking[-8:], f"slot={free['slot']}")
    typed(colleague, *words)
    colleague.run(*words)
    all_run([colleague], "sync")
    all_run([first], "sync")
    held = [each["slot"] for each in first.run("list", "knife_grinding.booking")]
    _expect(sorted(held) == ["09:00:00", free["slot"]], "list knife_grinding.booking", held)


_BUMPED = Text("被占用：{why}", "bumped: {why}")


def _book(day: str, laptop: Player, resident: str) -> tuple[str, list[Text]]:
    """A resident's booking, and a number at the stall: the booking's id, and what was said."""
    words = ("add", "knife_grinding.booking", f"name={resident}", "knives=2", f"day={day}")
    booking = str(laptop.run(*words)["id"])
    return booking, [
        _done(laptop, "knife_grinding.verify", booking),
        _done(laptop, "knife_grinding.slot", booking),
        _done(laptop, "knife_grinding.draw", day, "service=knives"),
    ]


# -- mediation -----------------------------------------------------------------------------------


def _behind_closed_doors(mediators: Player, others: Player) -> None:
    scene(
        Text(
            "七、老娘舅调解：案件只在经办的电脑上",
            "7. Mediation: a case is held by the laptops that work on it",
        )
    )
    _do(
        mediators,
        "mediation.accept",
        "committee=示例人民调解委员会",
        "kind=neighbours",
        f"summary={_SECRET} 楼上漏水",
        f"applicant={_SECRET} 甲",
        f"respondent={_SECRET} 乙",
    )
    all_run([mediators], "sync")
    all_run([others], "sync")
    [figure] = others.run("list", "mediation.figure")
    seen = f"{figure['month']} {figure['kind']} {figure['standing']}"
    say(Text(f"别的队只看到：{seen}", f"Other teams see only: {seen}"))
    for laptop in (mediators, others):
        files = list(laptop.folder.glob(f"{DATABASE}*"))
        found = any(_SECRET.encode() in path.read_bytes() for path in files)
        on_disk = Text("磁盘上有当事人", "names on its disk")
        if not found:
            on_disk = Text("磁盘上没有当事人", "no names on its disk")
        say(Text.of("[{laptop}] {told}").format(laptop=laptop.folder.name, told=on_disk))
        _expect(found is (laptop is mediators), "mediation", found)


# -- the reward station --------------------------------------------------------------------------


def _last_bottle(day: date, first: Player, second: Player, serving: Serving) -> None:
    scene(Text("八、红房子驿站：最后一瓶水", "8. The reward station: the last bottle"))
    lot = _ten_bottles(day, first)
    for laptop in (first, first, second):
        all_run([laptop], "sync")
    say(*at_once(partial(_rights, laptop, lot) for laptop in (first, second)))
    with _cut_off(serving):
        takes = ((first, "amount=2"), (second, "amount=1"))
        say(*at_once(partial(_done, who, "reward_station.take", lot, n) for who, n in takes))
        words = ("quota", "spend", "reward_station.lot", lot, "2")
        typed(second, *words[:3], lot[-8:], "2")
        refused = second.run(*words, code=1)
        say(refused["message"])
    for laptop in (first, second, first):
        all_run([laptop], "sync")
    held = [laptop.run("show", "reward_station.lot", lot)["stock"] for laptop in (first, second)]
    said = Text(
        "10 - 2 - 1 = {left}：两边相同，没有多给",
        "10 - 2 - 1 = {left}: the same on both, none given twice",
    )
    say(said.format(left=held[0]))
    _expect(held == [7, 7], "show reward_station.lot", held)


def _ten_bottles(day: date, laptop: Player) -> str:
    merchant = laptop.run("add", "reward_station.merchant", "name=示例超市")["id"]
    pledged = (
        "item=矿泉水",
        "amount=10",
        f"pledged_on={day - timedelta(days=20)}",
        "purpose=volunteers",
    )
    pledge = laptop.run("add", "reward_station.pledge", f"merchant={merchant}", *pledged)["id"]
    _do(laptop, "reward_station.receive", pledge, "received=10")
    _do(laptop, "reward_station.shelve", pledge, "amount=10")
    [lot] = laptop.run("list", "reward_station.lot")
    return str(lot["id"])


def _rights(laptop: Player, lot: str) -> Text:
    [told] = [
        each for each in laptop.run("quota", "list", "reward_station.lot") if each["id"] == lot
    ]
    held = Text(
        "[{laptop}] 可用 {here}，共余 {left}",
        "[{laptop}] {here} may be spent here, {left} are left",
    )
    return held.format(laptop=laptop.folder.name, here=told["here"], left=told["left"])


def _expect(holds: bool, command: str, said: object) -> None:
    if not holds:
        raise DemoFailed(command=command, said=str(said))
