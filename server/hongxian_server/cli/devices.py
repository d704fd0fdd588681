"""`hongxian hub team`, `enrol`, `devices`, `revoke`, `grant` and `withdraw`: who may sync."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from hongxian.collections.local_time import zoned_moment
from hongxian.errors import FileRefused
from hongxian.security.keys import write_privately
from hongxian.terminal.commands import Command, Group, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import facts, room, table
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_server.membership import circles, devices
from hongxian_server.ops.opening import open_hub
from hongxian_server.tables.access import CODE_MINUTES, Incarnation, incarnations
from hongxian_server.tables.keeper_log import Act, note
from hongxian_server.tables.membership import scopes_held


@click.group(cls=Group, zh="团队。")
def team() -> None:
    """Teams."""


@team.command("add", zh="添加一个团队。")
@click.argument("name")
@option(
    "--scope",
    help=Text(
        "主机丢失后重建时用：团队原来的范围，见电脑上的 hongxian status --json；各电脑会补齐数据",
        "After a hub was lost: the team's old scope, from hongxian status --json on a laptop; laptops refill the hub",
    ),
)
def team_add(name: str, scope: str | None) -> None:
    """Add a team."""
    from hongxian_server.sync.incarnation import start_epoch

    with open_hub() as hub:
        was_lost = scope is not None and not hub.recovering
        scope = devices.add_team(hub, name, scope)
        if was_lost:  # no head proves it to a hub with another key; the keeper says so
            start_epoch(hub)
    answer(
        {"name": name, "scope": scope},
        [Text(f"已添加团队 {name}（{scope}）", f"Added {name} ({scope})")],
    )


@team.command("list", zh="列出团队。")
def team_list() -> None:
    """List the teams."""
    with open_hub():
        told = [{"name": name, "scope": scope} for scope, name in devices.teams().items()]
    headers = (Text("团队", "team"), Text("范围", "scope"))
    answer(told, table(headers, [(each["name"], each["scope"]) for each in told], room()))


@click.command(cls=Command, zh="给一台电脑发注册码，只能用一次。")
@click.argument("teams", metavar="TEAM...", nargs=-1, required=True)
@option(
    "--minutes",
    default=CODE_MINUTES,
    type=click.IntRange(1, 60 * 24 * 30),
    show_default=True,
    help=Text("多少分钟内有效", "Minutes until it expires"),
)
def enrol(teams: Sequence[str], minutes: int) -> None:
    """Make an enrolment code for a laptop of these teams; it works once."""
    with open_hub() as hub:
        code, expires = devices.make_code(hub, teams, minutes)
    until = _moment(expires)
    answer(
        {"code": code, "expires": until},
        facts(
            [
                (Text("注册码", "code"), code),
                (Text("有效至", "expires"), _shown(until)),
                (Text("在电脑上", "on the laptop"), f"hongxian join URL {code}"),
            ]
        ),
    )


@click.command("devices", cls=Command, zh="列出电脑。")
def list_devices() -> None:
    """List the laptops."""
    with open_hub():
        names = devices.teams()
        told = [_as_json(each, names) for each in incarnations().order_by(Incarnation.number)]
    rows = [
        (
            each["number"],
            each["name"],
            list(each["teams"].values()),
            _shown(each["last_seen"]),
            each["unsent"],
            each["refused"] or "",
            _STATES[each["state"]],
        )
        for each in told
    ]
    headers = (
        Text("编号", "number"),
        Text("名称", "name"),
        Text("团队", "teams"),
        Text("上次", "last seen"),
        Text("未送", "unsent"),
        Text("退回", "refused"),
        Text("状态", "state"),
    )
    answer(told, table(headers, rows, room()))


_STATES = {
    "live": Text("正常", "live"),
    "revoked": Text("停用", "revoked"),
    "retired": Text("旧号", "retired"),
}


def _as_json(access: Incarnation, names: dict[str, str]) -> JsonObject:
    scopes = sorted(scopes_held(access.laptop))
    return {
        "number": access.number,
        "name": access.name,
        "laptop": access.laptop,
        "teams": {scope: names.get(scope, scope) for scope in scopes},
        "enrolled": _moment(access.began),
        "last_seen": _moment(access.last_seen),
        "unsent": access.unsent,
        "refused": access.refused,
        "version": access.version,
        "state": access.state,
    }


def _moment(milliseconds: int | None) -> str | None:
    """ISO 8601, in the community's time."""
    if milliseconds is None:
        return None
    return zoned_moment(milliseconds).isoformat("T", "seconds")


