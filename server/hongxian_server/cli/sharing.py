"""`hongxian hub share`: several processes serve one hub."""

from __future__ import annotations

import click

from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.text import Text
from hongxian_server.folder import hold
from hongxian_server.ops.opening import hub_folder, hub_in


@click.command(
    cls=Command,
    zh="""让几个进程（可在几台机器上）同时运行这台主机；数据须在 PostgreSQL。

    先停下正在运行的，再各自 hongxian hub serve；前面放一个代理，把来访分给它们。
    """,
)
@option(
    "--off",
    "is_off",
    is_flag=True,
    help=Text("改回只由一个进程运行", "Go back to a single process"),
)
def share(is_off: bool) -> None:
    """Let several processes, on several machines too, serve this hub at once; needs PostgreSQL.

    Stop the one that is serving, then run hongxian hub serve for each; a proxy in front spreads the requests.
    """
    hub = hub_in(hub_folder())
    with hold(hub.folder), hub:
        hub.database.share(is_shared=not is_off)
    done = Text("这台主机现在可由几个进程同时运行", "Several processes may serve this hub now")
    if is_off:
        done = Text("这台主机又只由一个进程运行", "One process alone serves this hub again")
    answer({"shared": not is_off}, [done])
