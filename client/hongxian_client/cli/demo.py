"""`hongxian demo`."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime

import click

from hongxian.collections.local_time import SHANGHAI
from hongxian.terminal.commands import Command, run, told_folder
from hongxian.terminal.help import option
from hongxian.text import Text
from hongxian_client.replica.opening import ENCRYPTION_VARIABLE


@click.command(
    cls=Command,
    zh="""演示：一台主机、三台电脑，断网、冲突、U 盘，最后合到一处。

    演完后工作台和管理页都开着，直到按 Ctrl-C。用 --data 指定的文件夹会留着，下次直接打开。
    """,
)
@option("--once", is_flag=True, help=Text("演完就结束", "Exit when everything has been shown"))
@option(
    "--no-browser",
    is_flag=True,
    help=Text("只给出网址，不打开浏览器", "Print the addresses instead of opening a browser"),
)
def demo_command(once: bool, no_browser: bool) -> None:
    """A demo: a hub and three laptops, offline, in conflict, by stick, together again.

    Afterwards the desks and the console stay open until Ctrl-C. A folder named by --data is kept,
    and opened at once the next time.
    """
    from hongxian_client.demo.story import tell

    # Its people are invented, it is to begin at once, and nobody should have to remember a passphrase of it.
    os.environ[ENCRYPTION_VARIABLE] = "off"
    today = datetime.now(SHANGHAI).date()
    tell(today, told_folder(), ran, goes_on, once=once, browser=not no_browser)


def ran(words: list[str]) -> tuple[int, str, str]:
    """Run a command line in this process: its exit code, what it answered, what it complained of."""
    from hongxian_client.cli.main import hongxian

    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(hongxian, words)
    return code, out.getvalue(), err.getvalue()


def goes_on(words: list[str]) -> None:
    """Run a command line as the whole of this process."""
    from hongxian_client.cli.main import main

    sys.argv = ["hongxian", *words]
    main()
