"""The demonstration: real processes over loopback, driven by the command line as a person would."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from hongxian.errors import Refused

TEAMS = ("红马甲管家团", "夕阳红", "青鸟")
_RUN = [sys.executable, "-m", "hongxian_client.cli"]
_WORKBOOKS = [sys.executable, "-m", "hongxian_plugins.roster.demo_workbooks"]
_START_SECONDS = 30


class DemoFailed(Refused):
    """A step of the demonstration did not do what it tells."""

    en = "The demonstration failed at: {command}\n{said}"
    zh = "演示在这一步失败：{command}\n{said}"


@dataclass(frozen=True)
class Player:
    """A laptop or the hub: its name and its data folder."""

    name: str
    folder: Path

    def run(self, *words: str) -> Any:
        """Run one command on its data and return what it answers; raises `DemoFailed`."""
        command = [*_RUN, *words, "--json", "--data", str(self.folder)]
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", check=False
        )
        if done.returncode != 0:
            raise DemoFailed(command=shlex.join(words), said=done.stderr or done.stdout)
        return json.loads(done.stdout)


def tell(*, stay: bool) -> None:
    """Tell the whole story in a temporary folder, then stay up if asked to."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hongxian-demo-") as name:
        folder = Path(name)
        hub = Player("hub", folder / "hub")
        laptops = [Player(team, folder / f"laptop-{place}") for place, team in enumerate(TEAMS, 1)]
        _say("社区主机和三个团队", "A hub and three teams")
        hub.run("hub", "init", "--community", "示例社区")
        for team in TEAMS:
            hub.run("hub", "team", "add", team)
        with _serving(hub) as url:
            _story(folder, hub, laptops, url)
            click.echo(
                f"\n用时 {time.monotonic() - began:.0f} 秒 seconds. 全部是示例数据 All invented."
            )
            if stay:
                _stay(url, laptops)


def _story(folder: Path, hub: Player, laptops: list[Player], url: str) -> None:
    first, second, third = laptops
    _detail(f"社区主机 hub: {url}")
    for laptop in laptops:
        code = hub.run("hub", "enrol", laptop.name)["code"]
        joined = laptop.run("join", url, code, "--name", f"{laptop.name}的电脑")
        _detail(f"{laptop.name}: 注册码 code {code} → {joined['device']} 号电脑 device")
    person = _community_comes_in(folder, first, laptops)
    _teams_work_offline(person, first, second)
    _conflict_is_settled(person, first, second)
    _stick_is_carried(folder, person, hub, third)
    _all_agree(hub, laptops)


def _community_comes_in(folder: Path, first: Player, laptops: list[Player]) -> str:
    _say("全社区名册从 .xlsx 导入", "The community's roster comes from an .xlsx")
    sheets = folder / "sheets"
    subprocess.run([*_WORKBOOKS, str(sheets)], check=True, capture_output=True)
    sheet = next(path for path in sorted(sheets.glob("*.xlsx")) if "名册" in path.name)
    trial = first.run("import", "roster.person", str(sheet), "--dry-run")
    _detail(f"试导入 dry run: {_counts(trial)}")
    report = first.run("import", "roster.person", str(sheet))
    _detail(f"导入 import: {_counts(report)}")
    for laptop in laptops:
        done = laptop.run("sync")
        _detail(f"{laptop.name}: 送出 sent {done['sent']}，取回 received {done['received']}")
    found = first.run("list", "roster.person", "--limit", "1")
    rows = found["records"] if isinstance(found, dict) else found
    return str(rows[0]["id"])


def _counts(report: dict[str, Any]) -> str:
    return ", ".join(f"{name} {report[name]}" for name in ("new", "changed", "unchanged", "wrong"))


def _teams_work_offline(person: str, first: Player, second: Player) -> None:
    _say("断网。两队都改了同一个人", "Cut off, two teams edit the same person")
    first.run("edit", "roster.person", person, "name=示例·甲改")
    second.run("edit", "roster.person", person, "name=示例·乙改")
    for laptop in (first, second):
        status = laptop.run("status")
        _detail(f"{laptop.name}: 未送出 unsent {status['unsent']}")


def _conflict_is_settled(person: str, first: Player, second: Player) -> None:
    _say(
        "联网。冲突不丢数据，由人来选", "Back online: the conflict loses nothing, a person chooses"
    )
    for laptop in (first, second, first):
        laptop.run("sync")
    found = first.run("conflicts")
    conflict = (found["conflicts"] if isinstance(found, dict) else found)[0]
    _detail(f"冲突 conflict: {conflict['field']} {conflict['id']}")
    first.run("resolve", str(conflict["id"]), "--keep", "lost")
    shown = first.run("show", "roster.person", person)
    record = shown.get("values", shown)
    _detail(f"选了另一个值 the other value was put back: {record['name']}")
    first.run("sync")
    second.run("sync")


def _stick_is_carried(folder: Path, person: str, hub: Player, third: Player) -> None:
    _say("第三队没有网，用U盘同步", "The third team has no network: a stick carries its sync")
    third.run("edit", "roster.person", person, "party_member=是")
    out, reply = folder / "青鸟.hx", folder / "回复.hx"
    third.run("bundle", "out", str(out))
    hub.run("hub", "bundle", str(out), str(reply))
    third.run("bundle", "in", str(reply))
    status = third.run("status")
    _detail(
        f"{out.stat().st_size:,} → {reply.stat().st_size:,} bytes; 未送出 unsent {status['unsent']}"
    )


def _all_agree(hub: Player, laptops: list[Player]) -> None:
    _say("最后：每台电脑与主机的摘要相同", "At the end every laptop's digests equal the hub's")
    for _ in range(2):
        for laptop in laptops:
            laptop.run("sync")
    theirs = hub.run("hub", "digest")
    for laptop in laptops:
        mine = laptop.run("digest")
        differs = [
            f"{scope} {name}"
            for scope, by_collection in mine.items()
            for name, digest in by_collection.items()
            if theirs.get(scope, {}).get(name) != digest
        ]
        if differs:
            raise DemoFailed(command=f"digest {laptop.name}", said=", ".join(differs))
        community = mine["community"]["roster.person"]
        _detail(f"{laptop.name}: roster.person {community['count']} × {community['sum']} ✓")


@contextmanager
def _serving(hub: Player) -> Iterator[str]:
    command = [*_RUN, "hub", "serve", "--port", "0", "--json", "--data", str(hub.folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise DemoFailed(command="hub serve", said=f"exit {process.wait(_START_SECONDS)}")
        yield json.loads(line)["url"]
    finally:
        process.terminate()
        process.wait(_START_SECONDS)


def _stay(url: str, laptops: list[Player]) -> None:
    click.echo("\n可以试试 To try (Ctrl-C 结束 ends):")
    click.echo(f"  {url}/healthz   {url}/metrics   {url}/v1/openapi.json")
    for laptop in laptops:
        click.echo(f"  hongxian status --data {laptop.folder}   # {laptop.name}")
    click.echo(f"  hongxian list roster.person --limit 5 --data {laptops[0].folder}")
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        click.echo("\n演示结束 · The demonstration ends")


def _say(chinese: str, english: str) -> None:
    click.secho(f"\n■ {chinese} · {english}", bold=True)


def _detail(text: str) -> None:
    click.echo(f"  {text}")
