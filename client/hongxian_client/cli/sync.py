"""`hongxian join` and `hongxian sync`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hongxian.errors import DeviceRevoked, HongxianError, NotJoined
from hongxian.plugins.failing.watchdog import begin_anew
from hongxian.plugins.loading import keep_what_is_loaded
from hongxian.terminal.commands import Command, answer, end_by_signals, progress, say, wants_json
from hongxian.terminal.help import option
from hongxian.terminal.layout import dump, facts
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.opening import (
    ENCRYPTION_VARIABLE,
    is_encryption_wanted,
    laptop,
    new_laptop,
)
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.review.missing_plugins import MissingPlugins, missing_plugins

if TYPE_CHECKING:
    from hongxian_client.sync.report import Report


@click.command(
    cls=Command,
    zh="""用注册码加入社区。

    注册码由社区管理员给出，只能用一次。主机在同一个网络里，只写注册码就找得到；找不到再写网址。加密的电脑，
    系统有钥匙串的自动打开，没有的要定一个口令。
    """,
)
@click.argument("url", metavar="[URL]")
@click.argument("code", required=False, metavar="CODE")
@option("--name", help=Text("这台电脑叫什么", "What people call this laptop"))
@option(
    "--encryption/--no-encryption",
    "encrypted",
    default=None,
    help=Text(
        f"新电脑的数据是否加密存放（或用环境变量 {ENCRYPTION_VARIABLE}，on 或 off）",
        f"Whether a new laptop is encrypted (or set {ENCRYPTION_VARIABLE} to on or off)",
    ),
)
def join_command(
    url: str | None, code: str | None, name: str | None, encrypted: bool | None
) -> None:
    """Join a community with an enrolment code.

    The hub's keeper gives you the code; it works once. On the hub's network, the code alone finds
    the hub. An encrypted laptop is unlocked by the system's keyring or, where there is none, by a
    passphrase.
    """
    from hongxian_client.sync.enrol import join
    from hongxian_client.transport.address import hub_address

    if code is None:
        url, code = None, str(url)
    if encrypted is None:
        encrypted = is_encryption_wanted()
    with new_laptop(encrypted=encrypted) as replica:
        joined = join(replica, None if url is None else hub_address(url), code, name)
        told = {
            "community": joined.community,
            "device": joined.number,
            "teams": joined.teams,
            "hub": LaptopState.read().hub_url,
        }
    answer(
        told,
        [
            Text(
                "已加入“{community}”，{device} 号电脑，团队：{teams}",
                "Joined {community} as device {device}, of: {teams}",
            ).format(**told | {"teams": list(joined.teams.values())}),
            Text("下一步：hongxian sync", "Next: hongxian sync"),
        ],
    )


@click.command(cls=Command, zh="与社区主机同步：送出本机的改动，取回别人的。")
@option("--watch", is_flag=True, help=Text("一直同步，直到按 Ctrl-C", "Keep syncing until Ctrl-C"))
@option(
    "--hub",
    "url",
    metavar="URL",
    help=Text(
        "主机换了地址：用新的，连上就记住",
        "The hub's new address, remembered once it answers",
    ),
)
def sync_command(watch: bool, url: str | None) -> None:
    """Sync with the hub: send this laptop's changes, fetch everybody else's."""
    from hongxian_client.transport.address import hub_address

    with laptop() as replica:
        if url is not None or not watch:
            _sync_once(replica, None if url is None else hub_address(url))
        if watch:
            _watch(replica)


def _sync_once(replica: Replica, moved_to: str | None) -> None:
    from hongxian_client.sync.session import sync
    from hongxian_client.transport.link import post_to_hub
    from hongxian_client.transport.seeking import Seeking

    post = post_to_hub(replica, moved_to) if moved_to else Seeking(replica)
    keep_what_is_loaded()
    try:
        unsent = outbox.count(outbox.EntryState.UNSENT)
        with progress(Text("同步", "Syncing"), unsent or None) as move:
            report = sync(replica, post, lambda moved, left: move(moved, moved + left))
            while report.files_left:  # a few at a time, and records between them
                report = report.with_further(sync(replica, post))
        if report.moved:
            replica.on_write()  # a desk that is open has other things to show
    except DeviceRevoked:
        for path in LaptopState.read().kept:
            said = Text(
                "未送出的数据已封存，请交给社区管理员打开：{path}",
                "Unsent work is sealed; the hub's keeper can open it: {path}",
            )
            say(said.format(path=path), err=True)
        raise
    apart = missing_plugins(replica)
    answer(as_json(report, apart), [*_lines(report), *apart.said])


def as_json(report: Report, apart: MissingPlugins) -> JsonObject:
    """For `--json`."""
    return {
        **asdict(report),
        "unsent": outbox.count(outbox.EntryState.UNSENT),
        "hub_lacks": apart.hub_lacks,
        "laptop_lacks": apart.laptop_lacks,
    }


def _lines(report: Report) -> list[Text | str]:
    lines: list[Text | str] = [
        *facts(
            [
                (Text("送出", "sent"), report.sent),
                (Text("取回", "received"), report.received),
                (Text("请求", "requests"), report.requests),
                *_files(report),
            ]
        )
    ]
    lines += report.notes
    refused = report.refused - report.waiting
    if refused:
        lines.append(
            Text(
                f"有 {refused} 项被退回，请看 hongxian attention",
                f"{refused} refused; see: hongxian attention",
            )
        )
    if report.waiting:
        lines.append(
            Text(
                f"还有 {report.waiting} 项以前退回的在等，请看 hongxian attention",
                f"{report.waiting} still waits, refused before; see: hongxian attention"
                if report.waiting == 1
                else f"{report.waiting} still wait, refused before; see: hongxian attention",
            )
        )
    if report.differs:
        lines.append(Text("两边曾有不同，已补齐", "The digests differed and were mended"))
    return lines


def _files(report: Report) -> list[tuple[Text, int]]:
    told = (
        (Text("送出照片", "photos sent"), report.files_sent),
        (Text("取回照片", "photos received"), report.files_received),
    )
    return [each for each in told if each[1]]


def _watch(replica: Replica) -> None:
    """Sync in the background until a signal, or an error that no further try can mend."""
    from hongxian_client.sync.loop import SyncLoop
    from hongxian_client.transport.seeking import Seeking

    last: list[Report | HongxianError] = []

    def told(outcome: Report | HongxianError) -> None:
        last[:] = [outcome]
        _tell(replica, outcome, as_json=as_json_wanted)

    as_json_wanted = wants_json()
    end_by_signals()
    loop = SyncLoop(replica, Seeking(replica), told)
    loop.start()
    try:
        while loop.running and not _has_plugins(last):
            time.sleep(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        loop.stop()
    if last and isinstance(last[0], (DeviceRevoked, NotJoined)):
        raise last[0]
    if _has_plugins(last):
        begin_anew()


def _has_plugins(last: Sequence[Report | HongxianError]) -> bool:
    """Whether plugins have come that take part from the next start on."""
    return any(bool(getattr(each, "plugins", None)) for each in last)


def _tell(replica: Replica, outcome: Report | HongxianError, *, as_json: bool) -> None:
    """One line for each sync that moved something or failed."""
    if isinstance(outcome, HongxianError):
        document = outcome.as_json()
        lines = [outcome.text]
    else:
        document = asdict(outcome)
        lines = []
        if outcome.sent or outcome.received or outcome.notes:
            moved = Text("送出 {sent}，取回 {received}", "sent {sent}, received {received}")
            lines.append(moved.format(sent=outcome.sent, received=outcome.received))
        lines += outcome.notes
        if lines and not as_json:
            lines += missing_plugins(replica).said
    if as_json:
        click.echo(dump(document).replace("\n", " "))
    for line in () if as_json else lines:
        say(line)
