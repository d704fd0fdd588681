"""`hongxian people`."""

from __future__ import annotations

import click

from hongxian.terminal.commands import Command, Group, answer
from hongxian.terminal.layout import room, table
from hongxian_client.replica.opening import laptop
from hongxian_client.replica.people import people, person_called, set_pin


@click.group(cls=Group)
def people_command() -> None:
    """这台电脑上的人。

    The people of this laptop.
    """


@people_command.command("list", cls=Command)
def list_people() -> None:
    """在这台电脑的工作台上登记的人。

    Who is entered on the desk of this laptop.
    """
    with laptop():
        names = [each.name for each in people()]
    answer(names, table(("名字 name",), [(name,) for name in names], room()))


@people_command.command("reset", cls=Command)
@click.argument("name")
@click.option(
    "--pin",
    prompt="新 PIN · New PIN",
    hide_input=True,
    confirmation_prompt="再输一次 · Once more",
    help="新 PIN，不给就问 · The new PIN; asked for if it is not given",
)
def reset(name: str, pin: str) -> None:
    """有人忘了 PIN：换一个新的，4 到 12 位数字。

    Somebody forgot their PIN: give them a new one, of 4 to 12 digits.
    """
    with laptop() as replica:
        set_pin(replica, person_called(name), pin)
    answer({"name": name}, [f"{name} 的 PIN 已换 · {name} has a new PIN"])