def _shown(iso: str | None) -> str:
    return iso[:16].replace("T", " ") if iso else "—"


@click.command(cls=Command, zh="停用一台电脑；它下次联系时数据会从它上面移除。")
@click.argument("device", type=int)
def revoke(device: int) -> None:
    """End a laptop's access; the data leaves it at its next contact."""
    with open_hub() as hub:
        ended = devices.revoke(hub, device)
    done = Text(f"已停用 {device} 号", f"Device {device} is revoked")
    if not ended:
        done = Text(
            f"{device} 号早已停用，没有改动",
            f"Device {device} was revoked before; nothing is changed",
        )
    answer({"device": device, "revoked": True}, [done])


@click.command(
    "pin-code",
    cls=Command,
    zh="有人忘了工作台的 PIN，或电脑的口令：按屏幕上的问题码发重设码或解锁码。",
)
@click.argument("device", type=int)
@click.argument("question")
def pin_code(device: int, question: str) -> None:
    """Somebody forgot a PIN, or a laptop's passphrase: get the code for the question shown there."""
    with open_hub() as hub:
        code = devices.make_pin_code(hub, device, question)
    answer(
        {"device": device, "code": code},
        [Text(f"代码：{code}，只在那台电脑上有效", f"Code: {code}, good on that laptop alone")],
    )


@click.command(cls=Command, zh="收回一台电脑不再用的旧编号；它以新编号照常使用。")
@click.argument("device", type=int)
def retire(device: int) -> None:
    """Retire the old number of a laptop that was restored or copied and now has another."""
    with open_hub() as hub:
        devices.retire(hub, device)
    answer(
        {"device": device, "retired": True},
        [Text(f"已收回 {device} 号", f"Number {device} is retired")],
    )


@click.command(cls=Command, zh="让一台电脑加入一个团队。")
@click.argument("device", type=int)
@click.argument("team")
def grant(device: int, team: str) -> None:
    """Add a laptop to a team."""
    with open_hub() as hub:
        devices.grant(hub, device, team)
    answer(
        {"device": device, "team": team, "granted": True},
        [Text(f"{device} 号已加入“{team}”", f"Device {device} is now of {team}")],
    )


@click.command(cls=Command, zh="让一台电脑退出一个团队；该团队的数据会从它上面移除。")
@click.argument("device", type=int)
@click.argument("team")
def withdraw(device: int, team: str) -> None:
    """Remove a laptop from a team; the team's data leaves it at its next contact."""
    with open_hub() as hub:
        devices.withdraw(hub, device, team)
    answer(
        {"device": device, "team": team, "granted": False},
        [Text(f"{device} 号已退出“{team}”", f"Device {device} is no longer of {team}")],
    )


@click.command(
    "hand-over", cls=Command, zh="一台电脑坏了或换了：让同队的另一台进入它的各个知情圈。"
)
@click.argument("device", type=int)
@click.argument("to", type=int)
def hand_over(device: int, to: int) -> None:
    """A laptop broke or was replaced: let another of its team into all of its circles."""
    with open_hub() as hub:
        count = circles.hand_over(hub, device, to)
    answer(
        {"device": device, "to": to, "circles": count},
        [Text(f"{to} 号进入 {count} 个知情圈", f"Device {to} is let into {count} circles")],
    )


@click.command("open", cls=Command, zh="打开一台停用的电脑封存的未送数据，写成可读的文件。")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("opened", type=click.Path(path_type=Path))
def open_sealed(file: Path, opened: Path) -> None:
    """Open the unsent work that a revoked laptop sealed for this hub, and write it to a readable file."""
    try:
        sealed = file.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        detail = Text("读不了（{why}）", "cannot be read ({why})").format(why=why)
        raise FileRefused(file=str(file), detail=detail) from None
    with open_hub() as hub:
        write_privately(opened, hub.identity.sealing.opened(sealed))
        note(hub, Act.SEALED_OPENED, file.name)
    answer(
        {"file": str(file), "opened": str(opened)},
        [Text(f"已打开，写在：{opened}", f"Opened into: {opened}")],
    )


DEVICE_COMMANDS = (
    team,
    enrol,
    list_devices,
    revoke,
    retire,
    pin_code,
    grant,
    withdraw,
    hand_over,
    open_sealed,
)
