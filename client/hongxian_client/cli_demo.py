"""`hongxian demo`."""

from __future__ import annotations

import click

from hongxian.commands import Command


@click.command(cls=Command)
@click.option("--once", is_flag=True, help="演完就结束 · End when all has been shown")
def demo_command(once: bool) -> None:
    """演示：一台主机、三台电脑，断网、冲突、U 盘，最后合到一处。

    A demonstration: a hub and three laptops, cut off, in conflict, by stick, together again.
    """
    from hongxian_client.demo import tell

    tell(stay=not once)
