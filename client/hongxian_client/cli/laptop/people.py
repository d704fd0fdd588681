"""`hongxian people`."""

from __future__ import annotations

import click

from hongxian.terminal.commands import Command, Group, answer
from hongxian.terminal.help import option
from hongxian.terminal.language import said
from hongxian.terminal.layout import room, table
from hongxian.text import Text
from hongxian_client.replica.opening import laptop
from hongxian_client.replica.people import Deed, people, person_called, reset_pin


@click.group(cls=Group, zh="这台电脑上的人。")
def people_command() -> None:
    """The people of this laptop."""


@people_command.command("list", cls=Command, zh="在这台电脑的工作台上登记的人。")
def list_people() -> None:
    """List the people registered on this laptop's desk."""
    with laptop():
        names = [each.name for each in people()]
    answer(names, table((Text("名字", "name"),), [(name,) for name in names], room()))


@people_command.command("reset", cls=Command, zh="有人忘了 PIN：换一个新的，4 到 12 位数字。")
@click.argument("name")
@option(
    "--pin",
    help=Text("新 PIN，不给就问", "The new PIN; you are asked if it is not given"),
)
def reset(name: str, pin: str | None) -> None:
    """Set a new PIN, of 4 to 12 digits, for somebody who forgot theirs."""
    if pin is None:
        pin = click.prompt(
            said(Text("新 PIN", "New PIN")),
            hide_input=True,
            confirmation_prompt=said(Text("再输一次", "Once more")),
        )
    with laptop() as replica:
        reset_pin(replica, person_called(name), pin, Deed.RESET_BY_COMMAND)
    answer({"name": name}, [Text(f"{name} 的 PIN 已换", f"{name} has a new PIN")])
