"""`hongxian hub team`, `enrol`, `devices`, `revoke`, `grant` and `withdraw`: who may sync."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from hongxian.terminal.commands import Command, Group, answer
from hongxian.terminal.layout import facts, room, table
from hongxian_server.ops.opening import open_hub
from hongxian_server.people import devices
from hongxian_server.tables.access import CODE_MINUTES, Access


@click.group(cls=Group)
def team() -> None:
    """团队。

    Teams.
    """


@team.command("add")
@click.argument("name")
@click.option(
    "--scope",
    help="主机丢失后重建时用：团队原来的范围，见电脑上的 hongxian status --json · "
    "After a hub was lost: the scope that the team had, as hongxian status --json on a laptop tells",
)
def team_add(name: str, scope: str | None) -> None:
    """添加一个团队。

    Add a team.
    """
    with open_hub() as hub:
        scope = devices.add_team(hub, name, scope)
    answer({"name": name, "scope": scope}, [f"已添加团队 Added: {name} ({scope})"])


@team.command("list")
def team_list() -> None:
    """列出团队。

    List the teams.
    """
    with open_hub():
        told = [{"name": name, "scope": scope} for scope, name in devices.teams().items()]
    headers = ("团队 team", "范围 scope")
    answer(told, table(headers, [(each["name"], each["scope"]) for each in told], room()))


@click.command(cls=Command)
@click.argument("teams", metavar="TEAM...", nargs=-1, required=True)
@click.option(
    "--minutes",
    default=CODE_MINUTES,
    type=click.IntRange(1, 60 * 24 * 30),
    show_default=True,
    help="多少分钟内有效 · Minutes for which it is good",
)
def enrol(teams: Sequence[str], minutes: int) -> None:
    """给一台电脑发注册码，只能用一次。

    Make an enrolment code for a laptop of these teams; it works once.
    """
    with open_hub() as hub:
        code, expires = devices.make_code(hub, teams, minutes)
    until = _moment(expires)
    answer(
        {"code": code, "expires": until},
        facts(
            [
                ("注册码 code", code),
                ("有效至 expires", _shown(until)),
                ("在电脑上 on the laptop", f"hongxian join URL {code}"),
            ]
        ),
    )


@click.command("devices", cls=Command)
def list_devices() -> None:
    """列出电脑。

    List the devices.
    """
    with open_hub():
        names = devices.teams()
        told = [_as_json(each, names) for each in Access.select().order_by(Access.number)]
    rows = [
        (
            each["number"],
            each["name"],
            "、".join(each["teams"].values()),
            _shown(each["last_seen"]),
            each["unsent"],
            each["refused"] or "",
            _STATES[each["state"]],
        )
        for each in told
    ]
    headers = ("编号", "名称 name", "团队 teams", "上次 last seen", "未送", "退回", "状态 state")
    answer(told, table(headers, rows, room()))


_STATES = {"live": "正常 live", "revoked": "停用 revoked", "retired": "旧号 retired"}


def _as_json(access: Access, names: dict[str, str]) -> dict[str, Any]:
    scopes = sorted(devices.scopes_of(access))
    return {
        "number": access.number,
        "name": access.name,
        "laptop": access.laptop,
        "teams": {scope: names.get(scope, scope) for scope in scopes},
        "enrolled": _moment(access.enrolled),
        "last_seen": _moment(access.last_seen),
        "unsent": access.unsent,
        "refused": access.refused,
        "version": access.version,
        "state": "revoked" if access.revoked else "retired" if access.retired else "live",
    }


def _moment(milliseconds: int | None) -> str | None:
    """ISO 8601, in this machine's zone."""
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds / 1000).astimezone().isoformat("T", "seconds")


def _shown(iso: str | None) -> str:
    return iso[:16].replace("T", " ") if iso else "—"


@click.command(cls=Command)
@click.argument("device", type=int)
def revoke(device: int) -> None:
    """停用一台电脑；它下次联系时数据会从它上面移除。

    End a device's access; the data leaves it at its next contact.
    """
    with open_hub() as hub:
        ended = devices.revoke(hub, device)
    said = f"已停用 {device} 号 · Device {device} is revoked"
    if not ended:
        said = f"{device} 号早已停用，没有改动 · Device {device} was revoked before; nothing is changed"
    answer({"device": device, "revoked": True}, [said])


@click.command(cls=Command)
@click.argument("device", type=int)
@click.argument("team")
def grant(device: int, team: str) -> None:
    """让一台电脑加入一个团队。

    Let a device into a team.
    """
    with open_hub() as hub:
        devices.grant(hub, device, team)
    answer(
        {"device": device, "team": team, "granted": True},
        [f"{device} 号已加入“{team}” · Device {device} is now of {team}"],
    )


@click.command(cls=Command)
@click.argument("device", type=int)
@click.argument("team")
def withdraw(device: int, team: str) -> None:
    """让一台电脑退出一个团队；该团队的数据会从它上面移除。

    Take a device out of a team; the team's data leaves it at its next contact.
    """
    with open_hub() as hub:
        devices.withdraw(hub, device, team)
    answer(
        {"device": device, "team": team, "granted": False},
        [f"{device} 号已退出“{team}” · Device {device} is no longer of {team}"],
    )


DEVICE_COMMANDS = (team, enrol, list_devices, revoke, grant, withdraw)
