"""`hongxian hubs`."""

from __future__ import annotations

from dataclasses import asdict

import click

from hongxian.terminal.commands import Command, answer
from hongxian.terminal.layout import room, table
from hongxian.text import Text

_NONE = Text(
    "这个网络里没有找到社区主机；有的网络不让找，那就写网址：hongxian join 网址 注册码",
    "No hub was found in this network. Some networks forbid it; give its address then: hongxian join URL CODE",
)


@click.command(
    cls=Command,
    zh="""看这个网络里有哪些社区主机。

    名字谁都可以取，要看的是指纹：注册码开头的就是它。
    """,
)
def hubs_command() -> None:
    """List the hubs that announce themselves on this network.

    Anybody can use any name; what counts is the fingerprint, with which a hub's codes begin.
    """
    from hongxian_client.transport.discovery import hubs_here

    hubs = hubs_here()
    columns = [Text("社区", "Community"), Text("指纹", "Fingerprint"), Text("网址", "Address")]
    rows = [(each.community, each.letters, each.url) for each in hubs]
    answer(
        {"hubs": [asdict(each) for each in hubs]}, table(columns, rows, room()) if hubs else [_NONE]
    )
