"""`hongxian desk`, and `hongxian` without a command."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from filelock import Timeout

from hongxian.errors import KeyLost
from hongxian.plugins.failing.memory import bound_memory
from hongxian.plugins.failing.watchdog import LAPTOP_SECONDS, begin_anew, watch
from hongxian.plugins.loading import keep_what_is_loaded
from hongxian.security.key_file import KeyFile
from hongxian.security.unlocking import (
    NoPassphrase,
    begin_encrypting,
    key_at_hand,
    passphrase_of_file,
)
from hongxian.storage.data_key import DataKey
from hongxian.storage.encrypting import may_be_encrypted
from hongxian.terminal.commands import Command, end_by_signals, wants_json
from hongxian.terminal.help import option
from hongxian.terminal.language import said
from hongxian.terminal.unlocking import keep_for_later
from hongxian.text import Text
from hongxian_client.desk.opening import make_opening
from hongxian_client.desk.window import open_window
from hongxian_client.replica.hub_way import let_hub_open
from hongxian_client.replica.opening import ENCRYPTION_VARIABLE, is_encryption_wanted, laptop_folder
from hongxian_client.replica.replica import CONTENTS, Replica

if TYPE_CHECKING:
    from hongxian_client.desk.running import OpenDesk

Show = Callable[[str], object]
"""Opens a page, by its address."""

PORT = option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="P",
    help=Text("端口，0 为任意空闲的", "The port; 0 picks a free one"),
)
NO_BROWSER = option(
    "--no-browser",
    is_flag=True,
    help=Text(
        "只给出网址和开启码，不打开浏览器",
        "Print the address and a code instead of opening a browser",
    ),
)


WINDOW = option(
    "--window",
    "in_window",
    is_flag=True,
    help=Text(
        "打开单独的窗口；没有 Chromium 系浏览器就用默认浏览器",
        "Open a window of its own, if a Chromium-based browser is installed",
    ),
)


@click.command(
    cls=Command,
    zh="""打开工作台：在浏览器里用红线，直到按 Ctrl-C。

    只有这台电脑能打开；没有网络也能用。
    """,
)
@PORT
@NO_BROWSER
@WINDOW
def desk_command(port: int | None, no_browser: bool, in_window: bool) -> None:
    """Open the desk: Hongxian in your browser, until Ctrl-C.

    Only this laptop can open it, and it needs no network.
    """
    is_named = click.get_current_context().find_root().invoked_subcommand is not None
    show = None if no_browser else open_window if in_window else webbrowser.open
    run_desk(laptop_folder(), port, show=show, words=() if is_named else ("desk",))


def run_desk(
    folder: Path,
    port: int | None,
    *,
    show: Show | None,
    words: Sequence[str] = (),
    opened: Callable[[OpenDesk], None] = lambda desk: None,
) -> None:
    """The desk of a data folder until Ctrl-C; `opened` is told once it listens.

    `show` opens a page for the person, if it is to be opened; `words`: the command's name, where nobody typed it.
    """
    from hongxian_client.desk.running import address_of_open, open_desk

    end_by_signals()
    try:
        replica, port, was_asked = _laptop(folder, port, show)
        if replica.database.key is not None:
            _see_to_key(replica, replica.database.key)
        with open_desk(replica, port) as desk:
            bound_memory()
            watch(LAPTOP_SECONDS, lambda _call: _begin_anew(desk, words))
            is_shown = None if was_asked else show
            _tell(folder, desk.url, Text("工作台在：", "The desk is at:"), show=is_shown)
            opened(desk)
            keep_what_is_loaded()
            desk.serve()
        if desk.begins_anew:
            _begin_anew(desk, words)
        if desk.changes_over:
            _change_over(desk)
    except Timeout:
        url = address_of_open(folder)
        if url is not None:
            already = Text("工作台已经打开，在：", "The desk is open already, at:")
            _tell(folder, url, already, show=show)
    except KeyboardInterrupt:
        pass


def _see_to_key(replica: Replica, key: DataKey) -> None:
    """Ask for it no more where this process begins anew; let the hub help, and nothing pass over the disk in clear."""
    keep_for_later(replica.folder, key)
    if replica.passing != replica.folder:
        tempfile.tempdir = str(replica.passing)
    with suppress(KeyLost), replica:
        let_hub_open(replica)


def _laptop(folder: Path, port: int | None, show: Show | None) -> tuple[Replica, int | None, bool]:
    """The laptop, the port of its desk, and whether somebody has unlocked it in a browser."""
    from hongxian_client.desk.running import address_of_open, unlocked_by_a_person

    held, key = KeyFile.read(folder), None
    is_to_be = is_encryption_wanted() and may_be_encrypted(folder, CONTENTS)
    if held is not None:
        key = key_at_hand(held)
    elif is_to_be and address_of_open(folder) is None:
        with suppress(NoPassphrase):
            key = begin_encrypting(folder, passphrase_of_file())
    if key is None and (held is not None or is_to_be):
        where = Text("请先在这里解锁：", "Unlock it here first:")
        replica, port = unlocked_by_a_person(
            folder, port, lambda url: _tell(folder, url, where, show=show)
        )
        if replica.database.key is None:  # which was said for as long as it is open
            os.environ[ENCRYPTION_VARIABLE] = "off"
        return replica, port, True
    replica = Replica.open(folder, key=key)
    return replica, port, False


def _begin_anew(desk: OpenDesk, words: Sequence[str]) -> None:
    """Go on at the same address, for the same browsers: with plugins that came, or without one that is stuck."""
    from hongxian_client.desk.handing_over import hand_over

    hand_over(desk.desk)
    begin_anew(*words, "--port", str(desk.server.port), "--no-browser")


def _change_over(desk: OpenDesk) -> None:
    """Let the launcher start the version that is in place, at the same address and for the same browsers."""
    from hongxian_client.desk.handing_over import hand_over
    from hongxian_client.program.home import AGAIN, home_here

    home = home_here()
    if home is not None:
        hand_over(desk.desk)
        home.write_again("--port", str(desk.server.port))
        sys.exit(AGAIN)


def _tell(folder: Path, url: str, where: Text, *, show: Show | None) -> None:
    """Say where it is, with a way in; flushed, for whoever waits for it in a pipe."""
    opening = make_opening(folder, url, said(Text("打开工作台", "Open the desk")))
    page = opening.page.absolute().as_uri()
    told = {"url": url, "page": page, "code": opening.code}
    click.echo(json.dumps(told) if wants_json() else "\n".join(_lines(where, told)))
    sys.stdout.flush()
    if show is not None:
        show(page)  # its path alone is in the list of processes


def _lines(where: Text, told: Mapping[str, str]) -> Iterator[str]:
    yield said(where)
    yield f"  {told['url']}"
    yield said(
        Text(
            f"浏览器没有打开它？输入上面的网址，再填开启码 {told['code']}",
            f"Does no browser open it? Go there, and type the code {told['code']}",
        )
    )
    yield said(Text("（十分钟内有效，只能用一次）", "(good once, for ten minutes)"))
