"""`hongxian hub phones …`: where the pages for phones are."""

from __future__ import annotations

import click

from hongxian.codes import PHONES
from hongxian.collections.builtin import PhonePages
from hongxian.terminal.commands import Group, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import facts
from hongxian.text import Text
from hongxian_server.ops.network.reaching import refuse_out_of_reach
from hongxian_server.ops.opening import open_hub
from hongxian_server.ops.phone_pages import SERVED, pages_now, phones_in_use, publish

_SHUT = Text("没开", "shut")
_ANSWERS = Text(
    "通了：应答的是这台主机，证书手机信得过",
    "This hub answers there, under a certificate that phones trust",
)


@click.group(cls=Group, zh="手机页：在哪里，开通，测试，关闭。")
def phones() -> None:
    """The pages for phones: where they are; open, test and close them."""


@phones.command(zh="手机页开在哪里，有几部手机进来了。")
def show() -> None:
    """Where the pages for phones are, and how many phones were let in."""
    with open_hub():
        _answer_with()


@phones.command(
    "open",
    zh="""在一个手机信得过的 https 网址开通本人的页面。

    \b
    hongxian hub phones open https://hub.example.org
    """,
)
@click.argument("address")
@option(
    "--only-there",
    is_flag=True,
    help=Text(
        "人人可看的页和墙上的屏幕也只在这个网址",
        "Serve public pages and wall displays at this address only, too",
    ),
)
def open_(address: str, only_there: bool) -> None:
    """Open personal pages at an https address whose certificate phones trust.

    \b
    hongxian hub phones open https://hub.example.org
    """
    with open_hub() as hub:
        served = PhonePages.ONLY_THERE if only_there else PhonePages.EVERYWHERE
        publish(hub, address, served)
        _answer_with()


@phones.command(zh="像手机一样打开那个网址，看应答的是不是这台主机、证书信不信得过。")
def test() -> None:
    """Open the address as a phone would: is it this hub, with a certificate that phones trust?."""
    with open_hub() as hub:
        address = pages_now().address
    if address:
        refuse_out_of_reach(hub, address)
        answer({"address": address, "reached": True}, [_ANSWERS])
    else:
        answer({"address": "", "reached": False}, [_SHUT])


@phones.command(zh="关闭本人的页面；--all 连人人可看的页和墙上的屏幕一起关。")
@option(
    "--all",
    "is_all",
    is_flag=True,
    help=Text(
        "全部关闭；网址留着，再开时不必重印二维码",
        "Close all of them; the address is kept for reopening",
    ),
)
def shut(is_all: bool) -> None:
    """Close personal pages; with --all, public pages and wall displays too."""
    with open_hub() as hub:
        now = pages_now()
        stays_shut = is_all or now.served == PhonePages.NOWHERE
        served = PhonePages.NOWHERE if stays_shut else PhonePages.EVERYWHERE
        publish(hub, now.address if is_all else "", served)
        _answer_with()


def _answer_with() -> None:
    now, count = pages_now(), phones_in_use().count()
    address = f"{now.address}{PHONES}" if now.address else ""
    told = {"address": address, "served": now.served, "phones": count}
    answer(
        told,
        facts(
            [
                (Text("本人的页面", "personal"), address or _SHUT),
                (Text("人人可看的", "for anybody"), SERVED[now.served]),
                (Text("已进来的手机", "phones let in"), count),
            ]
        ),
    )
